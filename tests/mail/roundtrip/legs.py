"""One leg of a round trip: a mailbox goes into an archive, and out of it into another mailbox; everybody is compared with everybody."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import cast

from skyflytt.ledger.workloads import ensure_workload
from skyflytt.mail.archive import MailboxArchive, open_archive
from skyflytt.mail.compare import compare
from skyflytt.mail.differences import Contents, Difference, contents, differences, places
from skyflytt.mail.export.archived_pst import write_pst
from skyflytt.mail.identity import fingerprint
from skyflytt.mail.keys import folder_key
from skyflytt.mail.port import FolderPath, MailSource, MailTarget, NewMessage
from skyflytt.mail.rewritten import between
from tests.contract.mail_messages import at, corpus, new
from tests.faults.ledgers import PROJECT, copy_ledger
from tests.mail.engine.mailboxes import Move

INBOX: FolderPath = ("INBOX",)
DEEP: FolderPath = ("Projekt", "Åre")
FLAGS = (frozenset(), frozenset({r"\Seen"}), frozenset({r"\Flagged", r"\Seen"}), frozenset({r"\Answered"}))
Identities = Counter[tuple[str, str]]
"""How often a message, by its fingerprint, is in a folder."""


def collection() -> dict[FolderPath, list[NewMessage]]:
    """The whole collection in two folders; the one file of it that is empty is no message."""
    raws = [raw for raw in corpus().values() if raw]
    messages = [new(raw, FLAGS[number % 4], at(days=number)) for number, raw in enumerate(raws)]
    return {INBOX: messages[::2], DEEP: messages[1::2]}


def wanted() -> Identities:
    return Counter(
        (folder_key(folder), fingerprint(one.raw).fingerprint) for folder, all_ in collection().items() for one in all_
    )


def put(box: MailTarget) -> None:
    for folder, messages in collection().items():
        refs = box.append(box.ensure_folder(folder, None), messages)
        assert all(isinstance(ref, str) for ref in refs), [ref for ref in refs if not isinstance(ref, str)]


@dataclass(frozen=True)
class Carried:
    """What a leg has come to: how many were `moved`, and by `codes` why others were not."""

    source: Identities
    archived: Identities
    target: Identities
    moved: int
    codes: Counter[str]
    differences: list[Difference]
    """Of source and target, seen from both."""
    against_archive: dict[tuple[str, str], int]
    """What is missing or too much at the target, by the archive's account."""

    def is_whole(self, many: int) -> None:
        assert self.codes == Counter(), self.differences
        assert self.differences == []
        assert self.against_archive == {}
        assert self.moved == self.archived.total() == many
        assert self.source == self.archived == self.target


@dataclass
class Roads:
    """Makes legs, each with a ledger and an archive of its own below `folder`."""

    folder: Path
    template: Path
    numbers: Iterator[int] = field(default_factory=count)

    @contextmanager
    def move(self) -> Iterator[Move]:
        place = self.folder / str(next(self.numbers))
        place.mkdir()
        ledger = copy_ledger(self.template, place / "ledger.sqlite")
        try:
            with open_archive(place / "asa.skymail", "flytt/asa", ledger.clock) as archive:
                kinds = (ensure_workload(ledger, PROJECT, kind, "asa") for kind in ("archive", "mailbox"))
                yield Move(ledger, *kinds, archive)
        finally:
            ledger.engine.dispose()
            shutil.rmtree(place)

    def carry(self, source: MailSource, target: MailTarget) -> Carried:
        with self.move() as move:
            move.source, move.target = source, target
            collected, delivered = move.run()
            codes = move.codes()
            assert collected.failed == 0
            return _account(move.archive, source, target, delivered.moved, codes)

    def to_pst(self, source: MailSource, name: str) -> Path:
        """The PST file that the source's archive is exported as."""
        out = self.folder / f"{name}.pst.d"
        with self.move() as move:
            move.source = source
            assert move.collect().failed == 0
            (file,) = write_pst(move.archive, out, name=name).files
        return out / file


def between_them(ours: MailSource, theirs: MailSource) -> list[Difference]:
    """All that `skyflytt mail compare` tells."""
    place = places(ours.folders(), theirs.folders())
    here, there = contents(ours, ours.folders(), place), contents(theirs, theirs.folders(), lambda folder: folder)
    return differences(here, there, explain=between(ours, theirs))


def _account(
    archive: MailboxArchive, source: MailSource, target: MailTarget, moved: int, codes: Counter[str]
) -> Carried:
    ours, theirs = source.folders(), target.folders()
    place = places(ours, theirs)
    here = contents(source, ours, place)
    there = contents(cast(MailSource, target), theirs, lambda folder: folder)
    found = differences(here, there)
    assert len(differences(there, here)) == len(found)
    compared = compare(archive.entries(), target, place)
    archived = Counter((folder_key(place(one.folder)), one.fingerprint) for one in archive.entries())
    return Carried(
        _identities(here), archived, _identities(there), moved, codes, found, compared.missing | compared.extra
    )


def _identities(found: Contents) -> Identities:
    return Counter((one.folder, one.fingerprint) for one in found.held)
