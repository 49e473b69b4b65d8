"""Flow `discovery`: what is there, what will hurt, how long it will take. Only reads."""

from __future__ import annotations

from typing import Any

from prefect import flow
from prefect.artifacts import create_link_artifact, create_table_artifact
from prefect.client.schemas.objects import State

from blocks import MigrationProject
from flows.options import phase_options
from flows.phase_run import PhaseRun, explicit_end, phase_run
from flows.scope import mailbox_names, share_names
from skyflytt.concern.estimate import Estimate
from skyflytt.phase.discover import Discovery, discover
from skyflytt.quote.hours import own_hours
from skyflytt.quote.quote import quote_of
from skyflytt.quote.write import write_quote
from tasks.artifact_key import artifact_key
from tasks.count_mailbox import count_mailbox
from tasks.count_share import count_share
from tasks.look_around import look_around


@flow(**phase_options("discovery"))
@explicit_end
def discovery(project: MigrationProject, step: str | None = None) -> State[Any]:
    """Count every mailbox and share, ask every check for concerns, estimate the passes. Nothing is written at any server.

    Args:
        project: The customer's move.
        step: The playbook's step that this run is for; empty when started by hand.
    """
    with phase_run(project, "discovery", step) as run:
        around = look_around.submit(project)
        mailboxes = run.each_mailbox(count_mailbox, mailbox_names(project, None))
        shares = run.each(count_share, share_names(project, None))
        with project.open() as migration:
            found = discover(migration, mailboxes.values(), shares.values(), around.result())
            _report(run, found)
            _quote(run, found)
    return run.state()


def _report(run: PhaseRun, found: Discovery) -> None:
    name = run.project.name
    concerns = [
        {"category": one.category.value, "concern": one.id, "subject": one.subject, "found": one.found}
        for one in found.concerns
    ]
    words = f"{len(concerns)} concerns; the whole list with examples is in {found.folder}."
    create_table_artifact(concerns, key=artifact_key(name, "concerns"), description=words)
    create_table_artifact(_hours(found.estimate), key=artifact_key(name, "estimate"), description=found.estimate.method)
    messages = sum(one.messages for one in found.facts.mailboxes)
    files = sum(one.files for one in found.facts.shares)
    run.notes.append(
        f"{messages} messages in {len(found.facts.mailboxes)} mailboxes, {files} files in {len(found.facts.shares)} shares, "
        f"{len(concerns)} concerns, {_duration(found.estimate.total_hours)} of passes estimated"
    )


def _quote(run: PhaseRun, found: Discovery) -> None:
    """The sheet that a seller prices from; another language or other hours are for `skyflytt quote`."""
    facts = found.facts
    quote = quote_of(facts.project, facts.at, found.estimate, found.concerns, own_hours())
    written = write_quote(quote, found.folder)
    create_link_artifact(
        written.xlsx.resolve().as_uri(),
        link_text=str(written.xlsx),
        key=artifact_key(run.project.name, "quote"),
        description=f"{quote.hours:.1f} hours of work suggested, risks and contingency included. The same as CSV: {written.csv}",
    )


def _duration(hours: float) -> str:
    return f"{hours:.1f} hours" if hours >= 2 else f"{hours * 60:.0f} minutes"


def _hours(estimate: Estimate) -> list[dict[str, object]]:
    return [
        {
            "workload": one.label,
            "items": one.items,
            "MB": round(one.size_bytes / 1_000_000, 1),
            "first pass (h)": None if one.first_pass_hours is None else round(one.first_pass_hours, 3),
            "delta pass (h)": None if one.delta_pass_hours is None else round(one.delta_pass_hours, 3),
            "items/s": None if one.items_per_second is None else round(one.items_per_second, 1),
            "MB/s": None if one.bytes_per_second is None else round(one.bytes_per_second / 1_000_000, 2),
            "measured on": one.basis.value,
            "sampled items": one.sampled,
        }
        for one in estimate.workloads
    ]
