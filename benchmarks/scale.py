"""How much faster more workers are where the source is far away, and what Prefect costs beside the work itself.

    python -m benchmarks.scale [--workers 1 2 4] [--mailboxes 96] [--latency-ms 1000] [--sizes 10 100 1000] [--messages 500] [--json FILE]
    python -m benchmarks.scale --model FILE [--of-mailboxes 10000] [--of-items 50000] [--at-workers 4]

Scaling: Dovecot on loopback, each of whose answers comes so many milliseconds later, as from a provider far away; the new home is Maildir on
this disk. The Prefect server is on PostgreSQL and Redis, and the ledger on PostgreSQL: one on SQLite answers "database is locked" when four
processes begin at once. A project that is spread moves its mailboxes, with one worker, with two and with four of two runs each, on the same
machine: what is measured is how the waiting is spread, so that the processors must have time left (`busy` says how much they worked), and the
source lets in as many connections as they ask for. The phase's own run is this process, and takes up no worker.

Overhead: the same mailboxes without a delay, which is the worst case for it, and with the delay of `--overhead-latency-ms`: three times by the
functions that the tasks call, four mailboxes side by side in one process without Prefect, and in turns with it by the flow `delta` in one
process (medians count); once spread, with one worker that has one place. The overhead is the part of the flow's wall time by which it took
longer. At the largest sizes mailboxes are smaller (`--most-messages` in all), so that it takes minutes and not hours: that makes the overhead
larger, not smaller.

With the defaults it takes two hours on two quiet cores: 35 minutes of scaling, the rest overhead. Nothing else should run meanwhile.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import multiprocessing
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

import psutil
from pydantic import SecretStr

from benchmarks.capacity import Asked, model
from benchmarks.scale_place import LOGIN, Place, place

SIDE_BY_SIDE = 4
RATIO_AIMS = {2: 1.8, 4: 3.4}
OVERHEAD_AIM, AIM_AT = 0.05, 100
RUNS_EACH = 2
CONNECTIONS = 2
"""That a mailbox asks for, by the default of a project file."""


@dataclass(frozen=True, slots=True)
class Scaled:
    """One customer moved by so many workers; `busy` is the part of all processors' time that somebody used."""

    workers: int
    mailboxes: int
    messages: int
    latency_ms: int
    wall_s: float
    busy: float


@dataclass(frozen=True, slots=True)
class Compared:
    """The same mailboxes by the functions, by the flow (medians), and spread. CPU seconds are those of the process without Prefect."""

    mailboxes: int
    messages: int
    latency_ms: int
    plain_s: float
    plain_cpu_s: float
    flow_s: float
    spread_s: float
    ledger_bytes: int
    archive_bytes: int
    source_bytes: int
    task_runs: int

    def overhead(self, seconds: float) -> float:
        return (seconds - self.plain_s) / seconds


def scaled(at: Place, workers: int, mailboxes: int, messages: int, latency_ms: int) -> Scaled:
    """One pass over all mailboxes, timed from the moment at which the workers are ready."""
    with at.line(latency_ms) as port, at.workers(workers, RUNS_EACH):
        project = registered(at, f"scale-{workers}", mailboxes, port, spread=True)
        let_in(port, workers * RUNS_EACH * SIDE_BY_SIDE * CONNECTIONS)
        psutil.cpu_percent()
        wall_s = timed(lambda: run_delta(project, mailboxes, messages))
        busy = psutil.cpu_percent() / 100
    return Scaled(workers, mailboxes, messages, latency_ms, wall_s, busy)


def compared(at: Place, mailboxes: int, messages: int, latency_ms: int, turns: int) -> Compared:
    """Each from an empty workspace, in turns: the disk is busier at one time than at another."""
    plain_runs, flow_runs = [], []
    name = f"{mailboxes}-{latency_ms}"
    with at.line(latency_ms) as port:
        for turn in range(turns):
            file = at.customer(f"plain-{name}-{turn}", mailboxes, port)
            plain_runs.append(in_a_process(plain, file))
            flow = registered(at, f"flow-{name}-{turn}", mailboxes, port, spread=False)
            flow_runs.append(timed(lambda flow=flow: run_delta(flow, mailboxes, messages)))
        workspace = file.parent / "workspace"
        with at.workers(1, 1):
            spread = registered(at, f"spread-{name}", mailboxes, port, spread=True)
            spread_s = timed(lambda: run_delta(spread, mailboxes, messages))
    plain_s, plain_cpu_s = (median(figures) for figures in zip(*plain_runs, strict=True))
    flow_s = median(flow_runs)
    sizes = [sum(one.stat().st_size for one in workspace.rglob(what)) for what in ("ledger.sqlite*", "*.skymail*")]
    source = sum(one.stat().st_size for one in (at.mail.mail / LOGIN.format(0)).rglob("*:2,S")) * mailboxes
    return Compared(
        mailboxes, messages, latency_ms, plain_s, plain_cpu_s, flow_s, spread_s, *sizes, source, _task_runs(spread)
    )


