"""Commands that do not wait for each other: whatever is refused, each answer is taken for the command that it belongs to."""

from __future__ import annotations

import ftplib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from skyflytt.errors.files import PathMissing
from skyflytt.files.each import Rename, rename_each
from skyflytt.files.ftps import FtpsStore, open_ftps
from skyflytt.files.ftps.client import FtpsClient
from skyflytt.files.ftps.connect import reached
from skyflytt.project.servers import FtpsServer
from tests.contract.file_places import Certificates, make_certificates
from tests.files.wholes import WHEN
from tests.real.proftpd import running_proftpd


@contextmanager
def scripted(answers: dict[str, str]) -> Iterator[tuple[FtpsClient, list[str]]]:
    """A client, without encryption, of a server that answers so to a command's first word; what it heard."""
    heard: list[str] = []

    def serve() -> None:
        with suppress(OSError):
            line, _ = listening.accept()
            with line, line.makefile("rb") as lines:
                line.sendall(b"220 here\r\n")
                for command in lines:
                    heard.append(command.decode().strip())
                    line.sendall(answers[heard[-1].split()[0]].encode())

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve)
        thread.start()
        client = FtpsClient(ssl.create_default_context(), 10)
        try:
            client.connect("127.0.0.1", listening.getsockname()[1])
            yield client, heard
        finally:
            client.close()
            listening.close()
            thread.join(10)


def nobody_listens() -> str:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    return f"227 Entering ({','.join(['127', '0', '0', '1'])},{port >> 8},{port & 255})\r\n"


def test_where_a_server_does_not_begin_at_an_offset_the_file_is_left_alone() -> None:
    """It would be emptied by a STOR that came along."""
    with scripted({"PASV": nobody_listens(), "REST": "502 not here\r\n", "NOOP": "200 fine\r\n"}) as (client, heard):
        with pytest.raises(ftplib.error_perm, match="not here"):
            client.ntransfercmd("STOR file", rest=7)
        assert client.voidcmd("NOOP") == "200 fine"
        assert heard == ["PASV", "REST 7", "NOOP"]


def test_no_data_connection_offered() -> None:
    answers = {"PASV": "425 no ports\r\n", "STOR": "425 use PASV first\r\n", "NOOP": "200 fine\r\n"}
    with scripted(answers) as (client, _):
        with pytest.raises(ftplib.error_temp, match="no ports"):
            client.ntransfercmd("STOR file")
        assert client.voidcmd("NOOP") == "200 fine"


def test_a_refusal_whose_data_connection_is_gone_by_then() -> None:
    answers = {"PASV": nobody_listens(), "STOR": "553 no right\r\n", "NOOP": "200 fine\r\n"}
    with scripted(answers) as (client, _):
        with pytest.raises(ftplib.error_perm, match="no right"):
            client.ntransfercmd("STOR file")
        assert client.voidcmd("NOOP") == "200 fine"


def test_a_reply_that_was_cut_off_is_none() -> None:
    with scripted({"NOOP": "200 fi"}) as (client, _):
        client.putcmd("NOOP")
        client.sock.shutdown(socket.SHUT_WR)  # type: ignore[union-attr]
        with pytest.raises(EOFError):
            client.getresp()


def test_a_command_is_one_line() -> None:
    with scripted({}) as (client, heard):
        with pytest.raises(ValueError, match="one line"):
            client.send_all(["DELE a\r\nDELE b"])
        assert heard == []


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make_certificates(tmp_path_factory.mktemp("certificates"))


@pytest.mark.parametrize("newest", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_what_was_said_before_the_encryption_counts_for_nothing(
    certificates: Certificates, newest: ssl.TLSVersion
) -> None:
    """Somebody on the line has put an answer in. The server's own version of TLS is taken, whichever it is."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates.certificate, certificates.key)
    context.minimum_version = context.maximum_version = newest

    def serve() -> None:
        with suppress(OSError):
            while True:
                plain, _ = listening.accept()
                with plain, suppress(OSError):
                    plain.sendall(b"220 here\r\n")
                    plain.recv(100)
                    plain.sendall(b"234 go\r\n211 put in\r\n")
                    with context.wrap_socket(plain, server_side=True) as line:
                        line.recv(100)
                        line.sendall(b"200 mine\r\n")
                        line.recv(100)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve)
        thread.start()
        server = FtpsServer(kind="ftps", host="localhost", port=listening.getsockname()[1], ca_file=certificates.ca)
        with reached(server) as client:
            assert client.voidcmd("NOOP") == "200 mine"
            assert client.sock.version() == newest.name.replace("_", ".")  # type: ignore[union-attr]
            client.close()
        listening.shutdown(socket.SHUT_RDWR)
    thread.join(10)


@pytest.fixture
def store(tmp_path: Path, require_debian: Callable[..., str], certificates: Certificates) -> Iterator[FtpsStore]:
    program = require_debian("proftpd-core proftpd-mod-crypto", binary="proftpd")
    (tmp_path / "far").mkdir()
    with running_proftpd(program, tmp_path / "server", certificates.certificate, certificates.key) as proftpd:
        server = FtpsServer(kind="ftps", host="localhost", port=proftpd.port, ca_file=certificates.ca)
        with open_ftps(server, proftpd.password, user=proftpd.user, root=str(tmp_path / "far")) as opened:
            yield opened


@pytest.mark.real
def test_many_renames_in_two_round_trips(store: FtpsStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = 16
    for number in range(files):
        (tmp_path / "far" / f"old {number}").write_bytes(b"x")
    sent, trips = FtpsClient.send_all, []

    def send_all(client: FtpsClient, commands: Sequence[str]) -> None:
        trips.append(len(commands))
        sent(client, commands)

    monkeypatch.setattr(FtpsClient, "send_all", send_all)
    renames: list[Any] = [Rename(f"old {number}", f"new {number}", WHEN) for number in range(files)]
    assert rename_each(store, renames) == [None] * files
    assert trips == [files, 2 * files]
    assert {path.name for path in (tmp_path / "far").iterdir()} == {f"new {number}" for number in range(files)}
    assert {path.stat().st_mtime for path in (tmp_path / "far").iterdir()} == {WHEN.timestamp()}


@pytest.mark.real
def test_one_that_is_refused_does_not_touch_the_others(store: FtpsStore, tmp_path: Path) -> None:
    far = tmp_path / "far"
    for name in ("a", "c"):
        (far / name).write_text(name)
    answers = rename_each(store, [Rename("a", "A", WHEN), Rename("b", "B", WHEN), Rename("c", "C")])
    assert [type(answer) for answer in answers] == [type(None), PathMissing, type(None)]
    assert {path.name: path.read_text() for path in far.iterdir()} == {"A": "a", "C": "c"}
