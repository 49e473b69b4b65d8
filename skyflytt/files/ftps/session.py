"""Commands about paths below an account's folder."""

from __future__ import annotations

import ftplib
from dataclasses import dataclass

from skyflytt.errors.connection import ConnectionLost
from skyflytt.errors.files import PathRefused
from skyflytt.files.ftps.client import FtpsClient, end_data, wire
from skyflytt.files.ftps.failures import failures
from skyflytt.files.stream import BLOCK

AT_ONCE = 50
"""Commands sent before their replies are read; they fit into any server's buffer."""


@dataclass(frozen=True, slots=True)
class Session:
    """`server` is what failures call it, `root` the folder (without a slash at its end) that all paths are below."""

    client: FtpsClient
    server: str
    root: str

    def at(self, path: str) -> str:
        """The path as a command carries it."""
        full = f"{self.root}/{path}"
        if "\r" in full or "\n" in full:
            raise PathRefused(path, "FTP cannot carry a line break in a name")
        return wire(full)

    def send(self, command: str, path: str) -> str:
        """The answer to `command PATH`; raises what it means when it is a refusal."""
        with failures(path, self.server):
            return self.client.sendcmd(f"{command} {self.at(path)}")

    def send_each(self, commands: list[str]) -> list[str | ftplib.Error]:
        """The answer to each command, asked without waiting; refusals are values. Raises what a server says that has no time for us."""
        answers: list[str | ftplib.Error] = []
        with failures(self.root or "/", self.server):
            for start in range(0, len(commands), AT_ONCE):
                part = commands[start : start + AT_ONCE]
                self.client.send_all(part)
                # All of them are taken, so that none is left over as the answer to something else.
                answers += self._replies(len(part))
                for answer in answers[start:]:
                    if isinstance(answer, ftplib.error_temp | ftplib.error_proto):
                        raise answer
        return answers

    def _replies(self, count: int) -> list[str | ftplib.Error]:
        found: list[str | ftplib.Error] = []
        for _ in range(count):
            try:
                found.append(self.client.reply())
            except (OSError, EOFError):
                if found and isinstance(found[-1], ftplib.Error):
                    raise found[-1] from None
                raise
        return found

    def received(self, command: str, item: str) -> bytes:
        """Everything that a command sends over a data connection. Where its end is not marked, a second answer has to be the same."""
        with failures(item or self.root or "/", self.server):
            content, is_whole = self._received(command)
            if not is_whole and self._received(command)[0] != content:
                raise ConnectionLost(self.server, "a listing ended too early")
        return content

    def _received(self, command: str) -> tuple[bytes, bool]:
        pieces = []
        with self.client.transfercmd(command) as connection:
            piece, is_whole = self.client.take(connection, BLOCK)
            while piece:
                pieces.append(piece)
                piece, is_whole = self.client.take(connection, BLOCK)
            end_data(connection)
        self.client.voidresp()
        return b"".join(pieces), is_whole
