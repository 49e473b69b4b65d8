"""ftplib's client made fit for real servers: explicit TLS (RFC 4217), quick on small files, names of any bytes."""

from __future__ import annotations

import contextlib
import ftplib
import selectors
import socket
import ssl
from collections.abc import Iterator, Sequence
from typing import Any

NAMES = "latin-1"
"""The control connection passes bytes through as they are; names are UTF-8 in them (RFC 2640), but need not be."""

REFUSAL_WITHIN_S = 5
"""How long to wait for a server's word on why its data connection was not to be had."""
SESSION_USES = 200
LINES = 1 << 14
RECORD_BYTES = 1_000
"""Of commands in one TLS record. Of a larger one proftpd keeps what its buffer has no room for, and waits for more to come on the line."""


class FtpsClient(ftplib.FTP_TLS):
    """Commands and answers are text in which each character is one byte: see `wire` and `words`."""

    def __init__(self, context: ssl.SSLContext, timeout: float) -> None:
        super().__init__(context=context, timeout=timeout, encoding=NAMES)
        # The server's word for where its data connection listens is not believed: always the host that was verified.
        self.trust_server_pasv_ipv4_address = False
        self.marks_ends = False
        """The server has ended a data connection as TLS demands: from then on, one that just stops was cut."""
        self._kept: ssl.SSLSession | None = None
        self._uses = 0
        self._heard = b""

    def connect(self, *args: Any, **options: Any) -> str:
        welcome = super().connect(*args, **options)
        if self.sock is not None:
            self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return welcome

    def auth(self) -> str:
        """What came before the encryption counts for nothing after it."""
        answer = super().auth()
        self._heard = b""
        return answer

    def getline(self) -> str:
        """The next line of a reply. One that was cut off is none."""
        while (end := self._heard.find(b"\n")) < 0:
            if len(self._heard) > self.maxline:
                raise ftplib.error_proto(f"a line of more than {self.maxline} bytes")
            piece = self.sock.recv(LINES) if self.sock is not None else b""
            if not piece:
                raise EOFError
            self._heard += piece
        line, self._heard = self._heard[:end], self._heard[end + 1 :]
        return line.rstrip(b"\r").decode(self.encoding)

    def ntransfercmd(self, cmd: str, rest: int | str | None = None) -> tuple[socket.socket, int | None]:
        """Open a data connection within the control connection's TLS session, which servers demand as a proof of who connects."""
        connection = self._open(cmd) if rest is None else self._open_at(cmd, rest)
        try:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            secured = self.context.wrap_socket(
                connection, server_hostname=self.host, session=self._session(), suppress_ragged_eofs=False
            )
        except BaseException:
            connection.close()
            raise
        return secured, None

    def send_all(self, commands: Sequence[str]) -> None:
        """Send several commands at once; each has a reply of its own to be taken."""
        for command in commands:
            if "\r" in command or "\n" in command:
                raise ValueError("a command is one line")
        if self.sock is not None:
            for record in records([f"{command}\r\n".encode(self.encoding) for command in commands]):
                self.sock.sendall(record)

    def _open(self, command: str) -> socket.socket:
        """What is asked for does not wait for the word on where its data connection listens."""
        self.send_all([self._passive, command])
        try:
            port = self._listens_at(self.getresp())
        except ftplib.Error:
            with contextlib.suppress(ftplib.Error, OSError, EOFError):
                self.getresp()
            raise
        try:
            connection = self._connected_to(port)
        except OSError:
            self._why_not()
            raise
        return self._begun(connection)

    def _open_at(self, command: str, offset: int | str) -> socket.socket:
        """A server that refuses to begin at an offset must not hear the command, which would then begin at none."""
        self.send_all([self._passive, f"REST {offset}"])
        answers: list[str | ftplib.Error] = [self.reply(), self.reply()]
        for answer in answers:
            if isinstance(answer, ftplib.Error):
                raise answer
        connection = self._connected_to(self._listens_at(str(answers[0])))
        try:
            self.putcmd(command)
        except BaseException:
            connection.close()
            raise
        return self._begun(connection)

    def _begun(self, connection: socket.socket) -> socket.socket:
        try:
            self._promised()
        except BaseException:
            connection.close()
            raise
        return connection

    def _promised(self) -> None:
        answer = self.getresp()
        if answer.startswith("2"):  # Some servers say 200 first, as ftplib knows.
            answer = self.getresp()
        if not answer.startswith("1"):
            raise ftplib.error_reply(answer)

    @property
    def _passive(self) -> str:
        return "PASV" if self.af == socket.AF_INET else "EPSV"

    def _listens_at(self, answer: str) -> int:
        if self.af == socket.AF_INET:
            return ftplib.parse227(answer)[1]
        return ftplib.parse229(answer, self._peer)[1]

    @property
    def _peer(self) -> tuple[str, int]:
        if self.sock is None:
            raise EOFError
        host, port = self.sock.getpeername()[:2]
        return host, port

    def _connected_to(self, port: int) -> socket.socket:
        return socket.create_connection((self._peer[0], port), self.timeout, source_address=self.source_address)

    def _why_not(self) -> None:
        """Raises the server's refusal of a command whose data connection was not to be had; without one, this client is at its end."""
        if self.sock is not None:
            self.sock.settimeout(REFUSAL_WITHIN_S)
        try:
            self.getresp()
        except ftplib.Error:
            if self.sock is not None:
                self.sock.settimeout(self.timeout)
            raise
        except (OSError, EOFError):
            pass
        # A reply that comes too late would be taken for that of another command.
        self.close()

    def _session(self) -> ssl.SSLSession | None:
        """Taken anew once in a while: the copy that this makes costs as much as the encryption of a small file."""
        if not self._uses:
            control = self.sock
            self._kept = control.session if isinstance(control, ssl.SSLSocket) else None
        self._uses = (self._uses + 1) % SESSION_USES
        return self._kept

    def reply(self) -> str | ftplib.Error:
        """The next reply, a refusal as a value."""
        try:
            return self.getresp()
        except ftplib.Error as refusal:
            return refusal

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


