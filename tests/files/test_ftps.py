from __future__ import annotations

import ftplib
import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from skyflytt.errors.base import Failure
from skyflytt.errors.connection import ConnectionLost, PasswordRefused, ServerBusy, TlsMissing
from skyflytt.errors.files import PathMissing, PathRefused, TargetFull
from skyflytt.files.ftps import open_ftps
from skyflytt.files.ftps.client import FtpsClient
from skyflytt.files.ftps.connect import connected
from skyflytt.files.ftps.failures import reply_failure
from skyflytt.files.ftps.listing import read_line, read_listing, read_time, write_time
from skyflytt.files.port import EntryKind
from skyflytt.project.servers import FtpsServer
from tests.contract.file_places import Certificates, make_certificates
from tests.real.processes import free_port, running_module
from tests.real.proftpd import Proftpd, running_proftpd

LISTING = (
    b"modify=20240102030405;perm=flcdmpe;type=cdir;unique=1U2;UNIX.mode=0755; /root\r\n"
    b"modify=20240102030405;type=pdir; ..\r\n"
    b"Type=File;Size=12;Modify=20240102030405.25;  f\xc3\xb6rst \r\n"
    b"type=dir;modify=20240102030405; mapp\r\n"
    b"type=OS.unix=symlink;modify=20240102030405; l\xe4nk\r\n"
)


def test_a_listing() -> None:
    at = datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)
    found = read_listing("", LISTING)
    assert [(each.name, each.kind, each.size_bytes) for each in found] == [
        (" först ", EntryKind.FILE, 12),
        ("mapp", EntryKind.FOLDER, 0),
        ("l\udce4nk", EntryKind.SYMLINK, 0),
    ]
    assert found[0].modified == at.replace(microsecond=250_000)
    assert found[1].modified == at


def test_a_line_that_is_not_of_mlsd() -> None:
    with pytest.raises(PathRefused, match="not of MLSD"):
        read_line("", b"-rw-r--r-- 1 root root 5 Jan 1 12:00 file")


def test_times_are_in_utc() -> None:
    assert write_time(datetime.fromisoformat("2024-07-01T12:00:00+02:00")) == "20240701100000"
    assert read_time("20240701100000") == datetime(2024, 7, 1, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ("550 No such file or directory", PathMissing),
        ("501 No such directory.", PathMissing),
        ("550 Permission denied", PathRefused),
        ("553 Could not create file.", PathRefused),
        ("452 Insufficient storage space", TargetFull),
        ("552 Exceeded storage allocation", TargetFull),
        ("451 big: No space left on device", TargetFull),
        ("550 Disk quota exceeded", TargetFull),
        ("530 Login incorrect.", PasswordRefused),
        ("522 SSL connection failed: session reuse required", TlsMissing),
        ("421 Too many connections", ServerBusy),
        ("450 File busy", ServerBusy),
        ("426 Failure reading network stream.", ConnectionLost),
        ("425 Unable to build data connection", ConnectionLost),
    ],
)
def test_what_replies_mean(reply: str, expected: type[Failure]) -> None:
    assert type(reply_failure("file", "server", reply)) is expected


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make_certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="module")
def proftpd(
    tmp_path_factory: pytest.TempPathFactory, require_debian: Callable[..., str], certificates: Certificates
) -> Iterator[Proftpd]:
    program = require_debian("proftpd-core proftpd-mod-crypto", binary="proftpd")
    folder = tmp_path_factory.mktemp("proftpd")
    with running_proftpd(program, folder, certificates.certificate, certificates.key, overwrite=False) as server:
        yield server


@pytest.mark.real
def test_a_server_that_does_not_overwrite(proftpd: Proftpd, certificates: Certificates, tmp_path: Path) -> None:
    server = FtpsServer(kind="ftps", host="localhost", port=proftpd.port, ca_file=certificates.ca)
    with open_ftps(server, proftpd.password, user=proftpd.user, root=str(tmp_path)) as store:
        for name in ("new", "old"):
            with store.write(name) as file:
                file.write(name.encode())
        store.rename("new", "old")
        assert [path.name for path in tmp_path.iterdir()] == ["old"]
        assert (tmp_path / "old").read_bytes() == b"new"


