"""One folder of files moved without a project file, by the pass that the flows run."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from skyflytt.deadline.clock import Clock
from skyflytt.errors.files import TokensMissing
from skyflytt.errors.ledger import NotALedger
from skyflytt.files.address import FileAddress
from skyflytt.files.check import ShareCheck, check_copies
from skyflytt.files.crew import OpenPair, Pair
from skyflytt.files.detection import Detect
from skyflytt.files.exclude import Exclusions
from skyflytt.files.guard import AppendAfterCutover, ReadOnly
from skyflytt.files.kept_listing import forget
from skyflytt.files.linked import linked
from skyflytt.files.names.check import Namespace
from skyflytt.files.names.kinds import OF_SERVERS
from skyflytt.files.passes import SharePass
from skyflytt.files.port import FileStore
from skyflytt.files.symlinks import Symlinks
from skyflytt.ledger import items, projects
from skyflytt.ledger.file import open_ledger_file
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.passes import Account
from skyflytt.ledger.progress import Progress, untold
from skyflytt.ledger.removals import REMOVAL_LIMIT
from skyflytt.ledger.renamed import Renamed, all_renamed
from skyflytt.ledger.schema import Mode, State
from skyflytt.ledger.workloads import Workload, ensure_workload


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a pass takes for a change, what it does with links, and whether it follows changes (None: as the ledger's mode is)."""

    symlinks: Symlinks = Symlinks.SKIP
    detect: Detect = Detect.SIZE_MTIME
    mode: Mode | None = None
    list_anew: bool = False
    """Whatever is remembered of the source's listing."""


AS_EVER = Meaning()


@dataclass(frozen=True, slots=True)
class Alone:
    """A folder with its ledger. `name` is the move's own name in the ledger, which may hold several; `listing` is the file that the
    source's listing may be remembered in."""

    ledger: Ledger
    name: str
    listing: Path | None = None

    def sync(
        self,
        open_both: OpenPair,
        progress: Progress = untold,
        *,
        exclude: Sequence[str] = (),
        removal_limit: float | None = None,
        connections: int = 1,
        space: Namespace | None = None,
        meaning: Meaning = AS_EVER,
    ) -> Account:
        """One pass, in the mode that the ledger is in, over up to so many connections; `space` has the rules for new names.

        Raises `AppendOnly` where `meaning` asks for a mirror after the cutover, `TokensMissing` where the source has none.
        """
        if meaning.mode is Mode.MIRROR:
            projects.require_mirror(self.ledger, self.name, "What is gone at the source")
        append = meaning.mode is Mode.APPEND

        @contextmanager
        def guarded() -> Iterator[Pair]:
            with open_both() as (source, target):
                mode = Mode.APPEND if append else None
                guard = AppendAfterCutover(target, lambda: mode or projects.mode(self.ledger, self.name))
                yield ReadOnly(linked(source, meaning.symlinks)), guard

        with guarded() as (source, target):
            if meaning.detect is Detect.TOKEN and not source.capabilities.change_token:
                raise TokensMissing(self.name.partition(" > ")[0], "its protocol has no place for one")
            if meaning.list_anew:
                forget(self.ledger, self._workload())
            return SharePass(
                self.ledger,
                self._workload(),
                source,
                target,
                Exclusions(exclude),
                REMOVAL_LIMIT if removal_limit is None else removal_limit,
                progress,
                guarded,
                connections,
                space,
                detect=meaning.detect,
                append=append,
                remembered=self.listing,
            ).run()

    def verify(self, target: FileStore, progress: Progress = untold) -> ShareCheck:
        """Everything that the ledger calls moved, read once more."""
        return check_copies(self.ledger, self._workload(), ReadOnly(target), progress)

    def renamed(self) -> list[Renamed]:
        """What is called otherwise at the target."""
        return list(all_renamed(self.ledger, self._workload()))

    def only_add(self, by: str) -> None:
        """From now on and for good, nothing at the target is removed, moved or replaced."""
        projects.cut_over(self.ledger, self.name, by)

    def failed(self, account: Account) -> Iterator[items.Item]:
        """What a pass could not move."""
        return items.stream(self.ledger, account.workload, State.FAILED)

    def _workload(self) -> Workload:
        return ensure_workload(self.ledger, self.name, "share", "files")


def names_at(target: FileAddress) -> Namespace:
    """The rules for names at the target."""
    prefix = target.prefix.rstrip("/")
    return Namespace(OF_SERVERS[target.kind], f"{prefix}/" if target.prefix else "")


def name_of(source: FileAddress, target: FileAddress) -> str:
    """What the move between them is called in its ledger."""
    return f"{source.shown} > {target.shown}"


def listing_beside(ledger_file: Path, name: str) -> Path:
    """A file for each move in the ledger."""
    return ledger_file.with_name(f"{ledger_file.name}.listing-{hashlib.sha256(name.encode()).hexdigest()[:12]}")


@contextmanager
def open_alone(ledger_file: Path, *, name: str, clock: Clock, there: bool = False) -> Iterator[Alone]:
    """The move called `name`. The file is made if it is not there, unless the move must be `there` already.

    Raises `NotALedger` and `LedgerNewer`.
    """
    if there and not ledger_file.exists():
        raise NotALedger(str(ledger_file), "there is no such file")
    ledger = open_ledger_file(ledger_file, clock)
    try:
        if there and not projects.is_known(ledger, name):
            raise NotALedger(str(ledger_file), f"it knows nothing of {name}")
        projects.ensure_project(ledger, name)
        yield Alone(ledger, name, listing_beside(ledger_file, name))
    finally:
        ledger.engine.dispose()