def plain(file: Path) -> None:
    """What the tasks do, without Prefect."""
    from skyflytt.deadline.clock import SystemClock  # noqa: PLC0415 - in the process that is measured
    from skyflytt.ledger.progress import untold  # noqa: PLC0415
    from skyflytt.phase.migration import open_migration  # noqa: PLC0415
    from skyflytt.phase.move_mailbox import move_mailbox  # noqa: PLC0415
    from skyflytt.project.load import load_project  # noqa: PLC0415
    from skyflytt.project.secrets import FileSecrets  # noqa: PLC0415

    project, secrets = load_project(file), FileSecrets(file.parent / "secrets.json")
    with (
        open_migration(project, file.parent / "workspace", secrets, SystemClock()) as migration,
        ThreadPoolExecutor(SIDE_BY_SIDE) as threads,
    ):
        names = [one.name for one in project.mailboxes]
        for account in threads.map(lambda name: move_mailbox(migration, name, untold), names):
            if account.failed or account.skipped:
                raise AssertionError(f"not everything was moved: {account}")


def registered(at: Place, name: str, mailboxes: int, port: int, *, spread: bool) -> object:
    from deployments.register import register_blocks  # noqa: PLC0415 - Prefect reads its settings when it is imported
    from skyflytt.project.secrets import FileSecrets  # noqa: PLC0415

    _imported()
    file = at.customer(name, mailboxes, port)
    block = register_blocks(file, file.parent / "workspace", FileSecrets(file.parent / "secrets.json"), spread=spread)
    if at.ledger_url is None:
        return block
    block.ledger_url = SecretStr(at.ledger_url)
    block.save(name, overwrite=True)
    return type(block).load(name)


def let_in(port: int, connections: int) -> None:
    """The source permits what they ask for: its limit is not what is measured."""
    from prefect.client.orchestration import get_client  # noqa: PLC0415
    from prefect.client.schemas.actions import GlobalConcurrencyLimitUpdate  # noqa: PLC0415

    name = f"skyflytt-imap-localhost-{port}"
    with get_client(sync_client=True) as client:
        client.update_global_concurrency_limit(name, GlobalConcurrencyLimitUpdate(limit=connections))


def run_delta(project: object, mailboxes: int, messages: int) -> None:
    """The flow, in this process; a pass that left something out would be quick."""
    from flows.delta import delta  # noqa: PLC0415

    state = delta(project=project, dry_run=False, return_state=True)
    if not state.is_completed() or not str(state.message).startswith(f"{mailboxes * messages} moved"):
        raise AssertionError(f"{mailboxes * messages} messages were to be moved: {state}")


