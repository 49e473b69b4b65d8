"""An IMAP server that says a password back in its refusal, as some do."""

from __future__ import annotations

import base64
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import trustme


@contextmanager
def repeating_imap(folder: Path) -> Iterator[tuple[int, Path]]:
    """Its port on localhost, and the file of the authority that vouches for it."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.request = context.wrap_socket(self.request, server_side=True)
            self.setup()
            self._say("* OK ready")
            while line := self.rfile.readline().decode().strip():
                tag, command, *given = line.split(" ", 2)
                answer = getattr(self, f"_{command.lower()}", self._refuse)
                answer(tag, given[0] if given else "")

        def _capability(self, tag: str, _given: str) -> None:
            self._say("* CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR", f"{tag} OK done")

        def _login(self, tag: str, given: str) -> None:
            self._say(f"{tag} NO [AUTHENTICATIONFAILED] wrong password: {given}")

        def _authenticate(self, tag: str, given: str) -> None:
            _, _, initial = given.partition(" ")
            if not initial:
                self._say("+ ")
                initial = self.rfile.readline().decode().strip()
            plain = base64.b64decode(initial).decode().replace("\0", " ")
            self._say(f"{tag} NO [AUTHENTICATIONFAILED] wrong password: {initial} {plain}")

        def _refuse(self, tag: str, given: str) -> None:
            self._say(f"{tag} BAD not now {given}")

        def _say(self, *lines: str) -> None:
            self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            """A client that goes away is none."""

    with Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield int(server.server_address[1]), folder / "ca.pem"
        finally:
            server.shutdown()
            thread.join()
