"""What a status of the server ([MS-ERREF] section 2.3) means to the migration."""

from __future__ import annotations

from skyflytt.errors.base import Failure
from skyflytt.errors.connection import ConnectionLost, ServerBusy
from skyflytt.errors.files import FileInUse, PathEscapes, PathMissing, PathRefused, TargetFull

NO_MORE_FILES = 0x8000_0006
STOPPED_ON_SYMLINK = 0x8000_002D
END_OF_FILE = 0xC000_0011
ACCESS_DENIED = 0xC000_0022
NAME_COLLISION = 0xC000_0035
DISK_FULL = 0xC000_007F
IS_A_DIRECTORY = 0xC000_00BA
NOT_A_DIRECTORY = 0xC000_0103
CANNOT_DELETE = 0xC000_0121
PATH_NOT_COVERED = 0xC000_0257

MISSING = frozenset({0xC000_000F, 0xC000_0034, 0xC000_0039, 0xC000_003A, 0xC000_0225})
"""No such file, name not found, path invalid, path not found, not found."""
NO_SHARE = 0xC000_00CC
FULL = frozenset({0xC000_0044, DISK_FULL, 0xC000_0802})
"""Quota exceeded, disk full, disk quota exceeded."""
IN_USE = frozenset({0xC000_0043, 0xC000_0054, 0xC000_0055, 0xC000_0056, 0xC000_0243})
"""Sharing violation, lock conflict, lock not granted, delete pending, mapped into memory."""
BUSY = frozenset({0xC000_009A, 0xC000_00CE, 0xC000_00D0, 0xC000_0205})
"""Insufficient resources, too many sessions, request not accepted, insufficient server resources."""
LOST = frozenset(
    {
        0xC000_00B5,
        0xC000_00C4,
        0xC000_00C9,
        0xC000_0128,
        0xC000_0203,
        0xC000_020C,
        0xC000_026E,
        0xC000_035C,
        0xC000_0466,
    }
)
"""Timeout, network error, share gone, handle closed, session deleted, disconnected, dismounted, session expired, unavailable."""

WORDS = {
    0xC000_0043: "another program has it open and does not share it",
    0xC000_0044: "the account's quota is used up",
    0xC000_0054: "another program has locked a part of it",
    0xC000_0056: "it was deleted while another program has it open",
    0xC000_0064: "there is no such account",
    0xC000_006A: "the password is wrong",
    0xC000_006D: "user or password is wrong",
    0xC000_006E: "a restriction of the account forbids it",
    0xC000_006F: "the account may not sign in at this hour",
    0xC000_0070: "the account may not sign in from this machine",
    0xC000_0071: "the password has expired",
    0xC000_0072: "the account is disabled",
    0xC000_015B: "the account may not sign in over the network",
    0xC000_0193: "the account has expired",
    0xC000_0224: "the password must be changed first",
    0xC000_0234: "the account is locked",
    IS_A_DIRECTORY: "it is a folder",
    NOT_A_DIRECTORY: "it is not a folder",
    STOPPED_ON_SYMLINK: "it is a symbolic link, or lies behind one",
    PATH_NOT_COVERED: "it is a DFS link to another place",
    NO_SHARE: "there is no such share",
}


class Refusal(Exception):
    """A status that is not success, and the words for it."""

    def __init__(self, status: int, words: str) -> None:
        self.status = status
        self.words = WORDS.get(status, words)
        super().__init__(f"{self.words} (status 0x{status:08X})")


def failure_of(path: str, server: str, refusal: Refusal) -> Failure:
    """The failure of a request about `path` of a share at `server`."""
    status = refusal.status
    if status in BUSY:
        return ServerBusy(server, str(refusal))
    if status in LOST:
        return ConnectionLost(server, str(refusal))
    for kind, statuses in (
        (PathMissing, MISSING | {NO_SHARE}),
        (TargetFull, FULL),
        (FileInUse, IN_USE),
        (PathEscapes, {STOPPED_ON_SYMLINK, PATH_NOT_COVERED}),
    ):
        if status in statuses:
            return kind(path, str(refusal))
    return PathRefused(path, str(refusal))
