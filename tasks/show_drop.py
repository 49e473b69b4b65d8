"""Task: see how a drop stands, and remind the customer where it has to be."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from prefect import task
from prefect.artifacts import create_markdown_artifact

from blocks import MigrationProject
from skyflytt.drop.lifecycle import DropStatus
from skyflytt.phase.drop_reminders import remind as remind_customer
from skyflytt.phase.drops import status_of
from tasks.artifact_key import artifact_key
from tasks.step import STEP

SHOWN = 50


@task(**STEP, task_run_name="{project.name} · look at drop · {drop}")
def show_drop(project: MigrationProject, drop: str, remind: bool = True) -> str:
    """How long it is open, who has fetched what and when, what was never fetched; a sentence."""
    with project.open() as migration:
        found = status_of(migration, drop)
        reminded = remind_customer(migration, found) if remind else 0
        zone = migration.project.zone
        words = "\n".join((*_head(found, zone), *_fetched(found, zone), *_never(found)))
        create_markdown_artifact(
            words,
            key=artifact_key(migration.name, "drop", drop, "status"),
            description=f"drop {drop}: who fetched what",
        )
        told = f", {reminded} people reminded" if reminded else ""
        left = "unknown" if found.never_fetched is None else len(found.never_fetched)
        return f"{drop} is {found.state}, {found.files} files, never fetched: {left}{told}"


def _head(found: DropStatus, zone: ZoneInfo) -> Iterator[str]:
    yield f"# Drop {found.name} is {found.state}\n"
    if found.ends_at:
        days = f", {found.seconds_left / 86400:.1f} days left" if found.seconds_left is not None else ""
        yield (
            f"Until {found.ends_at.astimezone(zone):%Y-%m-%d %H:%M %Z}{days}; extended {found.extensions} of "
            f"{found.extensions_allowed} times. {found.files} files, {found.size_bytes / 1e6:.1f} MB.\n"
        )
    if found.receipt_by:
        yield f"Received by {found.receipt_by}.\n"
    elif found.waived_by:
        yield f"The receipt was waived by {', '.join(found.waived_by)}.\n"
    else:
        yield "There is no receipt yet.\n"


def _fetched(found: DropStatus, zone: ZoneInfo) -> Iterator[str]:
    if found.fetched is None:
        yield "The place keeps no log of who fetched what.\n"
        return
    yield "| file | fetched | last | from | broken off |\n| --- | --- | --- | --- | --- |"
    for file in found.fetched[:SHOWN]:
        last = f"{file.last.astimezone(zone):%Y-%m-%d %H:%M}" if file.last else ""
        name = file.path.replace("|", "\\|").replace("\n", " ")
        yield f"| {name} | {file.times} | {last} | {', '.join(sorted(file.addresses))} | {file.broken_off} |"
    if len(found.fetched) > SHOWN:
        yield f"\nand {len(found.fetched) - SHOWN} more files."
    yield ""


def _never(found: DropStatus) -> Iterator[str]:
    if found.never_fetched:
        yield f"## Never fetched: {len(found.never_fetched)} of {found.files} files\n"
        yield from (f"- {path}" for path in found.never_fetched[:SHOWN])
