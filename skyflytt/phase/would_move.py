"""What a pass would do, by its source's listing and the ledger: only read, at the source alone, and nothing noted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial

from skyflytt.files.detection import Detect
from skyflytt.files.exclude import Exclusions
from skyflytt.files.listing import listing
from skyflytt.ledger import items, passes, sync_states
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.listing import Listed, Listing, compare_listing
from skyflytt.ledger.progress import Progress
from skyflytt.ledger.schema import State
from skyflytt.ledger.workloads import Workload
from skyflytt.mail.archive import MailboxArchive
from skyflytt.mail.keys import folder_key
from skyflytt.mail.listing import by_key, in_order, not_archived
from skyflytt.mail.port import FolderPath, MailSource
from skyflytt.phase.mailboxes import excluded, open_mailbox_archive, open_source
from skyflytt.phase.migration import Migration
from skyflytt.phase.source import require_source
from skyflytt.phase.stores import open_source as open_share
from skyflytt.project.servers import LINK_KINDS

OPEN = (State.SEEN, State.STARTED, State.FAILED)
CONTENT_UNREAD = "Compared by size and time: a pass reads every file of this share, and may find more."


@dataclass(frozen=True, slots=True)
class WouldMove:
    """`new`, `changed` and `gone` are since the last pass, or the last export; `waiting` are items that these found and that are not
    at the target yet.

    Something that was moved or renamed at the source counts as new and as gone.
    """

    label: str
    new: int = 0
    changed: int = 0
    gone: int = 0
    waiting: int = 0
    remark: str = ""

    @property
    def nothing(self) -> bool:
        return not (self.new or self.changed or self.gone or self.waiting)


def would_move_mailbox(migration: Migration, name: str, progress: Progress) -> WouldMove:
    """Ask the source what changed since the archive's tokens. Raises `SourceErased`, `Transient` when the source is away."""
    mailbox = migration.project.mailbox(name)
    workload = migration.workload("mailbox", name)
    require_source(migration, workload)
    with open_source(migration, mailbox) as source:
        left = excluded(mailbox)
        folders = [one for one in source.folders() if not left(one.path)]
        # Opening would make an empty archive.
        if not (migration.workspace / "archives" / f"{name}.skymail").exists():
            return WouldMove(workload.label, sum(one.message_count for one in folders))
        with open_mailbox_archive(migration, mailbox) as archive:
            token = partial(_token, migration.ledger, migration.workload("archive", name), source, archive)
            new, changed, gone = _since(source, archive, [one.path for one in folders], token, progress)
            fetched = _fetched_since(migration, archive, name, workload)
    waiting = fetched.new + fetched.changed + _open(migration.ledger, workload)
    return WouldMove(workload.label, new, changed, gone + fetched.gone, waiting)


def would_move_share(migration: Migration, name: str, progress: Progress) -> WouldMove:
    """One scan of the source beside the ledger. Raises `SourceErased`, `PathMissing`, `Transient` when the source is away."""
    share = migration.project.share(name)
    workload = migration.workload("share", name)
    require_source(migration, workload)
    detect = Detect(share.detect)
    takes_links = migration.project.server(share.target.server).kind in LINK_KINDS
    with open_share(migration, share) as source:
        tokens = detect is Detect.TOKEN or not source.capabilities.times_by_scan
        found = listing(source.scan(), Exclusions(share.exclude), tokens=tokens, takes_links=takes_links)
        counted = _Counted(progress)
        came = compare_listing(migration.ledger, workload, counted.of(found), by_identity=False)
    remark = CONTENT_UNREAD if detect is Detect.DIGEST else ""
    return WouldMove(workload.label, came.new, came.changed, came.gone, _open(migration.ledger, workload), remark)


def _since(
    source: MailSource,
    archive: MailboxArchive,
    wanted: list[FolderPath],
    token: Callable[[FolderPath], str | None],
    progress: Progress,
) -> tuple[int, int, int]:
    """New, changed and gone messages, folder by folder, as the archive pass would find them."""
    new = changed = 0
    gone = sum(count for path, count in archive.counts().folders.items() if path not in set(wanted))
    for number, path in enumerate(wanted, 1):
        changes = source.changes(path, token(path))
        known, now = archive.known(path), {one.ref: one for one in changes.entries}
        new += sum(ref not in known for ref in now)
        changed += sum(
            ref in known and (known[ref].flags != one.flags or known[ref].edition != one.edition)
            for ref, one in now.items()
        )
        gone += len(known.keys() - now.keys() if changes.complete else known.keys() & set(changes.vanished))
        progress(number, len(wanted))
    return new, changed, gone


def _fetched_since(migration: Migration, archive: MailboxArchive, name: str, workload: Workload) -> Listing:
    """What the archive has that no pass has heard of: an export fetches, and delivers nothing."""
    lost = not_archived(migration.ledger, migration.workload("archive", name))
    return compare_listing(migration.ledger, workload, in_order(by_key(archive.entries()), lost))


def _token(
    ledger: Ledger, workload: Workload, source: MailSource, archive: MailboxArchive, path: FolderPath
) -> str | None:
    """As the archive pass chooses it: what came in without its edition is looked at anew."""
    if source.capabilities.editions and archive.lacks_editions(path):
        return None
    return sync_states.token(ledger, workload, f"{archive.id}/{folder_key(path)}") or None


def _open(ledger: Ledger, workload: Workload) -> int:
    with ledger.reading() as connection:
        counts = passes.state_counts(connection, workload)
    return sum(counts.get(state, 0) for state in OPEN)


@dataclass(slots=True)
class _Counted:
    """A listing that tells how far it is; how much there is shows only at its end."""

    progress: Progress
    _number: int = field(default=0)

    def of(self, found: Iterator[Listed]) -> Iterator[Listed]:
        for one in found:
            self._number += 1
            if self._number % items.BATCH_ROWS == 0:
                self.progress(self._number, self._number)
            yield one
