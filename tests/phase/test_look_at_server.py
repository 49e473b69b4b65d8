"""Certificates, clocks and addresses of servers on loopback."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from skyflytt.deadline.clock import MovableClock
from skyflytt.phase.door import Door, Way, door_of
from skyflytt.phase.look_at_server import look_at_server
from skyflytt.project.servers import EwsServer, FtpsServer, ImapServer, LocalServer, S3Server, SftpServer, SmtpServer
from tests.contract.mail_places import Certificates, make_certificates
from tests.real.processes import free_port

AT = datetime(2026, 8, 10, 7, 0, tzinfo=UTC)


class Now(MovableClock):
    name = "system"


class Telling(BaseHTTPRequestHandler):
    def do_OPTIONS(self) -> None:
        self.send_response_only(204)
        self.send_header("Date", "Mon, 10 Aug 2026 07:10:00 GMT")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make_certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="module")
def port(certificates: Certificates) -> Iterator[int]:
    server = HTTPServer(("127.0.0.1", 0), Telling)
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificates.certificate, certificates.key)
    server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield int(server.server_address[1])
    server.shutdown()
    server.server_close()


def test_certificate_and_clock(certificates: Certificates, port: int) -> None:
    facts = look_at_server("dav", Door("localhost", port, "https", certificates.ca), Now(AT))
    assert facts.certificate_ends is not None
    assert facts.certificate_ends > AT
    assert facts.ahead_s == timedelta(minutes=10).total_seconds()
    assert "127.0.0.1" in facts.addresses
    assert (facts.not_trusted, facts.unreachable) == (None, None)


def test_under_a_moved_clock_nobodys_is_wrong(certificates: Certificates, port: int) -> None:
    assert look_at_server("dav", Door("localhost", port, "https", certificates.ca), MovableClock(AT)).ahead_s is None


def test_tls_alone(certificates: Certificates, port: int) -> None:
    facts = look_at_server("mail", Door("localhost", port, "tls", certificates.ca), Now(AT))
    assert facts.certificate_ends is not None
    assert facts.ahead_s is None


def test_who_is_not_trusted(certificates: Certificates, port: int, tmp_path: Path) -> None:
    other = look_at_server("dav", Door("localhost", port, "https", certificates.other_ca), Now(AT))
    assert other.not_trusted is not None
    assert "verify" in other.not_trusted or "certificate" in other.not_trusted or "issuer" in other.not_trusted
    missing = look_at_server("dav", Door("localhost", port, "tls", tmp_path / "ca.pem"), Now(AT))
    assert missing.not_trusted == f"the authority's file {tmp_path / 'ca.pem'} is not there"


@pytest.mark.parametrize("way", ["https", "tls", "imap", "smtp", "ftp"])
def test_nobody_is_there(way: Way) -> None:
    facts = look_at_server("x", Door("127.0.0.1", free_port(), way), Now(AT))
    assert facts.unreachable is not None
    assert facts.addresses == ("127.0.0.1",)


def test_a_name_that_leads_nowhere() -> None:
    assert look_at_server("x", Door("nowhere.invalid", 1, "none"), Now(AT)).unreachable is not None


def test_doors_of_servers(tmp_path: Path) -> None:
    assert door_of(ImapServer(kind="imap", host="h", security="starttls")) == Door("h", 143, "imap")
    assert door_of(SmtpServer(kind="smtp", host="h", sender="a@h.example")) == Door("h", 587, "smtp")
    assert door_of(FtpsServer(kind="ftps", host="h")) == Door("h", 21, "ftp")
    assert door_of(FtpsServer(kind="ftps", host="h", accounts_dir=tmp_path)) is None
    assert door_of(SftpServer(kind="sftp", host="h", user="u")) == Door("h", 22, "none")
    assert door_of(EwsServer(kind="ews", url="https://h/EWS/Exchange.asmx")) == Door("h", 443, "https")
    assert door_of(EwsServer(kind="ews")) is None
    assert door_of(S3Server(kind="s3", bucket="b")) is None
    assert door_of(LocalServer(kind="local", root=tmp_path)) is None
