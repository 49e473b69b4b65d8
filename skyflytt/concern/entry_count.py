"""Counts a share from its scan, in flat memory: what it keeps is the names of the folders on the way down to the present entry."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import InitVar, dataclass, field
from datetime import datetime, timedelta
from time import monotonic
from unicodedata import is_normalized

from skyflytt.concern import share_facts
from skyflytt.concern.backup_count import BackupCount
from skyflytt.concern.crowded import Crowded
from skyflytt.concern.file_kinds import kind_of
from skyflytt.concern.largest import Largest
from skyflytt.concern.lengths import Longest
from skyflytt.concern.measured import Measured
from skyflytt.concern.names import refusals, units
from skyflytt.concern.reading import MOST_READ, read_files
from skyflytt.concern.sample import NOTHING, Reservoir, Sampling
from skyflytt.concern.share_facts import ShareFacts
from skyflytt.concern.target_names import TargetNames
from skyflytt.concern.twins import Twins
from skyflytt.files.names.check import Namespace
from skyflytt.files.paths import readable
from skyflytt.files.port import Entry, EntryKind, FileStore, ScanFailure

SECONDS_BETWEEN = 2.0
AHEAD = timedelta(days=1)
"""By so much clocks and time zones may differ."""
OLD = timedelta(days=365 * share_facts.OLD_YEARS)


@dataclass(slots=True)
class EntryCount:
    """The count of one share. What was modified after `recent_since` tells how much a delta pass will find; `space` has its target's rules."""

    share: str
    excluded: Callable[[str], bool]
    recent_since: datetime
    backups: Sequence[BackupCount] = ()
    space: InitVar[Namespace | None] = None
    keeps_links: bool = False
    """The target can have symbolic links."""
    at: datetime | None = None
    """The hour of the count, by which files are old or from the future; without it, nobody asks for them."""
    _target: TargetNames | None = field(init=False)
    _samples: dict[str, Sampling] = field(default_factory=lambda: defaultdict(Sampling))
    _rules: dict[str, Sampling] = field(default_factory=lambda: defaultdict(Sampling))
    _largest: Largest = field(default_factory=Largest)
    _longest_path: Longest = field(default_factory=Longest)
    _longest_name: Longest = field(default_factory=Longest)
    _twins: Twins = field(default_factory=Twins)
    _crowded: Crowded = field(default_factory=lambda: Crowded(share_facts.CROWDED_ENTRIES))
    _old: int = 0
    _old_bytes: int = 0
    _chosen: Reservoir[Entry] = field(default_factory=lambda: Reservoir(MOST_READ))
    _files: int = 0
    _folders: int = 0
    _size: int = 0
    _left: int = 0
    _left_bytes: int = 0
    _newest: datetime | None = None
    _recent: int = 0
    _recent_bytes: int = 0

    def __post_init__(self, space: Namespace | None) -> None:
        self._target = TargetNames(space) if space else None

    def run(self, store: FileStore, progress: Callable[[int, int], None]) -> ShareFacts:
        """Count the whole share. How much there is shows only at the end, so progress gives the running number as both.

        Raises `PathMissing` when the share's folder is not there, `Transient` when the server is away.
        """
        started = told = monotonic()
        listed = 0
        for entry in store.scan():
            listed += 1
            self._take(entry)
            if monotonic() - told >= SECONDS_BETWEEN:
                told = monotonic()
                progress(listed, listed)
        seconds = monotonic() - started
        files, size, reading_seconds, refused = read_files(store, self._chosen.chosen)
        for path, failure in refused:
            self._samples["unreadable"].add(f"{readable(path)} ({failure.code})")
        progress(listed, listed)
        return self._facts(Measured(listed, seconds, files, size, reading_seconds))

    def _take(self, entry: Entry | ScanFailure) -> None:
        if isinstance(entry, ScanFailure):
            self._samples["unreadable"].add(f"{readable(entry.key)} ({entry.failure.code})")
        elif self.excluded(entry.key):
            self._left += 1
            self._left_bytes += entry.size_bytes
        elif entry.kind is EntryKind.SYMLINK:
            kept = entry.link is not None and not entry.why and self.keeps_links
            self._samples["kept_links" if kept else "links"].add(readable(entry.path))
        elif entry.kind is EntryKind.OTHER:
            self._samples["other_kinds"].add(readable(entry.path))
        else:
            self._name(entry)
            if entry.kind is EntryKind.FOLDER:
                self._folders += 1
            else:
                self._file(entry)

    def _file(self, entry: Entry) -> None:
        self._files += 1
        self._size += entry.size_bytes
        self._largest.offer(readable(entry.path), entry.size_bytes)
        self._chosen.offer(entry)
        self._newest = max(self._newest or entry.modified, entry.modified)
        self._age(entry)
        if entry.modified >= self.recent_since:
            self._recent += 1
            self._recent_bytes += entry.size_bytes
        for backup in self.backups:
            backup.take(entry)
        if entry.names > 1:
            self._samples["hard_links"].add(readable(entry.path))
        if not entry.size_bytes:
            self._samples["empty"].add(readable(entry.path))
        if entry.size_bytes > share_facts.OLD_CLIENTS_FILE_BYTES:
            self._samples["over_2_gb"].add(readable(entry.path))
        if entry.size_bytes > share_facts.SHAREPOINT_FILE_BYTES:
            self._samples["over_250_gb"].add(readable(entry.path))

    def _age(self, entry: Entry) -> None:
        if self.at is None:
            return
        if entry.modified > self.at + AHEAD:
            self._samples["from_the_future"].add(f"{readable(entry.path)} ({entry.modified:%Y-%m-%d})")
        elif entry.modified < self.at - OLD:
            self._old += 1
            self._old_bytes += entry.size_bytes

    def _name(self, entry: Entry) -> None:
        folder, _, name = entry.path.rpartition("/")
        self._crowded.take(folder)
        if folder.count("/") + 1 > share_facts.DEEP_LEVELS and entry.kind is EntryKind.FILE:
            self._samples["deep"].add(readable(entry.path))
        if entry.kind is EntryKind.FILE and (kind := kind_of(name)):
            self._samples[kind].add(readable(entry.path))
        self._longest_path.offer(entry.path)
        self._longest_name.offer(name)
        length = units(entry.path)
        if length > share_facts.WINDOWS_PATH_LENGTH:
            self._samples["paths_over_250"].add(readable(entry.path))
        if length > share_facts.SHAREPOINT_PATH_LENGTH:
            self._samples["paths_over_400"].add(readable(entry.path))
        if broken := refusals(name):
            self._samples["names_refused"].add(readable(entry.path))
            for code in broken:
                self._rules[code].add(readable(entry.path))
        if not is_normalized("NFC", name):
            self._samples["not_nfc"].add(readable(entry.path))
        if self._target:
            self._target.take(entry)
        for kind, twin in self._twins.of(folder, name):
            self._samples[kind].add(f"{readable(entry.path)} (beside {readable(twin)})")

    def _facts(self, measured: Measured) -> ShareFacts:
        target = self._target
        samples = {name: sampling.sample() for name, sampling in self._samples.items()}
        return ShareFacts(
            share=self.share,
            files=self._files,
            folders=self._folders,
            size_bytes=self._size,
            excluded_items=self._left,
            excluded_bytes=self._left_bytes,
            largest=self._largest.descending(),
            longest_path=self._longest_path.long,
            longest_name=self._longest_name.long,
            names_refused=samples.get("names_refused", NOTHING),
            refused_names={code: sampling.sample() for code, sampling in sorted(self._rules.items())},
            case_twins=samples.get("case_twins", NOTHING),
            not_nfc=samples.get("not_nfc", NOTHING),
            form_twins=samples.get("form_twins", NOTHING),
            links=samples.get("links", NOTHING),
            kept_links=samples.get("kept_links", NOTHING),
            hard_links=samples.get("hard_links", NOTHING),
            other_kinds=samples.get("other_kinds", NOTHING),
            unreadable=samples.get("unreadable", NOTHING),
            empty=samples.get("empty", NOTHING),
            over_2_gb=samples.get("over_2_gb", NOTHING),
            over_250_gb=samples.get("over_250_gb", NOTHING),
            paths_over_250=samples.get("paths_over_250", NOTHING),
            paths_over_400=samples.get("paths_over_400", NOTHING),
            target_kind=target.kind if target else None,
            not_kept=target.not_kept.sample() if target else NOTHING,
            not_kept_by_rule=target.by_rule() if target else {},
            awkward=target.awkward.sample() if target else NOTHING,
            awkward_by_rule=target.awkward_by_rule() if target else {},
            databases=samples.get("databases", NOTHING),
            mail_files=samples.get("mail_files", NOTHING),
            secrets=samples.get("secrets", NOTHING),
            open_now=samples.get("open_now", NOTHING),
            crowded=self._crowded.sample(),
            deep=samples.get("deep", NOTHING),
            from_the_future=samples.get("from_the_future", NOTHING),
            old_files=self._old,
            old_bytes=self._old_bytes,
            newest=self._newest,
            recent_files=self._recent,
            recent_bytes=self._recent_bytes,
            backups=tuple(backup.facts() for backup in self.backups),
            measured=measured,
        )
