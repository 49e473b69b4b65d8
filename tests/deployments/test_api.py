"""Calls to Prefect's API ride out the moments in which its database is locked."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from deployments.stack import api

BUSY_ANSWERS = 2


class BusyAtFirst(BaseHTTPRequestHandler):
    """Answers 503 twice, then 200, as Prefect's server does while SQLite is locked."""

    asked = 0

    def do_GET(self) -> None:
        BusyAtFirst.asked += 1
        body = b'{"is_paused": true}'
        self.send_response(503 if BusyAtFirst.asked <= BUSY_ANSWERS else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Keep the test's output clean."""


@pytest.fixture
def busy_server() -> Iterator[str]:
    BusyAtFirst.asked = 0
    with ThreadingHTTPServer(("127.0.0.1", 0), BusyAtFirst) as http:
        thread = threading.Thread(target=http.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{http.server_port}"
        http.shutdown()
        thread.join()


def test_a_busy_server_is_asked_again(busy_server: str, tmp_path: Path) -> None:
    with api.client(tmp_path, busy_server) as calls:
        assert api.pool_is_paused(calls, "skyflytt") is True
    assert BusyAtFirst.asked == BUSY_ANSWERS + 1
