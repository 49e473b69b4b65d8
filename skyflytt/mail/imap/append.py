"""Many messages into one folder: together where the server can, one by one where it refuses, each with its ref or failure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from skyflytt.errors.base import Failure
from skyflytt.errors.mail import MailboxFull, MessageAltered, MessageTooLarge
from skyflytt.mail.flags import RECENT, is_keyword
from skyflytt.mail.identity import fingerprint
from skyflytt.mail.imap.appending import append
from skyflytt.mail.imap.changes import whole_listing
from skyflytt.mail.imap.errors import ServerRefused, message_failure
from skyflytt.mail.imap.fetch import fetch_on
from skyflytt.mail.imap.quota import Room, room
from skyflytt.mail.imap.session import Selected, Session
from skyflytt.mail.port import Fetched, NewMessage

TOGETHER = 200
TOGETHER_BYTES = 16_000_000
_LIMIT = re.compile(r"APPENDLIMIT=(\d+)\Z")

Outcome = str | Failure | None
"""A ref, a failure, or None: written, but the server did not say where."""


class Appending:
    """Writes over one connection; remembers what its folders keep and how much room there is."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._folders: dict[bytes, Selected] = {}
        self._room: Room | None = None

    def append_all(self, name: bytes, messages: Sequence[NewMessage]) -> list[str | Failure]:
        """The ref or failure of each message, in their order. Failures name a message by its place in `messages`.

        Raises `ServerRefused` when the folder or the mailbox takes none of them, `NumberedAnew` as `Session.numbered`.
        """
        if not messages:
            return []
        session = self._session
        told = session.can("UIDPLUS")
        if name not in self._folders or not told:
            self._folders[name] = session.select(name, readonly=False, fresh=True)
        selected = self._folders[name]
        before = None if told else _refs(session, selected)
        keeps = {flags: settable(flags, selected) for flags in {message.flags for message in messages}}
        kept = [
            message if keeps[message.flags] == message.flags else replace(message, flags=keeps[message.flags])
            for message in messages
        ]
        outcomes: list[Outcome] = []
        full: ServerRefused | None = None
        for first, batch in self._batches(name, kept):
            outcomes.extend(self._write(name, batch, first) if full is None else _no_room(full, batch, first))
            full = full or self._full
        session.forget()
        if full is not None and all(isinstance(outcome, MailboxFull) for outcome in outcomes):
            raise full
        if None not in outcomes:
            return [outcome for outcome in outcomes if outcome is not None]
        return _found(session, name, kept, outcomes, before)

    _full: ServerRefused | None = None

    def _write(self, name: bytes, batch: Sequence[NewMessage], first: int) -> list[Outcome]:
        """What became of each; when the mailbox is full, of all behind the first that did not fit."""
        self._full = None
        limit = self._limit(name)
        if limit is not None and len(batch[0].raw) > limit:
            return [MessageTooLarge(str(first), f"{len(batch[0].raw)} bytes, the server takes {limit}")]
        try:
            refs = append(self._session, name, batch, asking=not self._fits(name, batch))
        except ServerRefused as refusal:
            return self._refused(refusal, name, batch, first)
        self._spend(batch)
        if refs:
            self._session.numbered(name, int(refs[0].partition(":")[0]))
        return list(refs) if refs else [None] * len(batch)

    def _refused(self, refusal: ServerRefused, name: bytes, batch: Sequence[NewMessage], first: int) -> list[Outcome]:
        self._room = None
        if len(batch) == 1:
            if refusal.code != "OVERQUOTA":
                return [message_failure(refusal, str(first))]
            words = room(self._session, name).words
            self._full = ServerRefused(f"{refusal.text} ({words})" if words else refusal.text)
            return _no_room(self._full, batch, first)
        outcomes: list[Outcome] = []
        for place, message in enumerate(batch):
            if self._full is not None:
                return [*outcomes, *_no_room(self._full, batch[place:], first + place)]
            outcomes.extend(self._write(name, [message], first + place))
        return outcomes

    def _fits(self, name: bytes, batch: Sequence[NewMessage]) -> bool:
        """Whether there is room, by what the server last told and by what was written since."""
        size = sum(len(message.raw) for message in batch)
        if self._room is None or not self._room.takes(size, len(batch)):
            self._room = room(self._session, name)
        return self._room.takes(size, len(batch))

    def _spend(self, batch: Sequence[NewMessage]) -> None:
        if self._room is not None:
            self._room = self._room.without(sum(len(message.raw) for message in batch), len(batch))

    def _batches(self, name: bytes, messages: Sequence[NewMessage]) -> Iterator[tuple[int, list[NewMessage]]]:
        """Batches with the place of their first message. Empty messages go alone: in MULTIAPPEND they cancel the whole command."""
        together = self._session.can("MULTIAPPEND", "UIDPLUS")
        limit = self._limit(name)
        batch: list[NewMessage] = []
        total = 0
        for place, message in enumerate(messages):
            size = len(message.raw)
            alone = not together or not size or (limit is not None and size > limit)
            if batch and (alone or len(batch) == TOGETHER or total + size > TOGETHER_BYTES):
                yield place - len(batch), batch
                batch, total = [], 0
            if alone:
                yield place, [message]
            else:
                batch.append(message)
                total += size
        if batch:
            yield len(messages) - len(batch), batch

    def _limit(self, name: bytes) -> int | None:
        limit = max_message_bytes(self._session)
        return self._session.append_limit(name) if limit is None and self._session.can("APPENDLIMIT") else limit


