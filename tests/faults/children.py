"""The processes that `test_sigkill.py` kills: one pass each, over stores on a real disk."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.synchronize import Event
from pathlib import Path
from types import SimpleNamespace

from skyflytt.deadline.clock import SystemClock
from skyflytt.files.crew import Pair
from skyflytt.files.guard import AppendAfterCutover, ReadOnly
from skyflytt.files.local import open_local
from skyflytt.files.passes import SharePass
from skyflytt.ledger import projects
from skyflytt.ledger.passes import Account
from skyflytt.ledger.workloads import ensure_workload
from skyflytt.mail.archive import open_archive
from skyflytt.mail.collect import ArchivePass
from skyflytt.mail.deliver import DeliveryPass
from skyflytt.mail.guard import AppendAfterCutover as GuardedMailbox
from skyflytt.mail.maildir import open_maildir, open_maildir_source
from tests.faults.ledgers import PROJECT, reopen_ledger


def move_share(folder: Path, begun: Event | None = None) -> Account:
    """One pass from `folder/source` to `folder/target`."""
    ledger = reopen_ledger(folder / "ledger.sqlite", SystemClock())
    workload = ensure_workload(ledger, PROJECT, "share", "gemensam")
    roots = SimpleNamespace(root=folder / "source"), SimpleNamespace(root=folder / "target")
    if begun is not None:
        begun.set()
    with open_local(roots[0]) as source, open_local(roots[1]) as target:
        guarded = AppendAfterCutover(target, lambda: projects.mode(ledger, PROJECT))
        return SharePass(ledger, workload, ReadOnly(source), guarded, removal_limit=1.0).run()


def move_share_by_many(folder: Path, begun: Event | None = None) -> Account:
    """The same over three connections."""
    ledger = reopen_ledger(folder / "ledger.sqlite", SystemClock())
    workload = ensure_workload(ledger, PROJECT, "share", "gemensam")
    roots = SimpleNamespace(root=folder / "source"), SimpleNamespace(root=folder / "target")

    @contextmanager
    def pair() -> Iterator[Pair]:
        with open_local(roots[0]) as source, open_local(roots[1]) as target:
            yield ReadOnly(source), AppendAfterCutover(target, lambda: projects.mode(ledger, PROJECT))

    if begun is not None:
        begun.set()
    with pair() as (source, target):
        return SharePass(ledger, workload, source, target, removal_limit=1.0, open_pair=pair, connections=3).run()


def move_mailbox(folder: Path, begun: Event | None = None) -> Account:
    """An archive pass over the Maildir `folder/source`, and a delivery pass into the Maildir `folder/target`."""
    ledger = reopen_ledger(folder / "ledger.sqlite", SystemClock())
    archiving = ensure_workload(ledger, PROJECT, "archive", "asa")
    delivering = ensure_workload(ledger, PROJECT, "mailbox", "asa")
    if begun is not None:
        begun.set()
    with (
        open_archive(folder / "asa.skymail", "flytt/asa", ledger.clock) as archive,
        open_maildir_source(folder / "source") as source,
        open_maildir(folder / "target") as target,
    ):
        folders = source.folders()
        ArchivePass(ledger, archiving, source, archive).run(folders)
        guarded = GuardedMailbox(target, lambda: projects.mode(ledger, PROJECT))
        return DeliveryPass(ledger, delivering, archive, guarded, folders, removal_limit=1.0).run()
