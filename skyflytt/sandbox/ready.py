"""Does a server answer in its own protocol?"""

from __future__ import annotations

import socket
import ssl
from pathlib import Path

from skyflytt.sandbox.state import Server

GREETINGS = {"imap": b"* OK", "sftp": b"SSH-2.0", "ftps": b"220", "smtp": b"220", "s3": b"HTTP/1", "ews": b"HTTP/1"}


def answers(server: Server, ca_file: Path, timeout: float = 2.0) -> bool:
    """True when the first bytes are those of the protocol; over TLS, with a trusted certificate, where the server starts so."""
    try:
        with socket.create_connection((server.host, server.port), timeout) as plain:
            if server.kind not in {"imap", "s3", "ews"}:
                return plain.recv(16).startswith(GREETINGS[server.kind])
            context = ssl.create_default_context(cafile=str(ca_file))
            with context.wrap_socket(plain, server_hostname=server.host) as secure:
                if server.kind in {"s3", "ews"}:
                    secure.sendall(b"HEAD / HTTP/1.0\r\nHost: localhost\r\n\r\n")
                return secure.recv(16).startswith(GREETINGS[server.kind])
    except OSError:
        return False
