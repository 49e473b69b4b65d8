"""The packets of SFTP version 3 (draft-ietf-secsh-filexfer-02) and of OpenSSH's extensions (its PROTOCOL file, section 4).

They are read and written here and not by paramiko's SFTPClient, which fails a whole listing for one name that is not UTF-8, loses
the status codes of the protocol and drops the answers to pipelined writes.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import IntEnum, IntFlag

Handle = bytes


class Command(IntEnum):
    INIT = 1
    OPEN = 3
    CLOSE = 4
    READ = 5
    WRITE = 6
    LSTAT = 7
    SETSTAT = 9
    FSETSTAT = 10
    OPENDIR = 11
    READDIR = 12
    REMOVE = 13
    MKDIR = 14
    RMDIR = 15
    STAT = 17
    RENAME = 18
    READLINK = 19
    SYMLINK = 20
    EXTENDED = 200


class Answer(IntEnum):
    VERSION = 2
    STATUS = 101
    HANDLE = 102
    DATA = 103
    NAME = 104
    ATTRS = 105
    EXTENDED_REPLY = 201


class Status(IntEnum):
    """The codes of version 3, and those of later versions that servers use when they have no better one."""

    OK = 0
    EOF = 1
    NO_SUCH_FILE = 2
    PERMISSION_DENIED = 3
    FAILURE = 4
    NO_CONNECTION = 6
    CONNECTION_LOST = 7
    UNSUPPORTED = 8
    NO_SUCH_PATH = 10
    NO_SPACE = 14
    QUOTA_EXCEEDED = 15


class OpenFlag(IntFlag):
    READ = 1
    WRITE = 2
    CREATE = 8
    TRUNCATE = 16
    EXCLUSIVE = 32


SIZE, OWNER, PERMISSIONS, TIMES, MORE = 1, 2, 4, 8, 0x80000000


@dataclass(frozen=True, slots=True)
class Attributes:
    """What the server says of an entry; it may leave out any of it. `modified` is in whole seconds since 1970."""

    size: int | None
    mode: int | None
    modified: int | None
    owner: tuple[int, int] | None = None
    """The numbers of the user and the group that it belongs to."""


class Refusal(Exception):
    """A status that is not OK: the code, and the server's words."""

    def __init__(self, code: int, words: str) -> None:
        self.code = code
        self.words = words or f"status {code}"
        super().__init__(f"{words} (status {code})")


class Packet:
    """Reads one answer from the front."""

    def __init__(self, data: bytes, at: int = 0) -> None:
        self._data = data
        self._at = at

    def number(self) -> int:
        (value,) = struct.unpack_from(">I", self._data, self._at)
        self._at += 4
        return int(value)

    def long(self) -> int:
        (value,) = struct.unpack_from(">Q", self._data, self._at)
        self._at += 8
        return int(value)

    def text(self) -> bytes:
        size = self.number()
        self._at += size
        return self._data[self._at - size : self._at]

    def attributes(self) -> Attributes:
        flags = self.number()
        size = self.long() if flags & SIZE else None
        owner = (self.number(), self.number()) if flags & OWNER else None
        mode = self.number() if flags & PERMISSIONS else None
        times = (self.number(), self.number()) if flags & TIMES else None
        for _ in range(self.number() if flags & MORE else 0):
            self.text(), self.text()
        return Attributes(size, mode, times[1] if times else None, owner)

    def __bool__(self) -> bool:
        return self._at < len(self._data)


def number(value: int) -> bytes:
    return struct.pack(">I", value)


def long(value: int) -> bytes:
    return struct.pack(">Q", value)


def text(value: bytes | str) -> bytes:
    raw = value.encode() if isinstance(value, str) else value
    return number(len(raw)) + raw


NO_ATTRIBUTES = number(0)


def open_fields(flags: OpenFlag) -> bytes:
    """What follows the path in an OPEN."""
    return number(flags) + NO_ATTRIBUTES


def size_attribute(size: int) -> bytes:
    return number(SIZE) + long(size)


def times_attribute(seconds: int) -> bytes:
    """Time of access and of modification; the protocol has 32 bits for them, from 1970 to 2106."""
    kept = min(max(seconds, 0), 0xFFFFFFFF)
    return number(TIMES) + number(kept) + number(kept)
