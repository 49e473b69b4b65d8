"""Two mailboxes against each other, message by message, by fingerprint and folder. Both are only read."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from skyflytt.errors.base import Failure, Permanent
from skyflytt.ledger.progress import Progress, untold
from skyflytt.mail.flags import ANSWERED, DRAFT, FLAGGED, SEEN
from skyflytt.mail.identity import fingerprint
from skyflytt.mail.keys import folder_key
from skyflytt.mail.port import Fetched, Folder, FolderPath, MailSource, MessageEntry

COMPARED_FLAGS = frozenset((SEEN, ANSWERED, FLAGGED, DRAFT))
"""What every mail program shows; keywords are not kept everywhere."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_OFTEN_REPLACED = re.compile(r"[./\\~:*%?<>|\"&\0]")
"""What servers do not take in a folder's name; a move writes `_` for it. Exchange looks away from case, too."""
BATCH = 200
MOST_NAMESAKES = 30
"""Messages of one subject and without an id that a rewritten one is looked for among."""


class Kind(StrEnum):
    """What is different, seen from the first mailbox."""

    MISSING = "missing"
    EXTRA = "extra"
    ELSEWHERE = "elsewhere"
    REWRITTEN = "rewritten"
    FLAGS = "flags"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Held:
    """A message that a mailbox holds, in a folder under the name that the second mailbox has for it; `at` and `ref` find it again."""

    folder: str
    fingerprint: str
    subject: str
    date: datetime | None
    flags: frozenset[str]
    message_id: str | None = None
    at: FolderPath = ()
    ref: str = ""


Pair = tuple[Held, Held]
Explain = Callable[[Sequence[Pair]], Sequence[str]]
"""Why the two of each pair are copies of one message in spite of their fingerprints; "" where they are not."""


@dataclass(frozen=True, slots=True)
class Difference:
    """`detail` is the other folder, the flags on both sides, what a server rewrote, or why a message cannot be read."""

    kind: Kind
    folder: str
    subject: str
    date: datetime | None
    detail: str = ""


@dataclass(slots=True)
class Contents:
    """Every message of a mailbox, some 600 bytes each, and what of it could not be read."""

    held: list[Held] = field(default_factory=list)
    unreadable: list[Difference] = field(default_factory=list)


def contents(
    mailbox: MailSource,
    folders: Sequence[Folder],
    place: Callable[[FolderPath], FolderPath],
    progress: Progress = untold,
) -> Contents:
    """Read the whole mailbox; `place` is where each folder is looked for in the other one.

    Raises `Transient` and `NeedsPerson` as the mailbox does.
    """
    found, total = Contents(), sum(folder.message_count for folder in folders)
    for folder in folders:
        try:
            entries = mailbox.changes(folder.path, None).entries
            for start in range(0, len(entries), BATCH):
                _read(mailbox, folder.path, entries[start : start + BATCH], folder_key(place(folder.path)), found)
                progress(len(found.held) + len(found.unreadable), total)
        except Permanent as failure:
            found.unreadable.append(_unreadable(folder_key(folder.path), failure))
    return found


def _read(
    mailbox: MailSource, folder: FolderPath, entries: Sequence[MessageEntry], place: str, found: Contents
) -> None:
    listed = {entry.ref: entry for entry in entries}
    for answer in mailbox.fetch(folder, list(listed)):
        entry = listed.pop(answer.ref, None)
        if entry is None:
            continue
        if isinstance(answer, Fetched):
            found.held.append(_held(answer.raw, place, entry, folder))
        else:
            found.unreadable.append(_unreadable(place, answer.failure, entry))
    found.unreadable += [
        Difference(Kind.UNREADABLE, place, "", entry.received, f"{entry.ref}: the server gave no answer")
        for entry in listed.values()
    ]


def _held(raw: bytes, place: str, entry: MessageEntry, folder: FolderPath) -> Held:
    known = fingerprint(raw)
    date = known.sent or (entry.received if entry.received != _EPOCH else None)
    flags = entry.flags & COMPARED_FLAGS
    return Held(place, known.fingerprint, known.subject, date, flags, known.message_id, folder, entry.ref)


def _unreadable(folder: str, failure: Failure, entry: MessageEntry | None = None) -> Difference:
    return Difference(Kind.UNREADABLE, folder, "", entry.received if entry else None, failure.sentence)


