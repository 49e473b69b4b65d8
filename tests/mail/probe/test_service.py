"""Does a service answer? Nobody signs in."""

from __future__ import annotations

import contextlib
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from skyflytt.mail.probe.facts import RouteState
from skyflytt.mail.probe.service import EWS_PATH, ews_answers, imap_answers
from tests.contract.mail_places import Certificates, make_certificates
from tests.real.processes import free_port
from tests.real.scripted_imap import scripted_imap


def silent(_tag: bytes, _rest: bytes) -> None:
    return None


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make_certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def context(certificates: Certificates) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificates.certificate, certificates.key)
    return context


@contextlib.contextmanager
def https(context: ssl.SSLContext, status: int, asked: list[tuple[str, str | None]]) -> Iterator[int]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append((self.path, self.headers.get("Authorization")))
            self.send_response(status)
            if status == 401:
                self.send_header("WWW-Authenticate", "NTLM")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(("status", "state"), [(401, "answers"), (404, "absent"), (200, "absent"), (503, "failed")])
def test_exchange(status: int, state: str, context: ssl.SSLContext, certificates: Certificates) -> None:
    asked: list[tuple[str, str | None]] = []
    with https(context, status, asked) as port:
        assert ews_answers("localhost", certificates.ca, port).state == state
    assert asked == [(EWS_PATH, None)]


@pytest.mark.parametrize(
    ("greeting", "state"), [(b"* OK ready", "answers"), (b"* BYE busy", "failed"), (b"", "failed")]
)
def test_imap(greeting: bytes, state: str, context: ssl.SSLContext, certificates: Certificates) -> None:
    with scripted_imap(silent, greeting=greeting, context=context) as server:
        assert imap_answers("localhost", certificates.ca, server.port).state == state
    assert server.lines == []


def test_another_authority_s_certificate_is_a_fact(context: ssl.SSLContext, certificates: Certificates) -> None:
    with scripted_imap(silent, context=context) as server:
        route = imap_answers("localhost", certificates.other_ca, server.port)
    assert route.state is RouteState.FAILED
    assert "certificate" in route.detail
    with https(context, 401, []) as port:
        assert ews_answers("localhost", certificates.other_ca, port).state is RouteState.FAILED


def test_nobody_there_and_no_such_file(tmp_path: Path) -> None:
    assert imap_answers("localhost", None, free_port()).state is RouteState.ABSENT
    assert ews_answers("localhost", None, free_port()).state is RouteState.ABSENT
    assert ews_answers("localhost", tmp_path / "no.pem").state is RouteState.FAILED
