"""The message files of one folder: their names, their flags, finding and delivering them (cr.yp.to/proto/maildir.html)."""

from __future__ import annotations

import errno
import itertools
import os
import secrets
import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from skyflytt.errors.base import Failure
from skyflytt.errors.mail import MailboxFull, MessageRefused
from skyflytt.mail.flags import ANSWERED, DELETED, DRAFT, FLAGGED, SEEN

LETTERS = {"D": DRAFT, "F": FLAGGED, "R": ANSWERED, "S": SEEN, "T": DELETED}
_HOST = socket.gethostname().replace("/", "\\057").replace(":", "\\072")
_COUNTER = itertools.count()
_LOOKS = 10


@dataclass(frozen=True, slots=True)
class MessageFile:
    """`unique` is the part of the name that stays when a reader moves the file or changes its flags."""

    path: Path
    unique: str
    letters: str


def listed(folder: Path) -> Iterator[MessageFile]:
    """Every message of the folder, new and cur; hidden files are none."""
    for subdirectory in ("new", "cur"):
        with os.scandir(folder / subdirectory) as found:
            names = [entry.name for entry in found if not entry.name.startswith(".")]
        for name in sorted(names):
            unique, _, info = name.partition(":2,")
            yield MessageFile(folder / subdirectory / name, unique.partition(":")[0], info)


def by_unique(folder: Path) -> dict[str, MessageFile]:
    """Every message by its unique part; seen in both new and cur, cur counts.

    A directory that changes while it is read may hide a file that is renamed at that moment, so it is read until it stands still.
    """
    found: dict[str, MessageFile] = {}
    for _ in range(_LOOKS):
        before = _changed(folder)
        latest = {file.unique: file for file in listed(folder)}
        found |= latest
        if _changed(folder) == before:
            return latest
    return found


def _changed(folder: Path) -> tuple[int, int]:
    return (folder / "new").stat().st_mtime_ns, (folder / "cur").stat().st_mtime_ns


def keywords(folder: Path) -> Mapping[str, str]:
    """Dovecot's letters for keywords (`dovecot-keywords`: lines of "0 $Forwarded" for a, "1 ..." for b)."""
    try:
        lines = (folder / "dovecot-keywords").read_text("utf-8", "replace").splitlines()
    except OSError:
        return {}
    numbered = (line.split(" ", 1) for line in lines if " " in line)
    return {chr(ord("a") + int(number)): name for number, name in numbered if number.isdecimal() and int(number) < 26}


def flags_of(letters: str, names: Mapping[str, str]) -> frozenset[str]:
    return frozenset(LETTERS.get(letter) or names[letter] for letter in letters if letter in LETTERS or letter in names)


def letters_for(flags: frozenset[str], names: Mapping[str, str]) -> str:
    """Keywords without a letter in this folder cannot be kept."""
    known = {**LETTERS, **names}
    return "".join(sorted(letter for letter, flag in known.items() if flag in flags))


def deliver(folder: Path, raw: bytes, letters: str, received: datetime) -> str | Failure:
    """Write to tmp, then rename; the unique part. The renames are durable after `sync` of both. Raises `MailboxFull`."""
    unique = f"{int(received.timestamp())}.M{next(_COUNTER)}P{os.getpid()}R{secrets.token_hex(6)}.{_HOST}"
    draft = folder / "tmp" / unique
    place = folder / "cur" / f"{unique}:2,{letters}" if letters else folder / "new" / unique
    try:
        with draft.open("xb") as file:
            file.write(raw)
            file.flush()
            os.utime(file.fileno(), (received.timestamp(), received.timestamp()))
            os.fsync(file.fileno())
        draft.rename(place)
    except OSError as error:
        draft.unlink(missing_ok=True)
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise MailboxFull(str(folder), error.strerror or "") from error
        return MessageRefused(unique, error.strerror or str(error))
    return unique


def sync(directory: Path) -> None:
    """Make renames in this directory durable."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
