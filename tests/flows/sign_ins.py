"""A relay in front of the sandbox's Exchange that counts what each account asks for, and how often it is refused."""

from __future__ import annotations

import base64
import contextlib
import http.client
import ssl
import threading
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from skyflytt.sandbox.state import Sandbox, Server

NOT_PASSED_ON = {"connection", "transfer-encoding", "content-length", "server", "date"}


class SignIns:
    """Counts are by login. Every request signs in (Basic)."""

    def __init__(self, sandbox: Sandbox, server: Server) -> None:
        self.asked: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self._to = server
        self._trust = ssl.create_default_context(cafile=str(sandbox.ca_file))
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sandbox.certificate)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"https://localhost:{self._server.server_address[1]}/EWS/Exchange.asmx"

    def pass_on(self, path: str, body: bytes, headers: dict[str, str]) -> tuple[http.client.HTTPResponse, bytes]:
        """The server's answer to a request, counted."""
        login = base64.b64decode(headers.get("Authorization", "").removeprefix("Basic ")).decode().partition(":")[0]
        with contextlib.closing(
            http.client.HTTPSConnection(self._to.host, self._to.port, timeout=60, context=self._trust)
        ) as far:
            far.request("POST", path, body, headers)
            answer = far.getresponse()
            content = answer.read()
        self.asked[login] += 1
        self.refused[login] += answer.status == http.HTTPStatus.UNAUTHORIZED
        return answer, content

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        relay = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                answer, content = relay.pass_on(self.path, body, dict(self.headers.items()))
                self.send_response_only(answer.status, answer.reason)
                for name, value in answer.getheaders():
                    if name.lower() not in NOT_PASSED_ON:
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

        return Handler


@contextlib.contextmanager
def sign_ins(sandbox: Sandbox, server: str) -> Iterator[SignIns]:
    relay = SignIns(sandbox, sandbox.servers[server])
    try:
        yield relay
    finally:
        relay.stop()
