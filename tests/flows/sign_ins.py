"""A relay in front of the sandbox's Exchange that counts what each account asks for, and how often it is refused."""

from __future__ import annotations

import base64
import contextlib
import re
import socket
import ssl
import threading
from collections import Counter
from collections.abc import Iterator

from skyflytt.sandbox.state import Sandbox, Server

BASIC = re.compile(rb"^Authorization:[ \t]*Basic[ \t]+(\S+)", re.I | re.M)
REFUSED = b"HTTP/1.1 401 "


class SignIns:
    """Ends the TLS of both sides, so that it can read requests; counts are by login. Every request signs in (Basic)."""

    def __init__(self, sandbox: Sandbox, server: Server) -> None:
        self.asked: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self._to = server
        self._near = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._near.load_cert_chain(sandbox.certificate)
        self._far = ssl.create_default_context(cafile=str(sandbox.ca_file))
        self._listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        return f"https://localhost:{self._listener.getsockname()[1]}/EWS/Exchange.asmx"

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                threading.Thread(target=self._relay, args=(connection,), daemon=True).start()

    def _relay(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), self._near.wrap_socket(connection, server_side=True) as near:
            plain = socket.create_connection((self._to.host, self._to.port))
            with self._far.wrap_socket(plain, server_hostname=self._to.host) as far:
                whose = [""]
                threading.Thread(target=self._pass_back, args=(far, near, whose), daemon=True).start()
                while data := near.recv(1 << 16):
                    for signed in BASIC.findall(data):
                        whose[0] = base64.b64decode(signed).decode().partition(":")[0]
                        self.asked[whose[0]] += 1
                    far.sendall(data)

    def _pass_back(self, far: ssl.SSLSocket, near: ssl.SSLSocket, whose: list[str]) -> None:
        with contextlib.suppress(OSError):
            while data := far.recv(1 << 16):
                self.refused[whose[0]] += data.startswith(REFUSED)
                near.sendall(data)

    def stop(self) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


@contextlib.contextmanager
def sign_ins(sandbox: Sandbox, server: str) -> Iterator[SignIns]:
    relay = SignIns(sandbox, sandbox.servers[server])
    try:
        yield relay
    finally:
        relay.stop()
