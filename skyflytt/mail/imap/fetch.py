"""Messages themselves: BODY.PEEK[] in batches that fit into memory, over as many connections as there are.

A message that fails is asked for alone, over a new connection where it cost one: what breaks off twice at the same message alone is that
message's failure, and the others go on.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from functools import partial
from typing import NamedTuple, TypeVar

from skyflytt.errors.base import Failure
from skyflytt.errors.mail import MessageUnreadable, MessageVanished
from skyflytt.mail.imap.connections import BROKEN, Connections
from skyflytt.mail.imap.errors import ServerRefused
from skyflytt.mail.imap.listing import received
from skyflytt.mail.imap.placeholder import is_placeholder
from skyflytt.mail.imap.session import Selected, Session, uid_set
from skyflytt.mail.port import Fetched, FetchFailure

BATCH = 100
BATCH_BYTES = 16_000_000
SHARE = 25
"""Fewer messages than this are not worth another connection."""
ATTEMPTS = 2
"""How often a message is asked for alone: a connection may break at it by chance, as the one of the batch did."""
BREAKS = 5
"""So many connections in a row that break at single messages are the server's trouble, not theirs."""
_SIZES_AT_ONCE = 1_000
GUESSES = 50
"""So many sizes that were too large for a whole text are guesses, and not worth asking twice any more."""
_BESIDES = "(UID INTERNALDATE RFC822.SIZE)"
_UID = re.compile(rb"[( ]UID (\d+)")
_SIZE = re.compile(rb"[( ]RFC822\.SIZE (\d+)")
_LITERAL = re.compile(rb"BODY\[\] ~?\{\d+\}$")
_QUOTED = re.compile(rb'BODY\[\] "((?:[^"\\]|\\.)*)"', re.S)

Answer = Fetched | FetchFailure
T = TypeVar("T")
U = TypeVar("U")


class Told(NamedTuple):
    """What the server says of a message before it gives it."""

    size: int
    received: datetime | None


def fetch(connections: Connections, name: bytes, item: str, refs: Sequence[str]) -> Iterator[Answer]:
    """One answer for each ref of the folder `name`, which messages call `item`; refs of another UIDVALIDITY have vanished."""
    reader = _Reader(connections, name, item)
    for start in range(0, len(refs), _SIZES_AT_ONCE):
        part = refs[start : start + _SIZES_AT_ONCE]
        uids, told = connections.reading(item, partial(reader.listed, part))
        reader.told = told
        yield from (FetchFailure(ref, MessageVanished(ref)) for ref in part if uids.get(ref) not in told)
        there = [(ref, uid) for ref, uid in uids.items() if uid in told]
        batches = list(_batches(there, told, connections.at_most))
        for answers in _side_by_side(reader.batch, batches, connections.at_most):
            yield from answers


def fetch_on(session: Session, selected: Selected, refs: Sequence[str]) -> Iterator[Answer]:
    """As `fetch`, over one connection that is in hand."""
    uids = {ref: uid for ref in refs if (uid := _uid(ref, selected)) is not None}
    told = _told(session, list(uids.values()))
    for batch in _batches([(ref, uid) for ref, uid in uids.items() if uid in told], told, 1):
        yield from _answers(session, batch, told)


def bodies(session: Session, uids: Sequence[int]) -> dict[int, bytes]:
    """The bytes of these messages, those that the server gave.

    An answer that is not closed behind its text is none: where fewer bytes came than were announced, the text ends in what came next.
    """
    found: dict[int, bytes] = {}
    head = b""
    literal: bytes | None = None
    for item in [*session.uid("FETCH", uid_set(uids), "(UID BODY.PEEK[])"), b"1 ()"]:
        line = item[0] if isinstance(item, tuple) else item
        if literal is not None and isinstance(item, bytes) and not line[:1].isdigit():
            head += line
            continue
        if literal is not None and head.endswith(b")") and (uid := _UID.search(head)):
            found[int(uid[1])] = literal
        head, literal = line, None
        if isinstance(item, tuple) and _LITERAL.search(line):
            literal = item[1]
        elif isinstance(item, bytes) and (text := _QUOTED.search(line)) and (uid := _UID.search(line)):
            found[int(uid[1])] = re.sub(rb"\\(.)", rb"\1", text[1])
    return found