def settable(flags: frozenset[str], selected: Selected) -> frozenset[str]:
    """The flags that this folder keeps (PERMANENTFLAGS)."""
    allowed = {flag.lower() for flag in selected.permanent_flags}
    free = r"\*" in allowed
    return frozenset(
        flag for flag in flags if flag != RECENT and (flag.lower() in allowed or (free and is_keyword(flag.removeprefix("\\"))
                                                                                  and not flag.startswith("\\")))
    )  # fmt: skip


def max_message_bytes(session: Session) -> int | None:
    """APPENDLIMIT (RFC 7889), where it is the same for every folder."""
    return next((int(found[1]) for text in session.capabilities if (found := _LIMIT.match(text))), None)


def _no_room(refusal: ServerRefused, batch: Sequence[NewMessage], first: int) -> list[Outcome]:
    return [MailboxFull(str(first + place), refusal.text) for place in range(len(batch))]


def _refs(session: Session, selected: Selected) -> set[str]:
    return {entry.ref for entry in whole_listing(session, selected)}


def _found(
    session: Session, name: bytes, messages: Sequence[NewMessage], outcomes: Sequence[Outcome], before: set[str] | None
) -> list[str | Failure]:
    """Without UIDPLUS: the new messages of the folder, told apart by their fingerprints, the oldest first."""
    selected = session.select(name, readonly=False, fresh=True)
    told = {outcome for outcome in outcomes if isinstance(outcome, str)}
    new = [entry.ref for entry in whole_listing(session, selected) if entry.ref not in (before or set()) | told]
    there: dict[str, list[str]] = {}
    for answer in fetch_on(session, selected, new):
        if isinstance(answer, Fetched):
            there.setdefault(fingerprint(answer.raw).fingerprint, []).append(answer.ref)
    for refs in there.values():
        refs.sort(key=lambda ref: int(ref.partition(":")[2]), reverse=True)
    return [
        outcome if outcome is not None else _taken(there, message.raw, str(place))
        for place, (message, outcome) in enumerate(zip(messages, outcomes, strict=True))
    ]


def _taken(there: dict[str, list[str]], raw: bytes, place: str) -> str | Failure:
    refs = there.get(fingerprint(raw).fingerprint)
    if refs:
        return refs.pop()
    return MessageAltered(place, "the server took it, but no message with this content is in the folder")