def places(folders: Sequence[Folder], others: Sequence[Folder]) -> Callable[[FolderPath], FolderPath]:
    """Where a move puts each folder: the other mailbox's own folder of that role, else that of the same name."""
    roles = {other.role: other.path for other in reversed(others) if other.role}
    names = {other.path for other in others}
    tame = {_tame(other.path): other.path for other in others}
    own = {folder.path: folder.role for folder in folders}

    def place(folder: FolderPath) -> FolderPath:
        role = own.get(folder)
        if role and role in roles:
            return roles[role]
        return folder if folder in names else tame.get(_tame(folder), folder)

    return place


def _tame(folder: FolderPath) -> FolderPath:
    return tuple(_OFTEN_REPLACED.sub("_", name).casefold() for name in folder)


def differences(
    first: Contents, second: Contents, *, flags: bool = False, explain: Explain | None = None
) -> list[Difference]:
    """Everything that is not the same in both, sorted by folder; duplicates are counted, not merged."""
    ours, theirs = _by_place(first), _by_place(second)
    missing, extra = _surplus(ours, theirs), _surplus(theirs, ours)
    found = [*_elsewhere(missing, extra), *first.unreadable, *second.unreadable]
    if explain is not None:
        found += _rewritten(missing, extra, explain)
    found += [_difference(Kind.MISSING, one) for one in missing] + [_difference(Kind.EXTRA, one) for one in extra]
    if flags:
        found += _flags(ours, theirs)
    return sorted(found, key=lambda one: (one.folder, one.kind, one.date or _EPOCH, one.subject))


Places = Mapping[tuple[str, str], list[Held]]


def _by_place(of: Contents) -> Places:
    found: dict[tuple[str, str], list[Held]] = defaultdict(list)
    for held in of.held:
        found[held.folder, held.fingerprint].append(held)
    return found


def _surplus(these: Places, those: Places) -> list[Held]:
    return [one for place, held in these.items() for one in held[len(those.get(place, ())) :]]


def _difference(kind: Kind, one: Held, detail: str = "") -> Difference:
    return Difference(kind, one.folder, one.subject, one.date, detail)


def _elsewhere(missing: list[Held], extra: list[Held]) -> list[Difference]:
    """A message that is there, but in another folder, is one difference and not two: both halves are taken out."""
    pairs = _in_order(missing, extra, lambda one: one.fingerprint)
    _take_out({id(one) for pair in pairs for one in pair}, missing, extra)
    return [_difference(Kind.ELSEWHERE, one, f"it is in {other.folder}") for one, other in pairs]


def _rewritten(missing: list[Held], extra: list[Held], explain: Explain) -> list[Difference]:
    """So is one that a server wrote anew. Namesakes are tried in their order, and then a few of them each with each."""
    found: list[Difference] = []
    for paired in (_in_order, _each_with_each):
        pairs = paired(missing, extra, _name)
        gone: set[int] = set()
        for (one, other), why in zip(pairs, explain(pairs), strict=True):
            if why and not gone & {id(one), id(other)}:
                gone |= {id(one), id(other)}
                found.append(_difference(Kind.REWRITTEN, one, why))
        _take_out(gone, missing, extra)
    return found


def _name(one: Held) -> Hashable:
    return one.folder, one.message_id, one.subject


def _in_order(missing: Sequence[Held], extra: Sequence[Held], key: Callable[[Held], Hashable]) -> list[Pair]:
    others = _by(key, reversed(extra))
    return [(one, there.pop()) for one in missing if (there := others.get(key(one)))]


def _each_with_each(missing: Sequence[Held], extra: Sequence[Held], key: Callable[[Held], Hashable]) -> list[Pair]:
    others = _by(key, extra)
    return [(one, other) for one in missing for other in others.get(key(one), [])[:MOST_NAMESAKES]]


def _by(key: Callable[[Held], Hashable], held: Iterable[Held]) -> dict[Hashable, list[Held]]:
    found: dict[Hashable, list[Held]] = defaultdict(list)
    for one in held:
        found[key(one)].append(one)
    return found


def _take_out(gone: set[int], *lists: list[Held]) -> None:
    for held in lists:
        held[:] = [one for one in held if id(one) not in gone]


def _flags(ours: Places, theirs: Places) -> Iterator[Difference]:
    for place, held in ours.items():
        others = theirs.get(place, [])
        if len(held) != len(others):
            continue
        here, there = Counter(one.flags for one in held), Counter(one.flags for one in others)
        for mine, other in zip((here - there).elements(), (there - here).elements(), strict=True):
            detail = f"{_shown(mine)} here, {_shown(other)} there"
            yield Difference(Kind.FLAGS, held[0].folder, held[0].subject, held[0].date, detail)


def _shown(flags: frozenset[str]) -> str:
    return " ".join(sorted(flags)) or "no flags"
