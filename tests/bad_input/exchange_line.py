"""A line between the adapter and the sandbox's Exchange that cuts, stalls or refuses at the items it is told of."""

from __future__ import annotations

import base64
import contextlib
import http.client
import re
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

NOT_PASSED_ON = {"connection", "transfer-encoding", "content-length", "server", "date"}
_DATA = re.compile(rb">([A-Za-z0-9+/=\s]{100,})<")
STALL_S = 30.0


@dataclass
class ExchangeLine:
    """`cut_requests`, `cut_answers` and `stall_answers` hold what an item must have in it, as text. `refused` counts HTTP 401."""

    to: str
    trust: ssl.SSLContext
    cut_requests: str = ""
    cut_answers: str = ""
    stall_answers: str = ""
    refused: int = 0
    happened: int = 0
    closing: threading.Event = field(default_factory=threading.Event)

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers["Content-Length"]))
        if self._is_about(self.cut_requests, body):
            handler.close_connection = True
            handler.connection.close()
            return
        far = urlsplit(self.to)
        with contextlib.closing(
            http.client.HTTPSConnection(far.hostname or "", far.port, timeout=60, context=self.trust)
        ) as line:
            line.request("POST", far.path, body, dict(handler.headers))
            answer = line.getresponse()
            content = answer.read()
        self.refused += answer.status == http.HTTPStatus.UNAUTHORIZED
        handler.send_response_only(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in NOT_PASSED_ON:
                handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        if self._is_about(self.cut_answers, content):
            content = content[: len(content) // 2]
            handler.close_connection = True
        if self._is_about(self.stall_answers, content):
            handler.wfile.write(content[: len(content) // 2])
            handler.wfile.flush()
            self.closing.wait(STALL_S)
            handler.close_connection = True
            return
        handler.wfile.write(content)

    def _is_about(self, text: str, content: bytes) -> bool:
        """Whether an item that travels here has the text in it: as MIME, or in a FastTransfer stream."""
        if not text:
            return False
        items = [base64.b64decode(re.sub(rb"\s", b"", found)) for found in _DATA.findall(content)]
        about = any(coded in item for item in items for coded in (text.encode(), text.encode("utf-16-le")))
        self.happened += about
        return about


@contextlib.contextmanager
def exchange_line(url: str, ca_file: Path, certificate: ssl.SSLContext) -> Iterator[tuple[ExchangeLine, str]]:
    """The line, and the URL of the service at its near end."""
    line = ExchangeLine(url, ssl.create_default_context(cafile=str(ca_file)))

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            with contextlib.suppress(OSError):
                line.answer(self)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    server.socket = certificate.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield line, f"localhost:{server.server_address[1]}{urlsplit(url).path}"
    finally:
        line.closing.set()
        server.shutdown()
        server.server_close()
        thread.join(10)
