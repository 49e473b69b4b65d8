"""The last run of each phase, as the journal has it: with which options it began, what it came to, and what of it is to be done again.

A run writes one entry when it begins and one when it ends. One that was killed has no second: what is known of it then is which passes
were ended since it began. Of a dry run there is only that it was tried.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from skyflytt.ledger import journal
from skyflytt.ledger.schema import pass_
from skyflytt.ledger.workloads import workloads
from skyflytt.phase.migration import Migration
from skyflytt.project.model import Project

BEGUN, ENDED, TRIED = "{phase}-begun", "{phase}-run", "{phase}-tried"
ONLY = ("domain", "drop", "licences", "mail-flow")
"""Phases that take one name at a time as `only`."""


@dataclass(frozen=True, slots=True)
class LastRun:
    """`options` are the flow's parameters as JSON has them. `failed_steps` are `TASK NAME`, `failed_items` labels of workloads.

    Of a run that has not `ended`, `finished` are the labels of the workloads whose passes ended well since.
    """

    phase: str
    run: str
    began_at: datetime
    options: Mapping[str, Any]
    ended: bool = False
    failed_steps: tuple[str, ...] = ()
    failed_items: tuple[str, ...] = ()
    finished: tuple[str, ...] = ()

    @property
    def well(self) -> bool:
        return self.ended and not self.failed_steps and not self.failed_items


@dataclass(frozen=True, slots=True)
class Again:
    """What is run again: a flow's options for each run, and a sentence that says why."""

    phase: str
    options: tuple[Mapping[str, Any], ...]
    why: str


def note_begun(migration: Migration, phase: str, run: str, options: Mapping[str, Any], *, by: str) -> None:
    """Written before a phase does anything."""
    with migration.ledger.reading() as connection:
        newest = connection.execute(select(func.coalesce(func.max(pass_.c.id), 0))).scalar_one()
    data = {"run": run, "options": dict(options), "after_pass": newest}
    action = BEGUN.format(phase=phase)
    journal.append(migration.ledger, migration.name, actor=by, action=action, subject=migration.name, data=data)


def last_runs(migration: Migration) -> dict[str, LastRun]:
    """By phase. Raises `JournalBroken`."""
    begun: dict[str, journal.Entry] = {}
    ended: dict[str, journal.Entry | None] = {}
    for entry in journal.entries(migration.ledger, migration.name):
        phase, _, what = entry.action.rpartition("-")
        if what == "begun" and "after_pass" in entry.data:
            begun[phase], ended[phase] = entry, None
        elif what == "run" and phase in begun and entry.data.get("run") == begun[phase].data["run"]:
            ended[phase] = entry
    return {phase: _last(migration, phase, entry, ended[phase]) for phase, entry in begun.items()}


def what_again(last: LastRun, project: Project) -> Again | None:
    """What of the run is to be done once more; None when nothing failed, or nothing of it is in the project any more."""
    if last.well:
        return None
    if not last.ended:
        return _cut_off(last, project)
    failed = [_name_of(one) for one in last.failed_steps] + [one.partition(" ")[2] for one in last.failed_items]
    names = list(dict.fromkeys(failed))
    why = f"failed: {', '.join(dict.fromkeys((*map(_in_words, last.failed_steps), *last.failed_items)))}"
    if last.phase in last.failed_steps:
        return Again(last.phase, (last.options,), why)
    options = _narrowed(last, project, names)
    return Again(last.phase, options, why) if options else None


def _narrowed(last: LastRun, project: Project, names: list[str]) -> tuple[Mapping[str, Any], ...]:
    """The same options for these names alone; where a phase has no choice of names, it does only what is left by itself."""
    if last.phase == "delta":
        mailboxes = _of(last, names, (one.name for one in project.mailboxes), "mailbox")
        shares = _of(last, names, (one.name for one in project.shares), "share")
        return ({**last.options, "mailboxes": mailboxes, "shares": shares},) if mailboxes or shares else ()
    if last.phase == "export":
        mailboxes = _known(names, (one.name for one in project.mailboxes))
        return ({**last.options, "mailboxes": mailboxes},) if mailboxes else ()
    if last.phase in ONLY and not last.options.get("only"):
        return tuple({**last.options, "only": name} for name in names)
    return (last.options,)


def _cut_off(last: LastRun, project: Project) -> Again:
    why = "cut off before its end" + (f"; what had ended well: {', '.join(last.finished)}" if last.finished else "")
    if last.phase != "delta" or not last.finished:
        return Again(last.phase, (last.options,), why)
    chosen = {**dict.fromkeys(("mailboxes", "shares"), None), **last.options}
    every = not chosen["mailboxes"] and not chosen["shares"]
    mailboxes = [one.name for one in project.mailboxes] if every else chosen["mailboxes"] or []
    shares = [one.name for one in project.shares] if every else chosen["shares"] or []
    left = {
        "mailboxes": [name for name in mailboxes if f"mailbox {name}" not in last.finished],
        "shares": [name for name in shares if f"share {name}" not in last.finished],
    }
    # When every pass had ended, only the end of the run itself is missing.
    return Again(last.phase, ({**last.options, **left},) if any(left.values()) else (last.options,), why)


def _last(migration: Migration, phase: str, begun: journal.Entry, ended: journal.Entry | None) -> LastRun:
    data = ended.data if ended else {}
    return LastRun(
        phase,
        begun.data["run"],
        begun.at,
        begun.data["options"],
        ended=ended is not None,
        failed_steps=tuple(data.get("failed_steps", ())),
        failed_items=tuple(data.get("failed_items", ())),
        finished=() if ended else tuple(_finished(migration, begun.data["after_pass"])),
    )


def _finished(migration: Migration, after_pass: int) -> list[str]:
    """Workloads with a pass that began later than this one, and ended with nothing failed."""
    rows = select(pass_.c.workload).where(pass_.c.id > after_pass, pass_.c.state == "ended", pass_.c.failed == 0)
    with migration.ledger.reading() as connection:
        ids = set(connection.execute(rows).scalars())
    return [one.label for one in workloads(migration.ledger, migration.name) if one.id in ids]


def _of(last: LastRun, names: list[str], known: Iterable[str], kind: str) -> list[str]:
    """Of the failed names those of one kind: a mailbox and a share may have the same name."""
    every = set(last.failed_items) | {_label(one) for one in last.failed_steps}
    return [name for name in _known(names, known) if f"{kind} {name}" in every]


def _label(step: str) -> str:
    """`mailbox anna` for `move_mailbox anna`."""
    task, _, name = step.partition(" ")
    return f"{task.rpartition('_')[2]} {name}"


def _known(names: list[str], known: Iterable[str]) -> list[str]:
    """In the project's order; a name that it has no more is left out."""
    return [name for name in known if name in names]


def _name_of(step: str) -> str:
    return step.rpartition(" ")[2]


def _in_words(step: str) -> str:
    return step.replace("_", " ")
