"""A web server over TLS that answers each method with what a test scripts: for what no honest server says."""

from __future__ import annotations

import contextlib
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


@dataclass(frozen=True)
class Said:
    """`length` is the Content-Length, where it is not that of the body."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    length: int | None = None


Script = dict[str, Said]
"""By `METHOD /path`, or by `METHOD` for every other path; what is not there is 404."""


@dataclass(frozen=True)
class ScriptedWebdav:
    port: int
    heard: list[tuple[str, str]]
    """`METHOD /path` and the Authorization header of each request."""


@contextlib.contextmanager
def scripted_webdav(script: Script, certificate_and_key: Path) -> Iterator[ScriptedWebdav]:
    heard: list[tuple[str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def __getattr__(self, name: str) -> object:
            if name.startswith("do_"):
                return self.answer
            raise AttributeError(name)

        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            heard.append((f"{self.command} {self.path}", self.headers.get("Authorization", "")))
            said = script.get(f"{self.command} {self.path}") or script.get(self.command) or Said(404)
            self.send_response(said.status)
            for name, value in said.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(said.body) if said.length is None else said.length))
            self.end_headers()
            self.wfile.write(said.body)
            self.close_connection = said.length is not None

        def log_message(self, *_what: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate_and_key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield ScriptedWebdav(server.server_address[1], heard)
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
