"""Messages themselves: BODY.PEEK[] in batches that fit into memory; a message that fails is asked for alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from skyflytt.errors.mail import MessageUnreadable, MessageVanished
from skyflytt.mail.imap.errors import ServerRefused
from skyflytt.mail.imap.session import Selected, Session, uid_set
from skyflytt.mail.port import Fetched, FetchFailure

BATCH = 100
BATCH_BYTES = 32_000_000
_SIZES_AT_ONCE = 1_000
_UID = re.compile(rb"[( ]UID (\d+)")
_SIZE = re.compile(rb"[( ]RFC822\.SIZE (\d+)")
_LITERAL = re.compile(rb"BODY\[\] \{\d+\}$")
_QUOTED = re.compile(rb'BODY\[\] "((?:[^"\\]|\\.)*)"', re.S)


def fetch(session: Session, selected: Selected, refs: Sequence[str]) -> Iterator[Fetched | FetchFailure]:
    """One answer for each ref; refs of another UIDVALIDITY have vanished."""
    uids = {ref: _uid(ref, selected) for ref in refs}
    yield from (FetchFailure(ref, MessageVanished(ref)) for ref, uid in uids.items() if uid is None)
    there = [(ref, uid) for ref, uid in uids.items() if uid is not None]
    for start in range(0, len(there), _SIZES_AT_ONCE):
        part = there[start : start + _SIZES_AT_ONCE]
        session.select(selected.name, readonly=selected.readonly)
        sizes = _sizes(session, [uid for _, uid in part])
        yield from (FetchFailure(ref, MessageVanished(ref)) for ref, uid in part if uid not in sizes)
        for batch in _batches([(ref, uid) for ref, uid in part if uid in sizes], sizes):
            # The caller may have opened another folder while it had our last answer.
            session.select(selected.name, readonly=selected.readonly)
            yield from _batch(session, batch)


def bodies(session: Session, uids: Sequence[int]) -> dict[int, bytes]:
    """The bytes of these messages, those that the server gave."""
    found: dict[int, bytes] = {}
    head = b""
    literal: bytes | None = None
    for item in [*session.uid("FETCH", uid_set(uids), "(UID BODY.PEEK[])"), b"1 ()"]:
        line = item[0] if isinstance(item, tuple) else item
        if literal is not None and isinstance(item, bytes) and not line[:1].isdigit():
            head += line
            continue
        if literal is not None and (uid := _UID.search(head)):
            found[int(uid[1])] = literal
        head, literal = line, None
        if isinstance(item, tuple) and _LITERAL.search(line):
            literal = item[1]
        elif isinstance(item, bytes) and (text := _QUOTED.search(line)) and (uid := _UID.search(line)):
            found[int(uid[1])] = re.sub(rb"\\(.)", rb"\1", text[1])
    return found


def _batch(session: Session, batch: list[tuple[str, int]]) -> Iterator[Fetched | FetchFailure]:
    try:
        found = bodies(session, [uid for _, uid in batch])
    except ServerRefused:
        found = {}
    failed = [(ref, uid) for ref, uid in batch if uid not in found]
    alone = [_alone(session, ref, uid) for ref, uid in failed]
    yield from (Fetched(ref, found.pop(uid)) for ref, uid in batch if uid in found)
    yield from alone


def _alone(session: Session, ref: str, uid: int) -> Fetched | FetchFailure:
    try:
        found = bodies(session, [uid])
        if uid in found:
            return Fetched(ref, found[uid])
        words = "the server answers without its text"
    except ServerRefused as refusal:
        words = refusal.text
    if _sizes(session, [uid]):
        return FetchFailure(ref, MessageUnreadable(ref, words))
    return FetchFailure(ref, MessageVanished(ref))


def _sizes(session: Session, uids: Sequence[int]) -> dict[int, int]:
    lines = [line for line in session.uid("FETCH", uid_set(uids), "(UID RFC822.SIZE)") if isinstance(line, bytes)]
    found = ((_UID.search(line), _SIZE.search(line)) for line in lines)
    return {int(uid[1]): int(size[1]) for uid, size in found if uid and size}


def _batches(messages: list[tuple[str, int]], sizes: dict[int, int]) -> Iterator[list[tuple[str, int]]]:
    batch: list[tuple[str, int]] = []
    total = 0
    for message in messages:
        size = sizes[message[1]]
        if batch and (len(batch) == BATCH or total + size > BATCH_BYTES):
            yield batch
            batch, total = [], 0
        batch.append(message)
        total += size
    if batch:
        yield batch


def _uid(ref: str, selected: Selected) -> int | None:
    validity, _, uid = ref.partition(":")
    return int(uid) if validity == str(selected.validity) and uid.isdecimal() else None
