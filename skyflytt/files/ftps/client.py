"""ftplib's client made fit for real servers: explicit TLS (RFC 4217), quick on small files, names of any bytes."""

from __future__ import annotations

import ftplib
import socket
import ssl
from typing import Any

NAMES = "latin-1"
"""The control connection passes bytes through as they are; names are UTF-8 in them (RFC 2640), but need not be."""


class FtpsClient(ftplib.FTP_TLS):
    """Commands and answers are text in which each character is one byte: see `wire` and `words`."""

    def __init__(self, context: ssl.SSLContext, timeout: float) -> None:
        super().__init__(context=context, timeout=timeout, encoding=NAMES)
        # The server's word for where its data connection listens is not believed: always the host that was verified.
        self.trust_server_pasv_ipv4_address = False
        self.marks_ends = False
        """The server has ended a data connection as TLS demands: from then on, one that just stops was cut."""

    def connect(self, *args: Any, **options: Any) -> str:
        welcome = super().connect(*args, **options)
        if self.sock is not None:
            self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return welcome

    def ntransfercmd(self, cmd: str, rest: int | str | None = None) -> tuple[socket.socket, int | None]:
        """Open a data connection within the control connection's TLS session, which servers demand as a proof of who connects."""
        # The method of FTP_TLS itself is passed over: it starts a session of its own.
        connection, size = ftplib.FTP.ntransfercmd(self, cmd, rest)
        try:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            control = self.sock
            session = control.session if isinstance(control, ssl.SSLSocket) else None
            secured = self.context.wrap_socket(
                connection, server_hostname=self.host, session=session, suppress_ragged_eofs=False
            )
        except BaseException:
            connection.close()
            raise
        return secured, size

    def take(self, connection: socket.socket, size: int) -> tuple[bytes, bool]:
        """What has come, and whether that counts: at an end that the server did not mark (TLS close_notify), there may be more.

        Not all servers mark it. Raises `ssl.SSLEOFError` where this one does, and did not.
        """
        try:
            piece = connection.recv(size)
        except ssl.SSLEOFError:
            if self.marks_ends:
                raise
            return b"", False
        self.marks_ends = self.marks_ends or not piece
        return piece, True


def wire(text: str) -> str:
    """Text as a command carries it: one character for each byte of its UTF-8."""
    return text.encode("utf-8", "surrogateescape").decode(NAMES)


def words(answer: object) -> str:
    """The server's answer for a person."""
    return str(answer).encode(NAMES, "replace").decode("utf-8", "replace").strip()


def end_data(connection: socket.socket) -> None:
    """Say that all is sent (TLS close_notify), then close. Not all servers answer it, and the reply that follows says what counts."""
    try:
        if isinstance(connection, ssl.SSLSocket):
            connection.unwrap()
    except (OSError, ValueError):  # ValueError: it was closed already
        pass
    finally:
        connection.close()
