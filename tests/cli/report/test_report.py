"""`skyflytt report`: the page is written from a project file, and served until Ctrl-C."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from skyflytt.cli import run
from tests.phase.discovered import EXAMPLE
from tests.report.test_serve import SECRET, shelve


@contextmanager
def serving(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The server as a process of its own, and its address."""
    command = [sys.executable, "-m", "skyflytt.report.serve", *arguments, "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env={**os.environ, "NO_COLOR": "1"}) as process:
        try:
            assert process.stderr is not None
            yield process, process.stderr.readline().split()[-1].rstrip("/")
        finally:
            process.kill()


def raw(url: str, line: str) -> bytes:
    """The answer to a request whose path no client would send so."""
    to = urlsplit(url)
    with socket.create_connection((str(to.hostname), int(to.port or 0)), timeout=20) as connection:
        connection.sendall(f"GET {line} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
        return b"".join(iter(lambda: connection.recv(65536), b""))


def test_write_says_where_the_page_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["report", "write", str(EXAMPLE), "--workspace", str(tmp_path)]) == 0
    page = tmp_path / "report" / "index.html"
    assert capsys.readouterr().out.strip() == str(page)
    assert "Norrsken Bygg AB" in page.read_text()


def test_a_project_file_that_is_none_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "p.yaml").write_text("project: x")
    assert run(["report", "write", str(tmp_path / "p.yaml"), "--workspace", str(tmp_path / "w")]) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_a_folder_that_is_not_there_and_a_port_that_is_taken_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["report", "serve", str(tmp_path / "nowhere")]) == 2
    assert "report.no-such-folder" in capsys.readouterr().err
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert run(["report", "serve", str(tmp_path), "--port", str(taken.getsockname()[1])]) == 2
    assert "report.cannot-serve" in capsys.readouterr().err
    assert run(["report", "serve", str(tmp_path), "--host", "192.0.2.1"]) == 2
    assert "report.cannot-serve" in capsys.readouterr().err


def test_it_serves_pages_and_nothing_else_until_ctrl_c(tmp_path: Path) -> None:
    shelve(tmp_path / "all" / "one", "acme")
    (tmp_path / "secret.html").write_text(SECRET)
    with serving(str(tmp_path / "all")) as (process, url):
        assert url.startswith("http://127.0.0.1:")
        assert httpx.get(f"{url}/acme/", trust_env=False).text == "<h1>page of acme</h1>"
        assert httpx.get(f"{url}/acme", trust_env=False, follow_redirects=True).url.path == "/acme/"
        for path in ("/../../secret.html", "//secret.html", "/acme/../../one/ledger.sqlite", "/%00", "http://x/acme/x"):
            answer = raw(url, path)
            assert answer.startswith((b"HTTP/1.1 404", b"HTTP/1.1 400")), path
            assert SECRET.encode() not in answer
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 130


@pytest.mark.heavy
def test_it_ends_well_when_it_is_told_to(tmp_path: Path) -> None:
    with serving(str(tmp_path)) as (process, url):
        assert httpx.get(url, trust_env=False).status_code == httpx.codes.OK
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
