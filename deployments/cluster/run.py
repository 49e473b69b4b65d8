"""`make cluster`: bring everything up, move all mailboxes while parts of it are killed, and look at what came of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.console import Console

from deployments.cluster import cluster, mail_count, verdict
from deployments.cluster.history import settled
from deployments.cluster.members import members
from deployments.cluster.place import ClusterPlace
from deployments.cluster.supervisor import Supervisor
from deployments.cluster.verdict import Verdict
from skyflytt.deadline.clock import SystemClock
from skyflytt.ledger.open import open_ledger
from skyflytt.sandbox import mailboxes
from skyflytt.sandbox.mailboxes import Many

HISTORY_PATIENCE_S = 300.0


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is tried: mailboxes and their letters, workers and their runs at once, what is killed, and how long a pass may take."""

    many: Many
    workers: int
    runs_per_worker: int
    kills: Sequence[str]
    patience_s: float


def run(place: ClusterPlace, wanted: Wanted, console: Console) -> int:
    """0 when everything holds. What was started is stopped again."""
    began = time.monotonic()

    def told(sentence: str) -> None:
        console.print(f"{time.monotonic() - began:5.0f} s  {sentence}")

    try:
        cluster.up(place, wanted.workers, wanted.runs_per_worker, told)
        with cluster.talking(place):
            seen = _try(place, wanted, told)
    finally:
        told("everything is being stopped")
        cluster.down(place)
        mailboxes.down(place.mailboxes)
    verdict.show(seen, console)
    path = place.home / "cluster-run.json"
    verdict.write(seen, path)
    console.print(f"All of it: {path}")
    return 0 if seen.whole else 1


def _try(place: ClusterPlace, wanted: Wanted, told: Callable[[str], None]) -> Verdict:
    # Prefect reads its settings when it is imported: not before they are applied.
    from deployments.cluster.project import register  # noqa: PLC0415
    from deployments.cluster.trial import Trial  # noqa: PLC0415

    project = register(place, wanted.many)
    told(f"{wanted.many.mailboxes} mailboxes of {wanted.many.letters} letters are registered as {project.name}")
    parts = members(place, wanted.workers, wanted.runs_per_worker)
    ledger = open_ledger(place.ledger_url, SystemClock())
    trial = Trial(ledger, parts, wanted.many.mailboxes, wanted.kills, told)

    def back(part: str, seconds: float) -> None:
        trial.back(part, seconds)
        told(f"{part} is back after {seconds:.0f} s")

    with Supervisor(parts, back):
        trial.run(f"delta/{project.name}", wanted.patience_s)
        history = settled(project.name, wanted.many.names, HISTORY_PATIENCE_S)
    told("the mailboxes at both providers are counted")
    compared = mail_count.compare(place.mailboxes / "project.yaml", place.mailboxes / "secrets.json")
    accounts = verdict.accounts_of(ledger, project.name)
    ledger.engine.dispose()
    passes = [state for _, state, _ in trial.passes]
    return Verdict(
        wanted.many.mailboxes, trial.seconds, passes, accounts, compared, history, trial.deaths, len(wanted.kills)
    )
