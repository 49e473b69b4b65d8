"""Writing messages of which one may break the connection."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager

from skyflytt.errors.base import Failure
from skyflytt.errors.connection import ConnectionLost
from skyflytt.errors.mail import MessageBreaksConnection
from skyflytt.mail.around import Around, around_of
from skyflytt.mail.identity import fingerprint
from skyflytt.mail.isolating.breaks import IN_A_ROW, halves, harmless
from skyflytt.mail.isolating.reading import Answer, Reading
from skyflytt.mail.port import (
    Fetched,
    Folder,
    FolderPath,
    FolderRole,
    MailCapabilities,
    MailTarget,
    NewMessage,
)

PAUSES_S = (1.0, 5.0)
"""Before a look at what was written: a server may go on with what it has in hand after the connection is gone. By try."""


@contextmanager
def isolating_target(opened: AbstractContextManager[MailTarget], *, reads_apart: bool = False) -> Iterator[MailTarget]:
    """A target as its adapter opens it, isolating in writing and, where the adapter does not do it itself, in reading."""
    with opened as target:
        yield IsolatingTarget(target, reads_apart=reads_apart)


class IsolatingTarget:
    """A target. `reads_apart`: single messages are looked after in reading too, where the adapter does not do it itself."""

    def __init__(
        self, target: MailTarget, *, reads_apart: bool = False, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._target = target
        self._reading = Reading(target.fetch, target.folders) if reads_apart else None
        self._sleep = sleep
        self._known: dict[FolderPath, set[str]] = {}
        self._in_a_row = 0

    @property
    def capabilities(self) -> MailCapabilities:
        return self._target.capabilities

    def folders(self) -> Sequence[Folder]:
        return self._target.folders()

    def ensure_folder(self, folder: FolderPath, role: FolderRole | None) -> FolderPath:
        return self._target.ensure_folder(folder, role)

    def around(self) -> Around:
        return around_of(self._target)

    def refs(self, folder: FolderPath) -> Sequence[str]:
        there = self._target.refs(folder)
        self._known[folder] = set(there)
        return there

    def fetch(self, folder: FolderPath, refs: Sequence[str]) -> Iterator[Answer]:
        return self._reading.fetch(folder, refs) if self._reading else self._target.fetch(folder, refs)

    def set_flags(self, folder: FolderPath, ref: str, flags: frozenset[str]) -> None:
        self._target.set_flags(folder, ref, flags)

    def move(self, folder: FolderPath, ref: str, to: FolderPath) -> str:
        moved = self._target.move(folder, ref, to)
        self._known.get(to, set()).add(moved)
        return moved

    def delete(self, folder: FolderPath, refs: Sequence[str]) -> None:
        self._target.delete(folder, refs)

    def append(self, folder: FolderPath, messages: Sequence[NewMessage]) -> Sequence[str | Failure]:
        """As `MailTarget.append`; a connection that breaks raises only where the server is away, or breaks it at everything."""
        if folder not in self._known:
            self.refs(folder)
        outcomes: dict[int, str | Failure] = {}
        self._write(folder, dict(enumerate(messages)), outcomes)
        return [outcomes[place] for place in range(len(messages))]

    def _write(
        self, folder: FolderPath, part: Mapping[int, NewMessage], outcomes: dict[int, str | Failure], tries: int = 1
    ) -> None:
        try:
            answers = self._target.append(folder, list(part.values()))
        except ConnectionLost as lost:
            written = self._written(folder, part, lost, tries)
            self._took(folder, written, outcomes)
            left = {place: part[place] for place in part if place not in written}
            if len(part) == 1 and left:
                self._write_again(folder, left, outcomes, lost, tries)
            for some in halves(list(left)) if len(part) > 1 else ():
                self._write(folder, {place: left[place] for place in some}, outcomes)
        else:
            taken = zip(part, answers, strict=True)
            self._took(folder, {place: _of_place(answer, place) for place, answer in taken}, outcomes)

    def _write_again(
        self,
        folder: FolderPath,
        alone: Mapping[int, NewMessage],
        outcomes: dict[int, str | Failure],
        lost: ConnectionLost,
        tries: int,
    ) -> None:
        if tries == 1:
            self._write(folder, alone, outcomes, tries=2)
            return
        self._in_a_row += 1
        if self._in_a_row >= IN_A_ROW:
            raise lost
        (place,) = alone
        outcomes[place] = MessageBreaksConnection(str(place), f"twice, when it was written alone: {lost.detail}")

    def _took(self, folder: FolderPath, taken: Mapping[int, str | Failure], outcomes: dict[int, str | Failure]) -> None:
        outcomes.update(taken)
        refs = {answer for answer in taken.values() if isinstance(answer, str)}
        self._known[folder] |= refs
        self._in_a_row = 0 if taken else self._in_a_row

    def _written(
        self, folder: FolderPath, part: Mapping[int, NewMessage], lost: ConnectionLost, tries: int
    ) -> dict[int, str]:
        """Which of `part` are there all the same. Raises `lost` where that cannot be told."""
        self._sleep(PAUSES_S[tries - 1])
        known = self._known[folder]
        with harmless(lost):
            there = self._target.refs(folder)
            new = sorted(set(there) - known)
            if known and len(new) == len(there):
                raise lost  # the folder was emptied, or its messages are named anew: whoever asked looks into that
            found: dict[str, list[str]] = defaultdict(list)
            unread = self._read(folder, self._read(folder, new, found), found)
        if unread:
            raise lost  # one of these may be what was written: whoever asked looks again, before anything is written twice
        same = ((place, found.get(fingerprint(message.raw).fingerprint)) for place, message in part.items())
        return {place: refs.pop(0) for place, refs in same if refs}

    def _read(self, folder: FolderPath, refs: Sequence[str], into: dict[str, list[str]]) -> list[str]:
        """Those that could not be read; the others' refs by their fingerprints."""
        unread = []
        for answer in self._target.fetch(folder, refs) if refs else ():
            if isinstance(answer, Fetched):
                into[fingerprint(answer.raw).fingerprint].append(answer.ref)
            else:
                unread.append(answer.ref)
        return unread


def _of_place(answer: str | Failure, place: int) -> str | Failure:
    """Failures name a message by its place among all that were handed over."""
    if isinstance(answer, Failure):
        return type(answer)(str(place), answer.detail, retry_after_s=answer.retry_after_s)
    return answer
