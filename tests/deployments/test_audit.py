"""The audit of dependencies never calls clean what nobody could be asked about."""

from __future__ import annotations

import importlib.util
import json
import socket
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import ModuleType
from typing import Any

import pytest

from deployments.stack.place import project_root

GOOD = {"name": "httpx", "version": "1.0", "vulns": []}
BAD = {"name": "left", "version": "2.0", "vulns": [{"id": "PYSEC-2026-1", "fix_versions": ["2.1"]}]}
DARK = {"name": "pad", "skip_reason": "Dependency not found on PyPI and could not be audited: pad (1.0)"}


@pytest.fixture(scope="module")
def audit() -> ModuleType:
    spec = importlib.util.spec_from_file_location("audit", project_root() / ".ci" / "audit.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("found", "code", "words"),
    [
        ([GOOD], 0, "No vulnerability is known of any of the 1"),
        ([GOOD, BAD], 1, "left 2.0: PYSEC-2026-1, mended in 2.1"),
        ([GOOD, DARK], 3, "UNKNOWN: nothing is known of 1 of 2"),
        ([DARK, BAD], 1, "left 2.0: PYSEC-2026-1, mended in 2.1\nUNKNOWN"),
    ],
)
def test_the_verdict(audit: ModuleType, found: list[dict[str, Any]], code: int, words: str) -> None:
    said = audit.verdict(found)
    assert said[0] == code
    assert words in said[1]


@pytest.mark.parametrize(
    ("status", "body", "why"),
    [
        (200, {"vulnerabilities": []}, ""),
        (200, {"info": {}}, "has no vulnerability data"),
        (404, {}, "answers 404"),
    ],
)
def test_whether_a_source_has_data(audit: ModuleType, status: int, body: dict[str, Any], why: str) -> None:
    class Index(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

        def log_message(self, *_: object) -> None:
            """Keep the test's output clean."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Index) as http:
        thread = Thread(target=http.serve_forever)
        thread.start()
        assert audit.no_data(f"http://127.0.0.1:{http.server_port}/pypi/pip/json") == why
        http.shutdown()
        thread.join()


def test_a_source_that_does_not_answer_is_unknown(
    audit: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        monkeypatch.setattr(audit, "SOURCE", f"http://127.0.0.1:{nobody.getsockname()[1]}")
        assert audit.main() == 3
    assert capsys.readouterr().out.startswith("UNKNOWN: ")
