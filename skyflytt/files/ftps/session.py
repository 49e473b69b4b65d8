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

    def send_each(self, command: str, paths: list[str]) -> list[str | ftplib.Error]:
        """The answer to `command PATH` for each of them, asked without waiting; refusals are values."""
        answers: list[str | ftplib.Error] = []
        with failures(self.root or "/", self.server):
            for start in range(0, len(paths), AT_ONCE):
                part = paths[start : start + AT_ONCE]
                for path in part:
                    self.client.putcmd(f"{command} {self.at(path)}")
                answers += [self._answer() for _ in part]
        return answers

    def _answer(self) -> str | ftplib.Error:
        try:
            return self.client.getresp()
        except ftplib.error_perm as refusal:
            return refusal

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
