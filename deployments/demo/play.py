"""Set the stage (sandbox, Prefect server, blocks), run the exit, and tell how it ended."""

from __future__ import annotations

import shutil
import time

from rich.console import Console

from blocks import MigrationProject
from blocks.connection_limit import take_back
from deployments.demo import report
from deployments.demo.place import DemoPlace
from deployments.demo.run import Exit
from deployments.demo.show import Show
from deployments.demo.stop import Stop
from deployments.register import register_blocks
from deployments.stack import server, settings
from skyflytt.drop.rows import DropState, drop_rows
from skyflytt.ledger import journal
from skyflytt.ledger.progress import untold
from skyflytt.phase.drops import fill_and_open
from skyflytt.phase.migration import Migration
from skyflytt.project.secrets import FileSecrets
from skyflytt.sandbox import lifecycle
from skyflytt.sandbox.state import Sandbox


def play(place: DemoPlace, console: Console, stop: Stop, *, fresh: bool, began: float) -> int:
    """The whole demo; 0 when everything adds up and is where it should be."""
    stop.heed()
    if fresh:
        _throw_away(place)
    console.print("An old provider, a new one and a Prefect server start on this machine …")
    place.clock  # noqa: B018 - the servers read it
    try:
        sandbox = lifecycle.up(place.sandbox, clock_file=place.clock_file)
        running = server.start(place.prefect)
        with settings.applied(running.environment):
            secrets = FileSecrets(place.sandbox / "secrets.json")
            project = register_blocks(
                place.sandbox / "project.yaml", place.workspace, secrets, clock_file=place.clock_file
            )
            _free_connections(place, project)
            return _run(place, sandbox, project, console, stop=stop, began=began)
    finally:
        console.print("\nStopping the servers …")
        server.stop(place.prefect)
        lifecycle.down(place.sandbox)


def _free_connections(place: DemoPlace, project: MigrationProject) -> None:
    """A demo that was killed held connections to the old provider; nobody but this process asks for any."""
    shutil.rmtree(place.prefect / settings.LEASES, ignore_errors=True)
    with project.open() as migration:
        take_back(migration.project)


def _run(
    place: DemoPlace, sandbox: Sandbox, project: MigrationProject, console: Console, *, stop: Stop, began: float
) -> int:
    with project.open() as migration:
        entries_before = sum(1 for _ in journal.entries(migration.ledger, migration.name))
        _put_back(migration)
        with Show(console, migration.project.zone) as show:
            show.hour(place.clock.now())
            Exit(place, sandbox, project, migration, show, stop).run()
        console.print("\nThe exit is closed. Looking at the new home once more …")
        seen = report.look_again(migration)
        moved_now = sum(
            entry.data.get("moved_now", 0)
            for entry in journal.entries(migration.ledger, migration.name)
            if entry.number > entries_before and entry.action.endswith("-run")
        )
        report.print_timeline(console, migration)
        adds_up = report.print_accounts(console, migration)
        for line in seen.lines:
            console.print(f"  {line}")
        report.print_paths(console, migration, place.sandbox, place.prefect)
    nothing = " Nothing was left to do; the exit was already complete." if moved_now == 0 else ""
    console.print(f"\nThis run moved {moved_now} items in {time.monotonic() - began:.0f} s.{nothing}")
    verdict = "[green]Everything adds up.[/]" if adds_up and seen.whole else "[red]It does NOT add up; see above.[/]"
    console.print(verdict)
    return 0 if adds_up and seen.whole else 1


def _put_back(migration: Migration) -> None:
    """The sandbox's S3 server forgets everything when it ends; a demo that was stopped while a drop was open there goes on all the same."""
    for name, row in drop_rows(migration.ledger, migration.name).items():
        server = migration.project.server(migration.project.drop(name).server)
        if row.state is DropState.OPEN and server.kind == "s3":
            fill_and_open(migration, name, untold)


def _throw_away(place: DemoPlace) -> None:
    server.stop(place.prefect)
    if place.sandbox.exists():
        lifecycle.fresh(place.sandbox)
    for path in (place.workspace, place.prefect, place.sandbox):
        shutil.rmtree(path, ignore_errors=True)
    for file in (place.clock_file, place.home / "events.json"):
        file.unlink(missing_ok=True)
