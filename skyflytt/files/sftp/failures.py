"""What a status of the SFTP protocol means to the migration."""

from __future__ import annotations

from skyflytt.errors.base import Failure
from skyflytt.errors.connection import ConnectionLost
from skyflytt.errors.files import PathMissing, PathRefused, TargetFull
from skyflytt.files.sftp.packets import Refusal, Status, text
from skyflytt.files.sftp.session import Session

STATVFS = "statvfs@openssh.com"
FULL_WORDS = ("no space", "quota", "disk full", "disc full", "insufficient storage", "not enough space")


def failure_of(session: Session, path: str, root: bytes, refusal: Refusal) -> Failure:
    """OpenSSH says no more than "Failure" when its disk is full, so it is then asked how much room is left below `root`."""
    if refusal.code in (Status.NO_SUCH_FILE, Status.NO_SUCH_PATH):
        return PathMissing(path, refusal.words)
    if refusal.code in (Status.NO_CONNECTION, Status.CONNECTION_LOST):
        return ConnectionLost(path, refusal.words)
    if refusal.code in (Status.NO_SPACE, Status.QUOTA_EXCEEDED) or _speaks_of_room(refusal.words):
        return TargetFull(path, refusal.words)
    if refusal.code == Status.FAILURE and _nothing_free(session, root):
        return TargetFull(path, f"{refusal.words}; the server's file system has no room left")
    return PathRefused(path, refusal.words)


def _speaks_of_room(words: str) -> bool:
    return any(hint in words.lower() for hint in FULL_WORDS)


def _nothing_free(session: Session, root: bytes) -> bool:
    """statvfs@openssh.com: eleven numbers, of which the fifth is the blocks and the eighth the file nodes free for this account."""
    if STATVFS not in session.extensions:
        return False
    try:
        answer = session.ask_extended(STATVFS, text(root))
    except Refusal:
        return False
    numbers = [answer.long() for _ in range(11)]
    nodes, free_blocks, free_nodes = numbers[5], numbers[4], numbers[7]
    return free_blocks == 0 or (nodes > 0 and free_nodes == 0)
