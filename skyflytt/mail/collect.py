"""The archive pass: a source's messages go into the mailbox archive, each once, and again when its content was edited since."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from skyflytt.errors.base import Permanent
from skyflytt.errors.ledger import DoesNotReconcile
from skyflytt.errors.mail import ArchiveDamaged, MessageUnreadable
from skyflytt.ledger import items, passes, sync_states
from skyflytt.ledger.items import Done, Seen
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.listing import LeftOut, Listed, Unreadable, take_listing
from skyflytt.ledger.passes import Account, Pass
from skyflytt.ledger.progress import Progress, moved, untold
from skyflytt.ledger.schema import State, Verified
from skyflytt.ledger.workloads import Workload
from skyflytt.mail.ahead import Ahead
from skyflytt.mail.archive import ArchivedMessage, ArchiveItem, Known, MailboxArchive
from skyflytt.mail.keys import contents_key, folder_key, message_key
from skyflytt.mail.line import BATCH_MESSAGES
from skyflytt.mail.listing import EXCLUDED, SHOWN_ELSEWHERE, by_key, in_order, version_of
from skyflytt.mail.port import FetchFailure, Folder, FolderChanges, FolderPath, MailSource, MessageEntry
from skyflytt.mail.substance import same_substance


def nothing_excluded(_folder: FolderPath) -> bool:
    """The whole mailbox."""
    return False


@dataclass(slots=True)
class ArchivePass:
    """One pass from a source into its archive; `workload` is the mailbox's of kind `archive`."""

    ledger: Ledger
    workload: Workload
    source: MailSource
    archive: MailboxArchive
    excluded: Callable[[FolderPath], bool] = nothing_excluded
    progress: Progress = untold
    _others: list[Listed] = field(default_factory=list)
    _read: dict[str, str] = field(default_factory=dict)
    _present: dict[FolderPath, int] = field(default_factory=dict)
    _changed: bool = False
    _counted: int = 0
    _archived: int = 0
    _ahead: Ahead = field(init=False)

    def run(self, folders: Sequence[Folder]) -> Account:
        """Archive what is new in `folders` (all of the source's), and note what changed or went away.

        Raises `Transient` when the source is away (run it again: what is archived stays), `NeedsPerson` when somebody has to act.
        """
        total = sum(folder.message_count for folder in folders)
        with passes.running_pass(self.ledger, self.workload) as running:
            self._others, self._read, self._counted, self._archived = [], {}, 0, 0
            self._present, self._changed = dict(self.archive.counts().folders), False
            paths = [folder.path for folder in folders]
            with Ahead(self.source, paths, self._since, self._wanted) as self._ahead:
                for folder in paths:
                    try:
                        self._take_folder(folder, total)
                    except Permanent as failure:
                        self._others.append(Unreadable(contents_key(folder), failure))
                        self._counted += len(self.archive.known(folder)) + 1
            self._forget_folders(set(paths))
            if not self._as_listed(running):
                self._list(running)
            return passes.end(self.ledger, running, self._counted)

    def _as_listed(self, running: Pass) -> bool:
        """Whether the ledger's listing of the pass before still stands, so that not every message has to be looked at again.

        A ledger that was lost, or made anew beside a filled archive, has none.
        """
        if self._changed or self._others or passes.follows_interruption(self.ledger, running):
            return False
        with self.ledger.reading() as connection:
            counts = passes.state_counts(connection, self.workload)
        return bool(counts) and not counts.keys() - {State.DONE, State.GONE}

    def _list(self, running: Pass) -> None:
        items.reopen(self.ledger, running)
        archived = by_key(self.archive.entries())
        listed = take_listing(self.ledger, running, in_order(archived, self._others))
        self._settle(running, archived)
        if listed.source != self._counted:
            # The source's own count stands against what the archive and the failures come to.
            raise DoesNotReconcile(
                self.workload.label, f"the source counts {self._counted}, the listing {listed.source}"
            )

    def _take_folder(self, folder: FolderPath, total: int) -> None:
        if self.excluded(folder):
            self._leave_out(folder)
            return
        scope = self._scope(folder)
        before = sync_states.token(self.ledger, self.workload, scope)
        changes = self._ahead.changes(folder)
        if changes.complete or changes.entries or changes.vanished:
            failures = self._archive_changes(folder, changes, total)
        else:
            failures = 0
            self._counted += self._present.get(folder, 0)
        # A message that could not be fetched is asked for again only by a whole listing.
        if changes.token not in (None, before) and not failures:
            sync_states.set_token(self.ledger, self.workload, scope, changes.token or "")

    def _since(self, folder: FolderPath) -> str | None:
        """The token that a folder is listed from; what is left out is always listed whole."""
        if self.excluded(folder):
            return None
        # What came in without its edition may have been edited since, and no token tells of it any more.
        if self.source.capabilities.editions and self.archive.lacks_editions(folder):
            return None
        return sync_states.token(self.ledger, self.workload, self._scope(folder)) or None

    def _wanted(self, folder: FolderPath, changes: FolderChanges) -> list[MessageEntry]:
        """What will be fetched of a folder when its turn comes."""
        if self.excluded(folder) or not changes.entries:
            return []
        known = self.archive.known(folder)
        return [
            entry for entry in changes.entries if entry.ref not in known or known[entry.ref].edition != entry.edition
        ]

    def _leave_out(self, folder: FolderPath) -> None:
        entries = self._ahead.changes(folder).entries
        why = EXCLUDED, "The project file excludes its folder."
        self._others += [_left_out(folder, entry, *why) for entry in entries]
        self._counted += len(entries)
        # Archived before it was excluded, and no longer there.
        self._mark_gone(folder, set(self.archive.known(folder)).difference(entry.ref for entry in entries))

    def _archive_changes(self, folder: FolderPath, changes: FolderChanges, total: int) -> int:
        known = self.archive.known(folder)
        listed = {entry.ref: entry for entry in changes.entries}
        vanished = set(known) - set(listed) if changes.complete else set(changes.vanished) & set(known)
        new = [entry for ref, entry in listed.items() if ref not in known]
        edited = [entry for ref, entry in listed.items() if ref in known and known[ref].edition != entry.edition]
        failures = self._fetch(folder, new + edited, total, {entry.ref for entry in edited})
        self._mark(folder, listed, known, {failed.ref for failed in failures})
        self._mark_gone(folder, vanished)
        self._changed = self._changed or bool(new) or bool(edited)
        self._others += [Unreadable(message_key(folder, failed.ref), failed.failure) for failed in failures]
        self._others += [_left_out(folder, entry, *SHOWN_ELSEWHERE) for entry in changes.elsewhere]
        self._counted += len(known) - len(vanished) + len(new) + len(changes.elsewhere)
        return len(failures)

    def _mark(
        self, folder: FolderPath, listed: dict[str, MessageEntry], known: dict[str, Known], failed: set[str]
    ) -> None:
        """Flags of messages whose content is as it was, and of those whose new content could not be had: it is asked for again."""
        marked = [
            replace(entry, edition=known[ref].edition)
            for ref, entry in listed.items()
            if ref in known
            and known[ref].flags != entry.flags
            and (ref in failed or known[ref].edition == entry.edition)
        ]
        if marked:
            self.archive.mark(folder, marked)
            self._changed = True

    def _fetch(
        self, folder: FolderPath, wanted: list[MessageEntry], total: int, edited: set[str]
    ) -> list[FetchFailure]:
        """Archive them; what is among the `edited` and is after all what it was is only marked."""
        failures: list[FetchFailure] = []
        for batch, answers in self._ahead.fetched(folder, wanted):
            entries = {entry.ref: entry for entry in batch}
            taken = []
            unanswered = set(entries)
            for answer in answers:
                ref = answer.ref if isinstance(answer, FetchFailure) else answer[0].ref
                if ref not in unanswered:
                    continue
                unanswered.remove(ref)
                if isinstance(answer, FetchFailure):
                    failures.append(answer)
                else:
                    fetched, identity = answer
                    taken.append(ArchiveItem(folder, entries[ref], fetched.raw, identity, fetched.stream, fetched.way))
            failures += [FetchFailure(ref, MessageUnreadable(ref, "no answer")) for ref in sorted(unanswered)]
            same = {one.entry.ref for one in taken if one.entry.ref in edited and self._is_same(one)}
            if same:
                self.archive.mark(folder, [entries[ref] for ref in sorted(same)])
                taken = [one for one in taken if one.entry.ref not in same]
            self.archive.add_many(taken)
            self._read_back(taken)
            self._archived += len(batch)
            moved(self.progress, sum(len(one.raw) for one in taken))
            self.progress(self._archived, total)
        return failures

    def _is_same(self, fetched: ArchiveItem) -> bool:
        before = self.archive.message(fetched.folder, fetched.entry.ref)
        if before is None:
            return False
        if fetched.stream is None or before.stream is None:
            return before.stream is None and fetched.stream is None and before.digest == fetched.identity.digest
        try:
            return same_substance(self.archive.stream(before), fetched.stream)
        except ArchiveDamaged:
            return False  # what comes now is whole

    def _read_back(self, taken: Sequence[ArchiveItem]) -> None:
        """While the next messages come: the archive answers with these very bytes, or raises `ArchiveDamaged`."""
        for one in taken:
            self.archive.require(one.identity.digest, one.raw)
            self._read[message_key(one.folder, one.entry.ref)] = one.identity.digest

    def _forget_folders(self, present: set[FolderPath]) -> None:
        for folder in self._present.keys() - present:
            # Should it come back, its token would tell of no message that was in it before.
            sync_states.set_token(self.ledger, self.workload, self._scope(folder), "")
            self._mark_gone(folder, set(self.archive.known(folder)))

    def _mark_gone(self, folder: FolderPath, refs: set[str]) -> None:
        if refs:
            self.archive.mark_gone(folder, sorted(refs))
            self._changed = True

    def _scope(self, folder: FolderPath) -> str:
        return f"{self.archive.id}/{folder_key(folder)}"

    def _settle(self, running: Pass, archived: dict[str, ArchivedMessage]) -> None:
        for batch in items.batches(items.stream(self.ledger, self.workload, State.SEEN), BATCH_MESSAGES):
            done = []
            for item in batch:
                message = archived[item.key]
                if self._read.get(item.key) != message.digest:
                    self.archive.payload(message.digest)
                done.append(Done(item.key, message.digest, Verified.BYTES, message.fingerprint))
            items.finish(self.ledger, running, done)


def _left_out(folder: FolderPath, entry: MessageEntry, code: str, detail: str) -> LeftOut:
    seen = Seen(message_key(folder, entry.ref), version_of(entry.flags, 0), entry.size_bytes, folder_key(folder))
    return LeftOut(seen, code, detail)
