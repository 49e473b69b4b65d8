"""Requests and answers over one SFTP channel: many requests may be under way, their answers are taken in any order."""

from __future__ import annotations

import contextlib
import struct
from collections.abc import Iterator

import paramiko

from skyflytt.errors.connection import ConnectionLost
from skyflytt.files.sftp.packets import Answer, Attributes, Command, Packet, Refusal, Status, number, text

FLUSH_BYTES = 1 << 16
CHUNK = 1 << 17
SAFE_BLOCK = 32_768
"""What every server must take in one request (draft-ietf-secsh-filexfer-02, section 3)."""
LARGEST_BLOCK = 261_120
"""OpenSSH's own limit: its packet of 256 KiB less 1 KiB."""
LARGEST_PACKET = 1 << 20


class Session:
    """Not for use by several threads at once. Any failure of the channel is a `ConnectionLost` of `server`."""

    def __init__(self, channel: paramiko.Channel, server: str) -> None:
        self._channel = channel
        self._server = server
        self._out = bytearray()
        self._in = bytearray()
        self._answers: dict[int, tuple[int, bytes]] = {}
        self._unwanted: set[int] = set()
        self._last = 0
        self.block_bytes = SAFE_BLOCK
        self.extensions = self._greet()
        if "limits@openssh.com" in self.extensions:
            self._ask_limits()

    def _greet(self) -> frozenset[str]:
        with self._losing():
            self._channel.sendall(struct.pack(">IBI", 5, Command.INIT, 3))
        kind, data = self._take()
        if kind != Answer.VERSION:
            raise ConnectionLost(self._server, "it does not speak SFTP")
        packet = Packet(data)
        packet.number()
        names = []
        while packet:
            names.append(packet.text().decode("ascii", "replace"))
            packet.text()
        return frozenset(names)

    def _ask_limits(self) -> None:
        """limits@openssh.com: largest packet, read, write, and number of open handles; 0 means not known."""
        try:
            answer = self.ask_extended("limits@openssh.com", b"")
        except Refusal:
            return
        answer.long()
        offered = [limit for limit in (answer.long(), answer.long()) if limit]
        self.block_bytes = min([LARGEST_BLOCK, *offered])

    def send(self, command: Command, *fields: bytes | memoryview) -> int:
        """Queue a request; its number is for `wait` or `forget`."""
        self._last = (self._last + 1) & 0xFFFFFFFF
        size = 5 + sum(len(field) for field in fields)
        self._out += struct.pack(">IBI", size, command, self._last)
        for field in fields:
            self._out += field
        if len(self._out) >= FLUSH_BYTES:
            self.flush()
        return self._last

    def flush(self) -> None:
        if self._out:
            with self._losing():
                self._channel.sendall(bytes(self._out))
            self._out.clear()

    def wait(self, request: int) -> Packet:
        """The answer to a request; raises `Refusal` for a status that is not OK."""
        self.flush()
        while request not in self._answers:
            kind, data = self._take()
            (answered,) = struct.unpack_from(">I", data)
            if answered in self._unwanted:
                self._unwanted.discard(answered)
            else:
                self._answers[answered] = (kind, data)
        kind, data = self._answers.pop(request)
        packet = Packet(data, 4)
        if kind == Answer.STATUS and (code := packet.number()) != Status.OK:
            words = packet.text().decode("utf-8", "replace") if packet else ""
            raise Refusal(code, words)
        return packet

    def ask(self, command: Command, *fields: bytes | memoryview) -> Packet:
        return self.wait(self.send(command, *fields))

    def ask_extended(self, name: str, payload: bytes) -> Packet:
        return self.ask(Command.EXTENDED, text(name), payload)

    def forget(self, *requests: int) -> None:
        """Throw the answers away when they come."""
        for request in requests:
            if self._answers.pop(request, None) is None:
                self._unwanted.add(request)

    def close_handle(self, handle: bytes) -> None:
        """Close without waiting."""
        self.forget(self.send(Command.CLOSE, text(handle)))
        self.flush()

    def attributes(self, path: bytes) -> int:
        """Queue the question for a path's own attributes (links are not followed)."""
        return self.send(Command.LSTAT, text(path))

    def list_folder(self, path: bytes) -> Iterator[tuple[bytes, Attributes]]:
        """The names in a folder with their attributes, as the server lists them; two requests are under way at any time."""
        handle = self.ask(Command.OPENDIR, text(path)).text()
        pending = [self.send(Command.READDIR, text(handle)) for _ in range(2)]
        try:
            while True:
                answer = self.wait(pending.pop(0))
                pending.append(self.send(Command.READDIR, text(handle)))
                for _ in range(answer.number()):
                    name = answer.text()
                    answer.text()
                    yield name, answer.attributes()
        except Refusal as refusal:
            if refusal.code != Status.EOF:
                raise
        finally:
            self.forget(*pending)
            self.close_handle(handle)

    def _take(self) -> tuple[int, bytes]:
        """The next packet: its kind and, from the request's number on, its content."""
        self._fill(5)
        size, kind = struct.unpack_from(">IB", self._in)
        if not 1 <= size <= LARGEST_PACKET:
            raise ConnectionLost(self._server, "it does not speak SFTP")
        self._fill(4 + size)
        data = bytes(memoryview(self._in)[5 : 4 + size])
        del self._in[: 4 + size]
        return kind, data

    def _fill(self, size: int) -> None:
        while len(self._in) < size:
            with self._losing():
                piece = self._channel.recv(CHUNK)
            if not piece:
                raise ConnectionLost(self._server, "the server closed the connection")
            self._in += piece

    @contextlib.contextmanager
    def _losing(self) -> Iterator[None]:
        try:
            yield
        except TimeoutError as error:
            raise ConnectionLost(self._server, f"no answer in {self._channel.gettimeout():.0f} seconds") from error
        except (OSError, EOFError, paramiko.SSHException) as error:
            raise ConnectionLost(self._server, str(error) or "the connection is closed") from error


def read_fields(handle: bytes, offset: int, size: int) -> bytes:
    """The fields of a READ."""
    return text(handle) + struct.pack(">QI", offset, size)


def write_fields(handle: bytes, offset: int, size: int) -> bytes:
    """The fields of a WRITE but for the data themselves, which follow."""
    return text(handle) + struct.pack(">Q", offset) + number(size)
