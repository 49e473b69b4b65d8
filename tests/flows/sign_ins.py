"""A relay in front of an IMAP server of the sandbox that counts the sign-ins it is asked for."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections import Counter
from collections.abc import Iterator

from skyflytt.sandbox.state import Sandbox, Server


class SignIns:
    """Ends the TLS of both sides, so that it can read the commands; `count` is by login."""

    def __init__(self, sandbox: Sandbox, server: Server) -> None:
        self.count: Counter[str] = Counter()
        self._to = server
        self._near = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._near.load_cert_chain(sandbox.certificate)
        self._far = ssl.create_default_context(cafile=str(sandbox.ca_file))
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                threading.Thread(target=self._relay, args=(connection,), daemon=True).start()

    def _relay(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), self._near.wrap_socket(connection, server_side=True) as near:
            plain = socket.create_connection((self._to.host, self._to.port))
            with self._far.wrap_socket(plain, server_hostname=self._to.host) as far:
                threading.Thread(target=_pass_on, args=(far, near), daemon=True).start()
                with near.makefile("rb") as lines:
                    for line in lines:
                        self._notice(line)
                        far.sendall(line)

    def _notice(self, line: bytes) -> None:
        words = line.split()
        if len(words) > 2 and words[1].upper() in {b"LOGIN", b"AUTHENTICATE"}:
            self.count[words[2].decode().strip('"')] += 1

    def stop(self) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


def _pass_on(far: ssl.SSLSocket, near: ssl.SSLSocket) -> None:
    with contextlib.suppress(OSError):
        while data := far.recv(1 << 16):
            near.sendall(data)


@contextlib.contextmanager
def sign_ins(sandbox: Sandbox, server: str) -> Iterator[SignIns]:
    relay = SignIns(sandbox, sandbox.servers[server])
    try:
        yield relay
    finally:
        relay.stop()
