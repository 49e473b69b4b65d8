"""A file server, or whoever answers in its place, that offers old TLS or none: nothing is signed in to, and a person is asked."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import trustme

from skyflytt.errors.connection import CertificateNotTrusted, TlsMissing
from skyflytt.files.ftps import open_ftps
from skyflytt.files.s3 import open_s3
from skyflytt.files.webdav import open_webdav
from skyflytt.project.servers import FtpsServer, S3Server, WebdavServer
from tests.contract.file_places import Certificates, make_certificates

pytestmark = pytest.mark.real
SECRET = "hemligt-lösenord"


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make_certificates(tmp_path_factory.mktemp("certificates"))


def ftps(port: int, ca_file: Path) -> AbstractContextManager[Any]:
    server = FtpsServer(kind="ftps", host="127.0.0.1", port=port, ca_file=ca_file)
    return open_ftps(server, SECRET, user="anna", root="/")


def webdav(port: int, ca_file: Path) -> AbstractContextManager[Any]:
    server = WebdavServer(kind="webdav", host="127.0.0.1", port=port, user="anna", ca_file=ca_file, root="/dav")
    return open_webdav(server, SECRET)


def s3(port: int, ca_file: Path) -> AbstractContextManager[Any]:
    address = f"https://127.0.0.1:{port}"
    return open_s3(
        S3Server(kind="s3", bucket="b", endpoint_url=address, region="x", access_key_id="anna", ca_file=ca_file), SECRET
    )


Answer = Callable[[socket.socket], None]


@contextlib.contextmanager
def answering(answer: Answer) -> Iterator[tuple[int, list[bytes]]]:
    """A listener that treats each caller so; its port, and what callers said afterwards."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            with contextlib.suppress(OSError):
                while True:
                    caller, _ = listener.accept()
                    caller.settimeout(5)
                    with caller, contextlib.suppress(OSError):
                        answer(caller)
                    with contextlib.suppress(OSError):
                        heard.append(caller.recv(4096))

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listener.getsockname()[1], heard
        listener.shutdown(socket.SHUT_RDWR)
    thread.join()


def old_tls(certificates: Certificates) -> Answer:
    """Nothing newer than TLS 1.1, as a server of 2010 has it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates.certificate, certificates.key)
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1

    def answer(caller: socket.socket) -> None:
        with context.wrap_socket(caller, server_side=True) as secured:
            heard = secured.recv(4096)
            raise AssertionError(f"it was spoken to: {heard!r}")

    return answer


def greeted(answer: Answer) -> Answer:
    """As an FTP server comes to TLS (RFC 4217)."""

    def greet(caller: socket.socket) -> None:
        caller.sendall(b"220 ready\r\n")
        assert caller.recv(4096) == b"AUTH TLS\r\n"
        caller.sendall(b"234 go on\r\n")
        answer(caller)

    return greet


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("client", [ftps, webdav, s3])
def test_nothing_older_than_tls_1_2(client: Callable[[int, Path], Any], certificates: Certificates) -> None:
    answer = old_tls(certificates)
    with (
        answering(greeted(answer) if client is ftps else answer) as (port, heard),
        pytest.raises(TlsMissing),
        client(port, certificates.ca),
    ):
        pass
    assert not any(b"anna" in said or SECRET.encode() in said for said in heard)


@pytest.mark.parametrize("refusal", [b"536 PROT P is not supported", b"504 no", b"534 by policy", b"522 no"])
def test_files_that_would_travel_in_clear(refusal: bytes, certificates: Certificates) -> None:
    """Commands are encrypted and what they carry is not to be (RFC 4217, section 9): nothing is asked for then."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates.certificate, certificates.key)
    replies = {b"USER": b"331 and?", b"PASS": b"230 in", b"PBSZ": b"200 fine", b"PROT": refusal, b"QUIT": b"221 bye"}
    asked: list[bytes] = []

    def answer(caller: socket.socket) -> None:
        with context.wrap_socket(caller, server_side=True) as secured:
            while command := secured.recv(4096):
                asked.append(command.split()[0])
                secured.sendall(replies.get(asked[-1], b"500 what?") + b"\r\n")

    with answering(greeted(answer)) as (port, _), pytest.raises(TlsMissing), ftps(port, certificates.ca):
        pass
    assert asked == [b"USER", b"PASS", b"PBSZ", b"PROT", b"QUIT"]


@pytest.mark.parametrize("client", [webdav, s3])
def test_a_server_that_speaks_in_clear_where_tls_belongs(
    client: Callable[[int, Path], Any], certificates: Certificates
) -> None:
    def in_clear(caller: socket.socket) -> None:
        caller.recv(4096)
        caller.sendall(b"HTTP/1.1 400 The plain HTTP request was sent to HTTPS port\r\nContent-Length: 0\r\n\r\n")

    with answering(in_clear) as (port, _), pytest.raises(TlsMissing), client(port, certificates.ca):
        pass


@pytest.mark.parametrize(
    ("address", "refused"),
    [
        ("http://s3.example.com", True),
        ("http://10.0.0.7:9000", True),
        ("http://localhost.example.com", True),
        ("http://127.0.0.1:1", False),
        ("http://localhost:1", False),
        ("http://[::1]:1", False),
    ],
)
def test_no_bucket_is_reached_in_clear(address: str, refused: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only one on this machine, where nobody answers here."""
    monkeypatch.setattr(
        "skyflytt.files.s3.connect._client", lambda *_: pytest.fail("reached") if refused else _reached()
    )
    server = S3Server(kind="s3", bucket="b", endpoint_url=address, region="x", access_key_id="anna")
    with pytest.raises(TlsMissing if refused else ReachedError), open_s3(server, SECRET):
        pass


class ReachedError(Exception):
    pass


def _reached() -> None:
    raise ReachedError


def test_a_certificate_that_ran_out(tmp_path: Path) -> None:
    authority, folder = trustme.CA(), tmp_path
    issued = authority.issue_cert("127.0.0.1", not_after=datetime(2020, 1, 1, tzinfo=UTC))
    authority.cert_pem.write_to_path(folder / "ca.pem")
    issued.private_key_and_cert_chain_pem.write_to_path(folder / "both.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "both.pem")

    def answer(caller: socket.socket) -> None:
        with context.wrap_socket(caller, server_side=True) as secured:
            secured.recv(4096)

    for client in (ftps, webdav, s3):
        with (
            answering(greeted(answer) if client is ftps else answer) as (port, _),
            pytest.raises(CertificateNotTrusted),
            client(port, folder / "ca.pem"),
        ):
            pass
