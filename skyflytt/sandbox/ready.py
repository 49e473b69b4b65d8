"""Does a server answer in its own protocol?"""

from __future__ import annotations

import socket
import ssl
from pathlib import Path

import dns.exception
import dns.message
import dns.query
import dns.rcode

from skyflytt.sandbox.company.people import DOMAIN
from skyflytt.sandbox.state import Server

GREETINGS = {
    "imap": b"* OK",
    "sftp": b"SSH-2.0",
    "ftps": b"220",
    "smtp": b"220",
    "mail": b"220",
    "s3": b"HTTP/1",
    "ews": b"HTTP/1",
}


def answers(server: Server, ca_file: Path, timeout: float = 2.0) -> bool:
    """True when the first bytes are those of the protocol; over TLS, with a trusted certificate, where the server starts so."""
    if server.kind in {"dns", "resolver"}:
        return _resolves(server, timeout)
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


def _resolves(server: Server, timeout: float) -> bool:
    """It knows the company's domain. A resolver that cannot ask anybody yet answers SERVFAIL."""
    question = dns.message.make_query(DOMAIN, "SOA")
    try:
        answer = dns.query.udp(question, server.host, timeout, server.port)
    except (OSError, dns.exception.DNSException):
        return False
    return answer.rcode() == dns.rcode.NOERROR or server.kind == "resolver"
