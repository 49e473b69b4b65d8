"""A relay in front of the sandbox's Exchange that counts what is asked for, how often it is refused, and how much at once."""

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
    """Counts are by login. Every request signs in (Basic).

    `most_at_once` is of all logins together; `busy` are the seconds that the next requests are told to wait for (Retry-After).
    """

    def __init__(self, sandbox: Sandbox, server: Server) -> None:
        self.asked: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.most_at_once = 0
        self.busy: list[int] = []
        self._now = 0
        self._counting = threading.Lock()
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

    @contextlib.contextmanager
    def counted(self) -> Iterator[None]:
        with self._counting:
            self._now += 1
            self.most_at_once = max(self.most_at_once, self._now)
        try:
            yield
        finally:
            with self._counting:
                self._now -= 1

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
                with relay.counted():
                    if relay.busy:
                        self._put_off(relay.busy.pop(0))
                        return
                    answer, content = relay.pass_on(self.path, body, dict(self.headers.items()))
                self.send_response_only(answer.status, answer.reason)
                for name, value in answer.getheaders():
                    if name.lower() not in NOT_PASSED_ON:
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def _put_off(self, seconds: int) -> None:
                self.send_response_only(http.HTTPStatus.SERVICE_UNAVAILABLE)
                self.send_header("Retry-After", str(seconds))
                self.send_header("Content-Length", "0")
                self.end_headers()

        return Handler


@contextlib.contextmanager
def sign_ins(sandbox: Sandbox, server: str) -> Iterator[SignIns]:
    relay = SignIns(sandbox, sandbox.servers[server])
    try:
        yield relay
    finally:
        relay.stop()
