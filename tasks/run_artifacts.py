"""What a run leaves for people: a summary, what failed with advice, which workload ran when, and the way to the project's page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from prefect.artifacts import create_link_artifact, create_markdown_artifact, create_table_artifact

from skyflytt.ledger.passes import Account
from skyflytt.phase.failed import failed_steps, in_words
from skyflytt.phase.said import step_in_words, told
from skyflytt.phase.timeline import Timeline, as_markdown, clock_text
from tasks.account import account_row
from tasks.artifact_key import artifact_key


def show_summary(
    project: str,
    phase: str,
    accounts: Sequence[Account],
    failures: Mapping[str, BaseException],
    *,
    notes: Sequence[str],
    message: str,
) -> None:
    """A row for each account, each failure and each note."""
    rows: list[dict[str, object]] = [dict(account_row(account)) for account in accounts]
    rows += [{"workload": step_in_words(name), "failure": told(error)} for name, error in failures.items()]
    rows += [{"workload": phase, "note": note} for note in notes]
    key = artifact_key(project, phase, "summary")
    create_table_artifact(_even(rows), key=key, description=f"**{project} · {phase}**: {message}")


def show_failures(
    project: str, phase: str, failures: Mapping[str, BaseException], items: Sequence[dict[str, str]] = ()
) -> None:
    """What failed: item, code, what it means and what to do. Nothing where nothing did.

    Above the table too, each code once: the UI's table wraps no line, and the advice would stand beyond its edge.
    """
    rows = [*failed_steps(failures), *items]
    if rows:
        words = f"**{project} · {phase}**: what failed, what it means, and what to do\n\n{in_words(rows)}"
        create_table_artifact(rows, key=artifact_key(project, phase, "failures"), description=words)


def show_timeline(project: str, phase: str, timeline: Timeline) -> None:
    """Which workload ran when, as a picture; nothing where no step was timed."""
    spans = timeline.spans
    if spans:
        longest = max(spans, key=lambda one: one.ended_s - one.began_s)
        said = f"{len(spans)} steps; the longest: {longest.name}, {clock_text(longest.ended_s - longest.began_s)}"
        key = artifact_key(project, phase, "timeline")
        description = f"**{project} · {phase}**: which workload ran when"
        create_markdown_artifact(as_markdown(spans, f"{said}."), key=key, description=description)


def show_report(project: str, url: str) -> None:
    """The way to the project's page."""
    words = f"**{project}**: state of every step, deadlines, throughput, concerns and failures"
    create_link_artifact(url, link_text=f"Report of {project}", key=artifact_key(project, "report"), description=words)


def _even(rows: Sequence[Mapping[str, object]]) -> list[dict[str, object]]:
    """Every row with every column: the UI shows the columns of the first row, and nothing that only others have."""
    columns = dict.fromkeys(column for row in rows for column in row)
    return [{column: row.get(column, "") for column in columns} for row in rows]
