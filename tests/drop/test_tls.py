"""What a scan of the server's TLS finds: nothing old."""

from __future__ import annotations

import socket
import ssl
import struct
import subprocess
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from skyflytt.drop.accounts import Accounts, DropAccount, Permission
from skyflytt.drop.tls import read_certificate
from skyflytt.errors.drop import DropServerSettingWrong
from tests.drop.serving import NOON, Serving, issue

MODERN = {
    0xC02B: "ECDHE-ECDSA-AES128-GCM-SHA256",
    0xC02C: "ECDHE-ECDSA-AES256-GCM-SHA384",
    0xC02F: "ECDHE-RSA-AES128-GCM-SHA256",
    0xC030: "ECDHE-RSA-AES256-GCM-SHA384",
    0xCCA8: "ECDHE-RSA-CHACHA20-POLY1305",
    0xCCA9: "ECDHE-ECDSA-CHACHA20-POLY1305",
}
SIGNALS = {0x00FF, 0x5600}
EVERY = [one for part in (0x0000, 0x1300, 0xC000, 0xC100, 0xCC00) for one in range(part, part + 256)]
ASSIGNED = [one for one in EVERY if one not in SIGNALS]
"""Every number of a cipher suite that IANA's registry has given away, and those around."""
ALERT, HANDSHAKE = 21, 22
PROTOCOL_VERSION, HANDSHAKE_FAILURE = 70, 40


@pytest.fixture
def server(served: Serving) -> Serving:
    served.clock.move_to(NOON)
    served.customer()
    return served


def hello(version: int, suites: list[int]) -> bytes:
    """A ClientHello of SSL 3.0 (0x0300) to TLS 1.2 (0x0303), RFC 5246 7.4.1.2, written here: libraries no longer speak the old ones."""
    groups = struct.pack(">HHHHH", 10, 6, 4, 0x001D, 0x0017)
    signatures = struct.pack(">HHHHHHH", 13, 10, 8, 0x0403, 0x0503, 0x0401, 0x0804)
    extensions = groups + signatures + struct.pack(">HHBB", 11, 2, 1, 0)
    listed = b"".join(struct.pack(">H", one) for one in suites)
    body = struct.pack(">H", version) + bytes(32) + b"\0" + struct.pack(">H", len(listed)) + listed + b"\1\0"
    body += struct.pack(">H", len(extensions)) + extensions
    message = b"\1" + len(body).to_bytes(3, "big") + body
    return struct.pack(">BHH", HANDSHAKE, min(version, 0x0301), len(message)) + message


def answer(server: Serving, version: int, suites: list[int]) -> tuple[int, int]:
    """What the server answers: HANDSHAKE and the suite it chose, or ALERT and its number."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as plain, plain.makefile("rb") as lines:
        lines.readline()
        plain.sendall(b"AUTH TLS\r\n")
        lines.readline()
        plain.sendall(hello(version, suites))
        kind, _, length = struct.unpack(">BHH", lines.read(5))
        said = lines.read(length)
    if kind == ALERT:
        return ALERT, said[1]
    session = 4 + 2 + 32
    return HANDSHAKE, int.from_bytes(said[session + 1 + said[session] :][:2], "big")


@pytest.mark.parametrize("version", [0x0300, 0x0301, 0x0302], ids=["SSL 3.0", "TLS 1.0", "TLS 1.1"])
def test_old_versions_are_refused(server: Serving, version: int) -> None:
    assert answer(server, version, ASSIGNED) == (ALERT, PROTOCOL_VERSION)


def test_only_modern_ciphers_are_accepted_in_tls_1_2(server: Serving) -> None:
    """Asked for all, and again without those that were taken, until nothing is left."""
    left, taken = list(ASSIGNED), []
    while (said := answer(server, 0x0303, left))[0] == HANDSHAKE:
        taken.append(said[1])
        left.remove(said[1])
    assert said == (ALERT, HANDSHAKE_FAILURE)
    assert len(taken) >= 3
    assert [hex(one) for one in taken if one not in MODERN] == []


def test_tls_1_3_is_spoken(server: Serving) -> None:
    with server.connect("norrsken", version=ssl.TLSVersion.TLSv1_3) as client:
        assert client.sock.version() == "TLSv1.3"  # type: ignore[union-attr]
        assert client.sock.cipher()[0] in {
            "TLS_AES_128_GCM_SHA256",
            "TLS_AES_256_GCM_SHA384",
            "TLS_CHACHA20_POLY1305_SHA256",
        }  # type: ignore[union-attr, index]


def test_openssl_s_client_sees_no_compression_and_may_not_renegotiate(server: Serving) -> None:
    command = ["openssl", "s_client", "-connect", f"localhost:{server.port}", "-starttls", "ftp", "-tls1_2"]
    command += ["-CAfile", str(server.ca_file), "-legacy_renegotiation"]
    said = subprocess.run(command, input="R\nQUIT\n", capture_output=True, text=True, check=False, timeout=20)
    shown = said.stdout + said.stderr
    assert "Compression: NONE" in shown
    assert "Verify return code: 0 (ok)" in shown
    assert "no renegotiation" in shown.lower()


def test_a_client_cannot_resume_in_another_s_name(server: Serving) -> None:
    """Session tickets are good for one client: what was stolen or kept opens no other connection."""
    context = ssl.create_default_context(cafile=str(server.ca_file))
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    session = None
    for _ in range(2):
        with server.connect(version=ssl.TLSVersion.TLSv1_2) as first:
            first.context = context
            first.auth()
            session = session or first.sock.session  # type: ignore[union-attr]
            assert not first.sock.session_reused  # type: ignore[union-attr]
    plain = socket.create_connection(("127.0.0.1", server.port), timeout=10)
    plain.recv(100)
    plain.sendall(b"AUTH TLS\r\n")
    plain.recv(100)
    with context.wrap_socket(plain, server_hostname="localhost", session=session) as again:
        assert not again.session_reused


def account(folder: Path, closes: datetime) -> DropAccount:
    return Accounts(folder / "state").create(
        "norrsken", "x", home="norrsken", permission=Permission.CUSTOMER, opens=NOON, closes=closes
    )


def test_a_certificate_that_ends_before_an_account_is_a_concern(tmp_path: Path) -> None:
    issue(tmp_path, not_after=NOON + timedelta(days=20))
    certificate = read_certificate(tmp_path / "cert.pem")
    assert certificate.concerns(NOON, [account(tmp_path, NOON + timedelta(days=19))]) == []
    (said,) = certificate.concerns(NOON, [account(tmp_path, NOON + timedelta(days=30))])
    assert "before the account norrsken does" in said
    (said,) = certificate.concerns(NOON + timedelta(days=10), [])
    assert said.startswith("The certificate ends soon")
    (said,) = certificate.concerns(NOON + timedelta(days=20), [])
    assert said.startswith("The certificate ended at")
    (said,) = certificate.concerns(certificate.begins - timedelta(days=1), [])
    assert said.startswith("The certificate begins at")


def test_what_is_no_certificate_is_said(tmp_path: Path) -> None:
    issue(tmp_path)
    (tmp_path / "other").mkdir()
    issue(tmp_path / "other")
    (tmp_path / "text").write_text("hej")
    for certificate, private, why in (
        ("nowhere", None, "No such file"),
        ("text", None, "no PEM certificate"),
        ("cert.pem", "text", "no PEM key"),
        ("cert.pem", "other/cert.pem", "do not belong together"),
    ):
        with pytest.raises(DropServerSettingWrong, match=why):
            read_certificate(tmp_path / certificate, tmp_path / private if private else None)