def records(lines: Sequence[bytes]) -> Iterator[bytes]:
    """The lines in pieces of whole ones, none larger than `RECORD_BYTES` unless it is one line."""
    piece = b""
    for line in lines:
        if piece and len(piece) + len(line) > RECORD_BYTES:
            yield piece
            piece = b""
        piece += line
    if piece:
        yield piece


def wire(text: str) -> str:
    """Text as a command carries it: one character for each byte of its UTF-8."""
    return text.encode("utf-8", "surrogateescape").decode(NAMES)


def words(answer: object) -> str:
    """The server's answer for a person."""
    return str(answer).encode(NAMES, "replace").decode("utf-8", "replace").strip()


def say_end(connection: socket.socket) -> None:
    """Say that all is sent (TLS close_notify, then TCP's own). Nobody waits for an answer, which not all servers give.

    The reply on the control connection says what counts. To be closed only after it: what the server has sent meanwhile and nobody
    has read would make the system reset the connection, and the server lose what it has not read yet.
    """
    try:
        if isinstance(connection, ssl.SSLSocket):
            _notify(connection)
        connection.shutdown(socket.SHUT_WR)
    except (OSError, ValueError):  # ValueError: it was closed already
        pass


def _notify(connection: ssl.SSLSocket) -> None:
    timeout = connection.gettimeout()
    connection.settimeout(0)
    while True:
        try:
            connection.unwrap()
        except ssl.SSLWantWriteError:
            with selectors.DefaultSelector() as room:
                room.register(connection, selectors.EVENT_WRITE)
                if not room.select(timeout):
                    raise TimeoutError from None
        except ssl.SSLWantReadError:
            return
        else:
            return


def end_data(connection: socket.socket) -> None:
    """The same where nothing was sent that could get lost."""
    say_end(connection)
    connection.close()
