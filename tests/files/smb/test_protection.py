from __future__ import annotations

import socket
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from smbprotocol.exceptions import SMBException
from smbprotocol.header import Smb2Flags, SMB2HeaderResponse
from smbprotocol.session import Session

from skyflytt.errors.base import Transient
from skyflytt.errors.connection import PasswordRefused
from skyflytt.errors.files import PathMissing, ProtectionMissing
from skyflytt.files.smb import protected
from skyflytt.files.smb.protected import ProtectedConnection
from tests.files.smb.conftest import Open, opener
from tests.real.samba import Samba, running_samba

pytestmark = pytest.mark.real
CONTENT = b"hemligheter ur avtalet " * 50


@contextmanager
def server(smbd: str, folder: Path, settings: str) -> Iterator[Open]:
    (folder / "share").mkdir()
    with running_samba(smbd, folder / "samba", folder / "share", settings) as running:
        yield opener(running)


class Listener:
    """Passes everything on and keeps it; once `stalled`, nothing goes through any more."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.heard = bytearray()
        self.stalled = threading.Event()
        self._kept: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        near, _ = self._socket.accept()
        far = socket.create_connection(("127.0.0.1", self._to))
        self._kept += [near, far]
        for source, target in ((near, far), (far, near)):
            threading.Thread(target=self._pass_on, args=(source, target), daemon=True).start()

    def _pass_on(self, source: socket.socket, target: socket.socket) -> None:
        while not self.stalled.is_set() and (data := source.recv(1 << 16)):
            self.heard += data
            if not self.stalled.is_set():
                target.sendall(data)


@pytest.mark.parametrize("protection", ["encrypted", "signed"])
def test_what_goes_over_the_line(samba: Samba, open_share: Open, protection: str) -> None:
    listener = Listener(samba.port)
    with open_share(port=listener.port, protection=protection) as store:
        with store.write("avtal.txt") as file:
            file.write(CONTENT)
        with store.read("avtal.txt") as file:
            assert file.read() == CONTENT
    assert (CONTENT in listener.heard) is (protection == "signed")
    assert ("avtal.txt".encode("utf-16-le") in listener.heard) is (protection == "signed")


@pytest.mark.parametrize(
    "settings", ["server max protocol = SMB2_02", "server max protocol = SMB2_10", "server smb encrypt = off"]
)
def test_a_server_that_does_not_encrypt(smbd: str, tmp_path: Path, settings: str) -> None:
    with server(smbd, tmp_path, settings) as opened:
        with pytest.raises(ProtectionMissing), opened():
            pass
        with opened(protection="signed") as store:
            with store.write("file") as file:
                file.write(CONTENT * 3000)
            with store.read("file") as file:
                assert file.read() == CONTENT * 3000
            for number in range(900):
                (tmp_path / "share" / f"{number:03}{'n' * 90}").touch()
            assert len(list(store.scan())) == 901


def test_older_dialects_of_smb3_encrypt_too(smbd: str, tmp_path: Path) -> None:
    with server(smbd, tmp_path, "server max protocol = SMB3_02") as opened, opened() as store:
        with store.write("file") as file:
            file.write(CONTENT)
        with store.read("file") as file:
            assert file.read() == CONTENT


def answer(*, signed: bool) -> SMB2HeaderResponse:
    header = SMB2HeaderResponse()
    header["command"] = 8
    header["message_id"] = 5
    if signed:
        header["flags"].set_flag(Smb2Flags.SMB2_FLAGS_SIGNED)
    return header


@pytest.mark.parametrize("encrypted", [True, False])
@pytest.mark.parametrize("signed", [True, False])
def test_answers_with_less_protection_than_the_session_has(encrypted: bool, signed: bool) -> None:
    connection = ProtectedConnection(uuid.uuid4(), "localhost")
    connection.dialect = 0x0302
    session = Session(connection, "user", "secret")
    session.encrypt_data, session.signing_key = encrypted, b"k" * 16
    connection.session_table[7] = session
    expected = "in clear" if encrypted else "could not be verified" if signed else "unsigned"
    with pytest.raises(SMBException, match=expected):
        connection.verify_signature(answer(signed=signed), 7)


def attempts(samba: Samba) -> int:
    log = samba.path.with_name("samba") / "samba.log"
    return log.read_text(errors="replace").count("Auth: [SMB2")


@pytest.mark.parametrize("changes", [{"secret": "fel"}, {"user": "ingen"}, {"domain": "ANNAN", "secret": "fel"}])
def test_a_sign_in_is_tried_once(samba: Samba, open_share: Open, changes: dict[str, str]) -> None:
    before = attempts(samba)
    with pytest.raises(PasswordRefused, match="refused the sign-in"), open_share(**changes):
        pass
    assert attempts(samba) == before + 1


def test_a_share_that_is_not_there(open_share: Open) -> None:
    with pytest.raises(PathMissing, match="no such share"), open_share(share="finns-inte"):
        pass


def test_kerberos_without_a_ticket(open_share: Open) -> None:
    with pytest.raises(PasswordRefused, match="Kerberos"), open_share(None, auth="kerberos"):
        pass


@pytest.mark.parametrize("act", ["sign in", "scan", "write"])
def test_a_server_that_stalls(samba: Samba, open_share: Open, act: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protected, "TIMEOUT_S", 1)
    listener = Listener(samba.port)

    def go() -> None:
        if act == "sign in":
            listener.stalled.set()
        with open_share(port=listener.port) as store:
            listener.stalled.set()
            if act == "scan":
                list(store.scan())
            with store.write("big") as file:
                for _ in range(30):
                    file.write(bytes(1 << 20))

    with pytest.raises(Transient):
        go()
