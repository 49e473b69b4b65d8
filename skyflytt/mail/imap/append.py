"""Many messages into one folder: together where the server can, one by one where it refuses, each with its ref or failure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from skyflytt.errors.base import Failure
from skyflytt.errors.mail import MessageAltered, MessageTooLarge
from skyflytt.mail.flags import RECENT, is_keyword
from skyflytt.mail.identity import fingerprint
from skyflytt.mail.imap.appending import append
from skyflytt.mail.imap.changes import whole_listing
from skyflytt.mail.imap.errors import ServerRefused, message_failure
from skyflytt.mail.imap.fetch import fetch
from skyflytt.mail.imap.session import Selected, Session
from skyflytt.mail.port import Fetched, NewMessage

TOGETHER = 100
TOGETHER_BYTES = 16_000_000
_LIMIT = re.compile(r"APPENDLIMIT=(\d+)\Z")

Outcome = str | Failure | None
"""A ref, a failure, or None: written, but the server did not say where."""


def append_all(session: Session, name: bytes, messages: Sequence[NewMessage]) -> list[str | Failure]:
    """The ref or failure of each message, in their order. Failures name a message by its place in `messages`."""
    selected = session.select(name, readonly=False, fresh=True)
    before = None if session.can("UIDPLUS") else _refs(session, selected)
    kept = [replace(message, flags=settable(message.flags, selected)) for message in messages]
    outcomes: list[Outcome] = []
    for first, batch in _batches(session, kept):
        outcomes.extend(_write(session, name, batch, first))
    session.forget()
    if None not in outcomes:
        return [outcome for outcome in outcomes if outcome is not None]
    return _found(session, name, kept, outcomes, before)


def settable(flags: frozenset[str], selected: Selected) -> frozenset[str]:
    """The flags that this folder keeps (PERMANENTFLAGS)."""
    allowed = {flag.lower() for flag in selected.permanent_flags}
    free = r"\*" in allowed
    return frozenset(
        flag for flag in flags if flag != RECENT and (flag.lower() in allowed or (free and is_keyword(flag.removeprefix("\\"))
                                                                                  and not flag.startswith("\\")))
    )  # fmt: skip


def max_message_bytes(session: Session) -> int | None:
    """APPENDLIMIT (RFC 7889)."""
    return next((int(found[1]) for text in session.capabilities if (found := _LIMIT.match(text))), None)


def _write(session: Session, name: bytes, batch: Sequence[NewMessage], first: int) -> list[Outcome]:
    limit = max_message_bytes(session)
    if limit is not None and len(batch[0].raw) > limit:
        return [MessageTooLarge(str(first), f"{len(batch[0].raw)} bytes, the server takes {limit}")]
    try:
        refs = append(session, name, batch)
    except ServerRefused as refusal:
        if len(batch) == 1:
            return [message_failure(refusal, str(first))]
        return [
            outcome
            for place, message in enumerate(batch)
            for outcome in _write(session, name, [message], first + place)
        ]
    return list(refs) if refs else [None] * len(batch)


def _batches(session: Session, messages: Sequence[NewMessage]) -> Iterator[tuple[int, list[NewMessage]]]:
    """Batches with the place of their first message. Empty messages go alone: in MULTIAPPEND they cancel the whole command."""
    together = session.can("MULTIAPPEND", "UIDPLUS")
    limit = max_message_bytes(session)
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
    for answer in fetch(session, selected, new):
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
