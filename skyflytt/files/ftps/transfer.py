"""One file on its way: the data connection, and the reply on the control connection that says whether all arrived."""

from __future__ import annotations

import contextlib
import ftplib
import socket

from skyflytt.errors.base import Failure
from skyflytt.files.ftps.client import FtpsClient, end_data, say_end, words
from skyflytt.files.ftps.failures import failures, reply_failure
from skyflytt.files.stream import BLOCK

REASON_WITHIN_S = 5
"""How long to wait for a server's word on why it ended a data connection; some have none."""


class Transfer:
    """Exactly one reply is taken after the data connection has ended, whatever happens: else it would answer the next command."""

    def __init__(self, client: FtpsClient, connection: socket.socket, path: str, server: str) -> None:
        self._client = client
        self._connection = connection
        self._path = path
        self._server = server
        self._ended = False

    def give_up(self) -> None:
        """End a transfer that was not finished."""
        if not self._ended:
            self._ended = True
            end_data(self._connection)
            with contextlib.suppress(ftplib.Error, OSError, EOFError):
                self._client.voidresp()

    def finish(self) -> None:
        """The server's word that all has arrived, or was sent."""
        if not self._ended:
            self._ended = True
            say_end(self._connection)
            try:
                with failures(self._path, self._server):
                    self._client.voidresp()
            finally:
                self._connection.close()


class Download(Transfer):
    def take(self, size: int) -> bytes:
        """1 to `size` bytes, or none at the end, which counts only when the server confirms it."""
        if self._ended:
            return b""
        with failures(self._path, self._server):
            piece, _ = self._client.take(self._connection, min(size, BLOCK))
        if not piece:
            self.finish()
        return piece

    def give_up(self) -> None:
        if not self._ended:
            # What the server is still sending would otherwise have to be taken before it hears that nobody wants it.
            self._connection.close()
        super().give_up()


class Upload(Transfer):
    written = 0

    def put(self, data: memoryview) -> None:
        """Send all of it."""
        try:
            self._connection.sendall(data)
        except OSError as error:
            raise self._broken_off(error) from error
        self.written += len(data)

    def _broken_off(self, error: OSError) -> Failure:
        """A server that has no room left ends the data connection, and says why on the other one."""
        self._ended = True
        self._connection.close()
        try:
            if self._client.sock is not None:
                self._client.sock.settimeout(REASON_WITHIN_S)
            self._client.voidresp()
        except ftplib.Error as reply:
            return reply_failure(self._path, self._server, words(reply))
        except (OSError, EOFError):
            # A reply that comes too late would be taken for that of another command.
            self._client.close()
            return reply_failure(self._path, self._server, f"426 {error}")
        else:
            return reply_failure(self._path, self._server, f"426 {error}")
        finally:
            if self._client.sock is not None:
                self._client.sock.settimeout(self._client.timeout)
