"""One mailbox moved without a project file, by the passes that the flows run: into an archive, and from there to a target."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from skyflytt.deadline.clock import Clock
from skyflytt.ledger import items, projects
from skyflytt.ledger.file import open_ledger_file
from skyflytt.ledger.items import Item
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.passes import Account
from skyflytt.ledger.progress import Progress, untold
from skyflytt.ledger.removals import REMOVAL_LIMIT
from skyflytt.ledger.schema import State
from skyflytt.ledger.workloads import Workload, ensure_workload
from skyflytt.mail.archive import MailboxArchive, open_archive
from skyflytt.mail.collect import ArchivePass
from skyflytt.mail.deliver import DeliveryPass
from skyflytt.mail.guard import AppendAfterCutover
from skyflytt.mail.listing import by_key, not_archived
from skyflytt.mail.port import MailSource, MailTarget
from skyflytt.project.fields import slug_of


@dataclass(frozen=True, slots=True)
class Alone:
    """A mailbox with its ledger and its archive. `name` is the move's own name in the ledger, which may hold several."""

    ledger: Ledger
    name: str
    archive: MailboxArchive

    def fetch(self, source: MailSource, progress: Progress = untold) -> Account:
        """One archive pass."""
        return self._archive_pass(source, progress).run(source.folders())

    def sync(
        self,
        source: MailSource,
        target: MailTarget,
        removal_limit: float | None = None,
        fetching: Progress = untold,
        delivering: Progress = untold,
    ) -> Account:
        """One archive pass and one delivery pass; in the mode that the ledger is in."""
        folders = source.folders()
        self._archive_pass(source, fetching).run(folders)
        guarded = AppendAfterCutover(target, lambda: projects.mode(self.ledger, self.name))
        left_out = not_archived(self.ledger, self._workload("archive"))
        return DeliveryPass(
            self.ledger,
            self._workload("mailbox"),
            self.archive,
            guarded,
            folders,
            left_out,
            removal_limit=REMOVAL_LIMIT if removal_limit is None else removal_limit,
            progress=delivering,
        ).run()

    def only_add(self, by: str) -> None:
        """From now on and for good, nothing at the target is removed, moved or marked."""
        projects.cut_over(self.ledger, self.name, by)

    def failed(self, account: Account) -> Iterator[Told]:
        """The messages that a pass could not move, by their names."""
        return self._told(list(items.stream(self.ledger, account.workload, State.FAILED)))

    def remarked(self, account: Account) -> Iterator[Told]:
        """The messages that were moved, and of which somebody has to know something."""
        return self._told(list(items.remarked(self.ledger, account.workload)))

    def _told(self, which: Sequence[Item]) -> Iterator[Told]:
        archived = by_key(self.archive.entries()) if which else {}
        for item in which:
            message = archived.get(item.key)
            yield Told(
                item.container or item.key,
                message.subject if message else "",
                (message.sent or message.received) if message else None,
                item.code or "",
                item.detail or "",
            )

    def _archive_pass(self, source: MailSource, progress: Progress) -> ArchivePass:
        return ArchivePass(self.ledger, self._workload("archive"), source, self.archive, progress=progress)

    def _workload(self, kind: str) -> Workload:
        return ensure_workload(self.ledger, self.name, kind, "mailbox")


@dataclass(frozen=True, slots=True)
class Told:
    """A message with what is to be said of it: its folder, or its key where it could not even be fetched."""

    folder: str
    subject: str
    date: datetime | None
    code: str
    detail: str


@contextmanager
def open_alone(ledger_file: Path, archive_file: Path, *, name: str, owner: str, clock: Clock) -> Iterator[Alone]:
    """The move called `name`; `owner` is the source, whose archive this must be. Both files are made if they are not there.

    Raises `NotALedger`, `LedgerNewer`, and what `open_archive` raises.
    """
    ledger = open_ledger_file(ledger_file, clock)
    try:
        projects.ensure_project(ledger, name)
        archive_file.parent.mkdir(parents=True, exist_ok=True)
        with open_archive(archive_file, owner, clock) as archive:
            yield Alone(ledger, name, archive)
    finally:
        ledger.engine.dispose()


def archive_beside(ledger_file: Path, owner: str) -> Path:
    """Where the archive of the source `owner` is kept unless somebody says otherwise."""
    name = f"{slug_of(owner)[:60]}-{hashlib.sha256(owner.encode()).hexdigest()[:8]}.skymail"
    return ledger_file.with_name(f"{ledger_file.name}.archives") / name