class _Reader:
    """Reads one folder, by several threads; every connection opens it anew once, to see what is new."""

    def __init__(self, connections: Connections, name: bytes, item: str) -> None:
        self._connections = connections
        self._name = name
        self._item = item
        self._seen: set[Session] = set()
        self.told: dict[int, Told] = {}

    def listed(self, refs: Sequence[str], session: Session) -> tuple[dict[str, int], dict[int, Told]]:
        """UIDs by ref, those of this UIDVALIDITY, and what is told by UID of those that are there."""
        selected = self._opened(session)
        uids = {ref: uid for ref in refs if (uid := _uid(ref, selected)) is not None}
        return uids, _told(session, list(uids.values()))

    def batch(self, batch: Sequence[tuple[str, int]]) -> list[Answer]:
        try:
            with self._connections.session(self._item) as session:
                return self._read(session, batch)
        except BROKEN as lost:
            return self._one_by_one(batch, lost)

    def _read(self, session: Session, batch: Sequence[tuple[str, int]]) -> list[Answer]:
        selected = self._opened(session)
        mine = [(ref, uid) for ref, uid in batch if _uid(ref, selected) == uid]
        vanished = [FetchFailure(ref, MessageVanished(ref)) for ref, uid in batch if _uid(ref, selected) != uid]
        return [*vanished, *_answers(session, mine, self.told)]

    def _one_by_one(self, batch: Sequence[tuple[str, int]], lost: Failure) -> list[Answer]:
        answers: list[Answer] = []
        broken, breaks = True, 0
        for message in batch:
            for attempt in range(1, ATTEMPTS + 1):
                if broken and not self._connections.renewed():
                    raise lost from lost.__cause__
                try:
                    with self._connections.session(self._item) as session:
                        answers += self._read(session, [message])
                    broken, breaks = False, 0
                    break
                except BROKEN as again:
                    broken, breaks = True, breaks + 1
                    if breaks == BREAKS:
                        raise
                    if attempt == ATTEMPTS:
                        words = f"the connection broke off at it, twice ({again.detail})"
                        answers.append(FetchFailure(message[0], MessageUnreadable(message[0], words)))
        return answers

    def _opened(self, session: Session) -> Selected:
        selected = session.select(self._name, readonly=True, fresh=session not in self._seen)
        self._seen.add(session)
        return selected


def _answers(session: Session, batch: Sequence[tuple[str, int]], told: Mapping[int, Told]) -> list[Answer]:
    if not batch:
        return []
    try:
        found = bodies(session, [uid for _, uid in batch])
    except ServerRefused:
        found = {}
    answers: list[Answer] = [_alone(session, ref, uid, told[uid]) for ref, uid in batch if uid not in found]
    unlike = _told_otherwise(session, found, told)
    for ref, uid in batch:
        if uid in unlike:
            answers.append(FetchFailure(ref, MessageUnreadable(ref, "the server gives another text each time")))
        elif uid in found:
            answers.append(_given(ref, found.pop(uid), told[uid]))
    return answers


def _told_otherwise(session: Session, found: dict[int, bytes], told: Mapping[int, Told]) -> set[int]:
    """Which messages are in doubt: a text shorter than its size may have been cut off, and is asked for again.

    The whole one takes its place in `found`. Some servers guess sizes, so that a text which comes twice alike is the message.
    """
    short = [uid for uid, raw in found.items() if len(raw) < told[uid].size]
    if not short or session.guessed_sizes >= GUESSES:
        return set()
    try:
        again = bodies(session, short)
    except ServerRefused:
        return set(short)
    unlike = set()
    for uid in short:
        if again.get(uid) == found[uid]:
            session.guessed_sizes += 1
        elif len(again.get(uid, b"")) == told[uid].size:
            found[uid] = again[uid]
        else:
            unlike.add(uid)
    return unlike


def _alone(session: Session, ref: str, uid: int, told: Told) -> Answer:
    try:
        found = bodies(session, [uid])
        if uid in found:
            return _given(ref, found[uid], told)
        words = "the server answers without its text"
    except ServerRefused as refusal:
        words = refusal.text
    if _told(session, [uid]):
        return FetchFailure(ref, MessageUnreadable(ref, words))
    return FetchFailure(ref, MessageVanished(ref))


def _given(ref: str, raw: bytes, told: Told) -> Answer:
    if is_placeholder(raw):
        words = "Exchange gave a note in its place, saying that it cannot convert it"
        return FetchFailure(ref, MessageUnreadable(ref, words))
    return Fetched(ref, raw, received=told.received)


def _told(session: Session, uids: Sequence[int]) -> dict[int, Told]:
    if not uids:
        return {}
    lines = [line for line in session.uid("FETCH", uid_set(uids), _BESIDES) if isinstance(line, bytes)]
    found = ((_UID.search(line), _SIZE.search(line), line) for line in lines)
    return {int(uid[1]): Told(int(size[1]), received(line)) for uid, size, line in found if uid and size}


def _batches(messages: list[tuple[str, int]], told: dict[int, Told], shares: int) -> Iterator[list[tuple[str, int]]]:
    at_most = min(BATCH, max(SHARE, -(-len(messages) // shares)))
    batch: list[tuple[str, int]] = []
    total = 0
    for message in messages:
        size = told[message[1]].size
        if batch and (len(batch) == at_most or total + size > BATCH_BYTES):
            yield batch
            batch, total = [], 0
        batch.append(message)
        total += size
    if batch:
        yield batch


def _side_by_side(act: Callable[[T], U], values: Sequence[T], lanes: int) -> Iterator[U]:
    """The outcomes in their order; no more than `lanes` are worked on or wait to be taken."""
    if lanes == 1 or len(values) < 2:
        yield from map(act, values)
        return
    with ThreadPoolExecutor(lanes, "imap") as pool:
        waiting, coming = deque(values), deque[Future[U]]()
        try:
            while waiting or coming:
                while waiting and len(coming) < lanes:
                    coming.append(pool.submit(act, waiting.popleft()))
                yield coming.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)


def _uid(ref: str, selected: Selected) -> int | None:
    validity, _, uid = ref.partition(":")
    return int(uid) if validity == str(selected.validity) and uid.isdecimal() else None
