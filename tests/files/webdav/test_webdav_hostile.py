"""Servers that lie, break off or send away, scripted: no honest server does so."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from skyflytt.errors.base import Failure
from skyflytt.errors.connection import ConnectionLost, PasswordRefused, ServerBusy, ServerUnreachable, TlsMissing
from skyflytt.errors.files import FileChanging, FileInUse, PathEscapes, PathRefused
from skyflytt.files.port import Entry, ScanFailure
from skyflytt.files.webdav import WebdavStore, open_webdav, requests
from skyflytt.project.servers import WebdavServer
from tests.contract.file_places import Certificates, make_certificates
from tests.real.processes import free_port, running_module
from tests.real.scripted_webdav import Said, Script, ScriptedWebdav, scripted_webdav

pytestmark = pytest.mark.real
DAV = Said(200, headers={"DAV": "1, 2"})


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make_certificates(tmp_path_factory.mktemp("certificates"))


def response(href: str, *, folder: bool = False, more: str = "") -> str:
    kind = (
        "<d:resourcetype><d:collection/></d:resourcetype>" if folder else "<d:getcontentlength>1</d:getcontentlength>"
    )
    return (
        f"<d:response><d:href>{href}</d:href><d:propstat><d:prop>{kind}{more}</d:prop>"
        "<d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>"
    )


def multistatus(*responses: str) -> Said:
    return Said(207, f'<d:multistatus xmlns:d="DAV:">{"".join(responses)}</d:multistatus>'.encode())


ROOT = response("/dav/", folder=True)
HONEST: Script = {"OPTIONS": DAV, "PROPFIND /dav/": multistatus(ROOT)}


def settings(port: int, certificates: Certificates) -> WebdavServer:
    return WebdavServer(kind="webdav", host="127.0.0.1", port=port, root="/dav", user="u", ca_file=certificates.ca)


@contextlib.contextmanager
def opened(script: Script, certificates: Certificates) -> Iterator[tuple[WebdavStore, ScriptedWebdav]]:
    with (
        scripted_webdav(HONEST | script, certificates.both) as server,
        open_webdav(settings(server.port, certificates), "x") as store,
    ):
        yield store, server


def test_a_listing_of_what_is_elsewhere_is_refused(certificates: Certificates) -> None:
    for href in ("/other/file", "/dav/a/b", "/", "/dav/../etc/passwd"):
        script = {"PROPFIND /dav/": multistatus(ROOT, response(href))}
        with opened(script, certificates) as (store, _), pytest.raises(PathRefused, match="not in it"):
            list(store.scan())


def test_names_that_would_lead_out_are_failures_in_their_place(certificates: Certificates) -> None:
    hrefs = ("/dav/%2E%2E", "/dav/..%2Fx", "/dav/a%00b", "/dav/good")
    script = {"PROPFIND /dav/": multistatus(ROOT, *map(response, hrefs))}
    with opened(script, certificates) as (store, _):
        found = list(store.scan())
    assert [each.path for each in found if isinstance(each, Entry)] == ["good"]
    assert [type(each.failure) for each in found if isinstance(each, ScanFailure)] == [PathEscapes] * 3


@pytest.mark.parametrize("to", ["https://evil.example/dav/", "/dav/sign-in", "//evil.example/dav/f/", "http://[bad"])
def test_nobody_is_sent_elsewhere(certificates: Certificates, to: str) -> None:
    script = {
        "PROPFIND /dav/f": Said(301, headers={"Location": to}),
        "GET": Said(302, headers={"Location": to}),
    }
    with opened(script, certificates) as (store, server):
        with pytest.raises(PathRefused, match="not followed"):
            store.stat("f")
        with pytest.raises(PathRefused, match="not followed"), store.read("f"):
            pass
        assert [asked for asked, _ in server.heard].count("PROPFIND /dav/f") == 1


def test_a_slash_is_added_once(certificates: Certificates) -> None:
    again = Said(301, headers={"Location": "/dav/f/"})
    script = {"PROPFIND /dav/f": again, "PROPFIND /dav/f/": again}
    with opened(script, certificates) as (store, _), pytest.raises(PathRefused, match="again"):
        store.stat("f")


def test_a_wrong_password_is_said_once(certificates: Certificates) -> None:
    asks = {"WWW-Authenticate": 'Basic realm="x"'}
    with scripted_webdav({"PROPFIND": Said(401, headers=asks)}, certificates.both) as server:
        with pytest.raises(PasswordRefused, match="takes Basic"), open_webdav(settings(server.port, certificates), "x"):
            pass
        assert len([secret for _, secret in server.heard if secret]) == 1


@pytest.mark.parametrize(
    ("root", "options"),
    [
        (Said(405), DAV),
        (Said(200, b"<html></html>"), DAV),
        (multistatus(ROOT), Said(200)),
        (multistatus(response("/dav")), DAV),
    ],
)
def test_what_is_no_webdav_folder(certificates: Certificates, root: Said, options: Said) -> None:
    script = {"PROPFIND": root, "PROPFIND /dav/": root, "OPTIONS": options}
    with pytest.raises(PathRefused), opened(script, certificates):
        pass


def test_a_server_that_asks_to_wait(certificates: Certificates) -> None:
    script = {"PUT": Said(429, headers={"Retry-After": "9"})}
    with opened(script, certificates) as (store, _), pytest.raises(ServerBusy) as raised, store.write("f") as file:
        file.write(b"x")
    assert raised.value.retry_after_s == 9


@pytest.mark.parametrize(
    ("said", "offset", "expected"),
    [
        (Said(200, b"short", {"ETag": '"1"'}, length=10), 0, ConnectionLost),
        (Said(206, b"x", {"ETag": '"1"', "Content-Range": "bytes 0-0/9"}), 3, ConnectionLost),
        (Said(206, b"x", {"ETag": '"1"'}), 3, ConnectionLost),
        (Said(503, headers={"Retry-After": "5"}), 0, ServerBusy),
        (Said(403), 0, PathRefused),
    ],
)
def test_readings_that_fail(certificates: Certificates, said: Said, offset: int, expected: type[Failure]) -> None:
    with opened({"GET": said}, certificates) as (store, _), pytest.raises(expected), store.read("f", offset) as file:
        file.read()


def test_a_server_without_ranges_is_read_from_the_beginning(certificates: Certificates) -> None:
    script = {"GET": Said(200, b"0123456789", {"ETag": '"1"'})}
    with opened(script, certificates) as (store, _), store.read("f", 4) as file:
        assert file.read() == b"456789"


def test_a_page_is_no_file(certificates: Certificates) -> None:
    script = {"GET": Said(200, b"<html>"), "PROPFIND /dav/f": multistatus(response("/dav/f/", folder=True))}
    with opened(script, certificates) as (store, _), pytest.raises(PathRefused, match="folder"), store.read("f"):
        pass


def test_what_changes_while_it_is_to_be_replaced_is_not_overwritten(certificates: Certificates) -> None:
    there = multistatus(response("/dav/to", more='<d:getetag>"7"</d:getetag>'))
    script = {"PROPFIND /dav/to": there, "MOVE": Said(412)}
    with opened(script, certificates) as (store, _), pytest.raises(FileChanging):
        store.rename("from", "to")


def test_a_success_with_a_failure_inside(certificates: Certificates) -> None:
    inside = "<d:response><d:href>/dav/f</d:href><d:status>HTTP/1.1 423 Locked</d:status></d:response>"
    script = {"PROPFIND /dav/f": multistatus(response("/dav/f")), "DELETE": multistatus(inside)}
    with opened(script, certificates) as (store, _), pytest.raises(FileInUse):
        store.remove("f")


def test_a_server_without_tls_never_hears_the_password(certificates: Certificates, tmp_path: Path) -> None:
    port, log = free_port(), tmp_path / "log"
    with (
        running_module("http.server", "-b", "127.0.0.1", "-d", str(tmp_path), str(port), port=port, log=log),
        pytest.raises(TlsMissing),
        open_webdav(settings(port, certificates), "hemligt"),
    ):
        pass


def test_a_listing_of_nothing_is_no_empty_folder(certificates: Certificates) -> None:
    with (
        opened({"PROPFIND /dav/f/": multistatus()}, certificates) as (store, _),
        pytest.raises(PathRefused, match="leaves out"),
    ):
        list(store.scan("f"))


def test_what_is_listed_twice_is_there_once(certificates: Certificates) -> None:
    twice = multistatus(response("/dav/f/", folder=True), response("/dav/f/a"), response("/dav/f/a"))
    with opened({"PROPFIND /dav/f/": twice}, certificates) as (store, _):
        assert [each.path for each in store.scan("f")] == ["f/a"]


def test_a_server_that_says_nothing(certificates: Certificates, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requests, "TIMEOUT_S", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with pytest.raises(ServerUnreachable), open_webdav(settings(port, certificates), "x"):
            pass