@pytest.mark.real
def test_the_control_connection_is_encrypted_and_its_session_reused(
    proftpd: Proftpd, certificates: Certificates, tmp_path: Path
) -> None:
    server = FtpsServer(kind="ftps", host="localhost", port=proftpd.port, ca_file=certificates.ca)
    with connected(server, proftpd.user, proftpd.password) as client:
        assert isinstance(client.sock, ssl.SSLSocket)
        data = client.transfercmd(f"MLSD {tmp_path}")
        assert isinstance(data, ssl.SSLSocket)
        assert data.session_reused
        data.close()


@pytest.mark.real
def test_plain_ftplib_is_refused_by_this_server(proftpd: Proftpd, certificates: Certificates, tmp_path: Path) -> None:
    """Else the test before would show nothing."""
    context = ssl.create_default_context(cafile=str(certificates.ca))
    with ftplib.FTP_TLS(context=context, timeout=10) as client:
        client.connect("localhost", proftpd.port)
        client.login(proftpd.user, proftpd.password)
        client.prot_p()
        with pytest.raises((ftplib.Error, OSError, EOFError)):
            client.retrlines(f"MLSD {tmp_path}", lambda _line: None)


@pytest.mark.real
def test_a_server_without_tls_never_hears_the_password(certificates: Certificates, tmp_path: Path) -> None:
    port, log = free_port(), tmp_path / "log"
    options = ("--interface", "127.0.0.1", "--port", str(port), "--directory", str(tmp_path), "--debug")
    with running_module("pyftpdlib", *options, port=port, log=log):
        server = FtpsServer(kind="ftps", host="127.0.0.1", port=port, ca_file=certificates.ca)
        with pytest.raises(TlsMissing), open_ftps(server, "hemlig", user="anonymous"):
            pass
    said = log.read_text()
    assert "AUTH" in said
    assert "USER" not in said
    assert "PASS" not in said
    assert "hemlig" not in said


class Stopping:
    """A data connection that just stops, as one that was cut, after so many bytes or at its end."""

    def __init__(self, inner: ssl.SSLSocket, after: int | None) -> None:
        self._inner = inner
        self._after = after

    def __enter__(self) -> Stopping:
        return self

    def __exit__(self, *_: object) -> None:
        self._inner.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def recv(self, size: int) -> bytes:
        piece = self._inner.recv(size) if self._after != 0 else b""
        if self._after:
            while self._inner.recv(1 << 16):
                pass
            piece, self._after = piece[: self._after], 0
        if not piece:
            raise ssl.SSLEOFError(ssl.SSL_ERROR_EOF, "EOF occurred in violation of protocol")
        return piece


@pytest.mark.real
@pytest.mark.parametrize("stops", [[100], [None, 100], [None] * 99])
def test_a_listing_that_stops_early_is_never_taken_for_the_whole(
    proftpd: Proftpd,
    certificates: Certificates,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    stops: list[int | None],
) -> None:
    """The server has sent all and says so. One that never marks the end is asked twice."""
    for number in range(9):
        (tmp_path / f"file {number}").touch()
    opened = FtpsClient.transfercmd
    left = list(stops)

    def transfercmd(client: FtpsClient, *arguments: Any) -> Any:
        connection = opened(client, *arguments)
        return Stopping(connection, left.pop(0)) if left else connection

    monkeypatch.setattr(FtpsClient, "transfercmd", transfercmd)
    server = FtpsServer(kind="ftps", host="localhost", port=proftpd.port, ca_file=certificates.ca)
    opening = open_ftps(server, proftpd.password, user=proftpd.user, root=str(tmp_path))
    if 100 in stops:
        with pytest.raises(ConnectionLost), opening as store:
            list(store.scan())
    else:
        with opening as store:
            assert len(list(store.scan())) == 9