def timed(act: Callable[[], None]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def in_a_process(act: Callable[[Path], None], file: Path) -> tuple[float, float]:
    """Wall and CPU seconds."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        pool.apply(_imported)
        return pool.apply(_measured, (act, file))


def _imported() -> None:
    """What is imported on the way is no part of the work, with Prefect or without."""
    import flows.delta  # noqa: F401, PLC0415 - Prefect reads its settings when it is imported
    import skyflytt.phase.move_mailbox  # noqa: F401, PLC0415


def _measured(act: Callable[[Path], None], file: Path) -> tuple[float, float]:
    before = resource.getrusage(resource.RUSAGE_SELF)
    wall_s = timed(lambda: act(file))
    after = resource.getrusage(resource.RUSAGE_SELF)
    return wall_s, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _task_runs(project: object) -> int:
    from prefect.client.orchestration import get_client  # noqa: PLC0415

    with get_client(sync_client=True) as client:
        wanted = {"flow_runs": {"tags": {"all_": [project.name]}}}  # type: ignore[attr-defined]
        return int(client._client.post("/task_runs/count", json=wanted).raise_for_status().json())


def show_scaled(rows: list[Scaled]) -> None:
    one = rows[0]
    print(f"{one.mailboxes} mailboxes of {one.messages} messages, each answer {one.latency_ms} ms later")
    print(f"  {'workers':>8} {'wall s':>9} {'mailboxes/min':>14} {'times one':>10} {'aim':>6} {'busy':>6}")
    for row in rows:
        times = one.wall_s * one.workers / row.wall_s if one.workers == 1 else one.wall_s / row.wall_s
        aim = f"{RATIO_AIMS[row.workers]:.1f}" if row.workers in RATIO_AIMS else ""
        rate = 60 * row.mailboxes / row.wall_s
        print(f"  {row.workers:8} {row.wall_s:9.1f} {rate:14.1f} {times:10.2f} {aim:>6} {row.busy:6.0%}")


def show_compared(rows: list[Compared]) -> None:
    print("What Prefect costs, as a part of the wall time")
    head = f"  {'mailboxes':>9} {'messages each':>14} {'ms':>4} {'plain s':>9} {'flow s':>9} {'overhead':>9} {'spread s':>9} {'overhead':>9}"
    print(f"{head} {'task runs':>10}")
    for row in rows:
        over, spread = (f"{row.overhead(seconds):.1%}" for seconds in (row.flow_s, row.spread_s))
        aim = f"   (aim: {OVERHEAD_AIM:.0%})" if row.mailboxes == AIM_AT else ""
        print(
            f"  {row.mailboxes:9} {row.messages:14} {row.latency_ms:4} {row.plain_s:9.1f} {row.flow_s:9.1f} {over:>9} "
            f"{row.spread_s:9.1f} {spread:>9} {row.task_runs:10}{aim}"
        )


@contextlib.contextmanager
def _scratch() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="skyflytt-benchmark-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


def measure_scaling(asked: argparse.Namespace) -> list[Scaled]:
    messages = asked.folders * asked.per_folder
    with _scratch() as folder, place(folder, asked.mailboxes, (asked.folders, asked.per_folder), clustered=True) as at:
        rows = []
        for workers in asked.workers:
            rows.append(scaled(at, workers, asked.mailboxes, messages, asked.latency_ms))
            show_scaled(rows)
    return rows


def measure_overhead(asked: argparse.Namespace) -> list[Compared]:
    rows = []
    for mailboxes in asked.sizes:
        messages = max(1, min(asked.messages, asked.most_messages // mailboxes))
        for latency_ms in dict.fromkeys((0, asked.overhead_latency_ms)):
            with _scratch() as folder, place(folder, mailboxes, (1, messages)) as at:
                rows.append(compared(at, mailboxes, messages, latency_ms, asked.turns))
                show_compared(rows)
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.scale", description=__doc__.splitlines()[0] if __doc__ else None
    )
    parser.add_argument("--workers", type=int, nargs="*", default=[1, 2, 4], help="none: no scaling is measured")
    parser.add_argument("--mailboxes", type=int, default=96, help="of the customer that more workers move faster")
    parser.add_argument("--folders", type=int, default=12, help="folders of each of its mailboxes")
    parser.add_argument("--per-folder", type=int, default=2, help="messages in each folder")
    parser.add_argument("--latency-ms", type=int, default=1000, help="so much later comes each answer")
    parser.add_argument(
        "--sizes", type=int, nargs="*", default=[10, 100, 1000], help="mailboxes; none: no overhead is measured"
    )
    parser.add_argument("--messages", type=int, default=500, help="of each mailbox, for the overhead")
    parser.add_argument("--most-messages", type=int, default=50_000, help="of all mailboxes together, for the overhead")
    parser.add_argument(
        "--turns", type=int, default=3, help="for the overhead: so often each, of which the median counts"
    )
    parser.add_argument("--overhead-latency-ms", type=int, default=40, help="besides 0")
    parser.add_argument("--json", type=Path, help="where the figures are kept")
    parser.add_argument("--model", type=Path, help="measure nothing: what follows from the figures in this file")
    parser.add_argument("--of-mailboxes", type=int, default=10_000, help="for --model")
    parser.add_argument("--of-items", type=int, default=50_000, help="for --model: messages of each")
    parser.add_argument("--at-workers", type=int, default=4, help="for --model")
    asked = parser.parse_args()
    if asked.model:
        print(model(json.loads(asked.model.read_text()), Asked(asked.of_mailboxes, asked.of_items, asked.at_workers)))
        return
    figures = {
        "scaling": [asdict(one) for one in measure_scaling(asked)] if asked.workers else [],
        "overhead": [asdict(one) for one in measure_overhead(asked)],
    }
    if asked.json:
        asked.json.write_text(json.dumps(figures, indent=1))
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
