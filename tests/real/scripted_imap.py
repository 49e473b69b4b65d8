"""A server on loopback that says what a test wants it to say, without TLS or with it, and keeps what it was sent."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator

Answer = Callable[[bytes, bytes], bytes | None]
"""Given the tag and the rest of a line: all that is sent back; None hangs, and what is `Last` ends the connection."""


class Last(bytes):
    """Sent, and then nothing more."""


class ScriptedImap:
    def __init__(self, greeting: bytes, answer: Answer, context: ssl.SSLContext | None, at_most: int) -> None:
        self._greeting = greeting
        self._answer = answer
        self._at_most = at_most
        self._at_work = 0
        self._context = context
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self.lines: list[bytes] = []
        self.connections = 0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self.connections += 1
                threading.Thread(target=self._one, args=(connection,), daemon=True).start()

    def _one(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError):
            self._talk(self._context.wrap_socket(connection, server_side=True) if self._context else connection)

    def _talk(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rb") as lines:
            if self._at_work >= self._at_most:
                connection.sendall(b"* BYE Too many connections\r\n")
                return
            self._at_work += 1
            connection.sendall(self._greeting + b"\r\n")
            for line in lines:
                self.lines.append(line.rstrip(b"\r\n"))
                tag, _, rest = self.lines[-1].partition(b" ")
                answer = self._answer(tag, rest)
                if answer is None:
                    self._done.wait()
                    return
                connection.sendall(answer)
                if isinstance(answer, Last):
                    return

    def stop(self) -> None:
        self._done.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


@contextlib.contextmanager
def scripted_imap(
    answer: Answer, *, greeting: bytes = b"* OK ready", context: ssl.SSLContext | None = None, at_most: int = 100
) -> Iterator[ScriptedImap]:
    """`at_most` connections at a time; a further one is sent away."""
    server = ScriptedImap(greeting, answer, context, at_most)
    try:
        yield server
    finally:
        server.stop()
