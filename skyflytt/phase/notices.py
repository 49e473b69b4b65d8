"""The notices that go out because their time has come: kick-off, weekly report, cutover tomorrow, countdown warnings, feedback."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from skyflytt.deadline.calendar_file import calendar_file
from skyflytt.deadline.notice import days_later
from skyflytt.deadline.table import deadlines
from skyflytt.deadline.terms import ERASURE, NOTICE_ENDS, NOTICE_GIVEN, RETRIEVAL_ENDS, Deadline
from skyflytt.deadline.weekly import WEEK, weeks_reported
from skyflytt.decommission.countdown import DELETION, countdown, end_with, keep_deadline, note_warned
from skyflytt.decommission.erase import deletions
from skyflytt.decommission.plan import SOURCE_KINDS, nothing_to_delete
from skyflytt.errors.base import Failure
from skyflytt.ledger.passes import last_account
from skyflytt.ledger.projects import mode
from skyflytt.ledger.schema import Mode
from skyflytt.ledger.schema import pass_ as pass_table
from skyflytt.ledger.workloads import Workload, workloads
from skyflytt.notice.chart import Progress, progress_png
from skyflytt.notice.failures import NobodyToTell
from skyflytt.notice.local_time import at_text, until_text
from skyflytt.notice.message import NoticeKind
from skyflytt.notice.send import Attached
from skyflytt.phase.drop_reminders import remind_all
from skyflytt.phase.migration import Migration
from skyflytt.phase.tell import deliver, tell
from skyflytt.project.fields import Language

ACTOR = "skyflytt"
NOT_TOLD = "not told"
FEEDBACK_AFTER_DAYS = 28
"""Four weeks after the end, the earliest of the four to six."""
Coming = Mapping[str, tuple[Callable[[Language], str], datetime]]


def tell_what_is_due(migration: Migration, coming: Coming | None = None) -> list[str]:
    """Send every notice whose time has come, each once; a sentence for each that went out, or could not.

    `coming` has the next step of each flow (its title in a language, and its instant), as far as a playbook knows it.
    """
    said = []
    for send in (_kick_off, weekly_report, _cutover_tomorrow, _drops, _warnings, _feedback):
        try:
            said += list(send(migration, coming or {}))
        except Failure as failure:
            said.append(f"{NOT_TOLD}: {failure.sentence} {failure.advice}")
    return said


def warn_of_deletion(migration: Migration) -> int | None:
    """Send the next warning of the countdown if its day has come; how many days before the end it is, None when none was due.

    One that goes out late moves the end. Raises `NobodyToTell` when there is nobody, and what keeps a message from going out: then
    the warning counts as not sent.
    """
    days = next_warning(migration)
    if days is None:
        return None
    ledger, project, zone = migration.ledger, migration.name, migration.project.zone
    ends_at = end_with(countdown(ledger, project), days, ledger.clock.now(), zone)
    messages = deliver(
        migration,
        NoticeKind.DELETION_WARNING,
        f"{days} days before {ends_at.isoformat()}",
        _warning_values(migration, days, ends_at),
        [_calendar(migration, [Deadline(DELETION, ends_at, f"Deletion at {migration.project.contract.provider}.")])],
    )
    if not messages:
        raise NobodyToTell(f"T-{days}", "the project file names no smtp server, or nobody at the customer")
    note_warned(ledger, project, days, ends_at, [one.message_id for one in messages], by=ACTOR)
    return days


def next_warning(migration: Migration) -> int | None:
    """The first warning that is missing, if its day has come and there is something to delete that is not being deleted yet."""
    if nothing_to_delete(migration.ledger, migration.name) or deletions(migration.ledger, migration.name):
        return None
    found = countdown(migration.ledger, migration.name)
    if found.ends_at is None or not found.missing:
        return None
    days = found.missing[0]
    due = days_later(found.ends_at, -days, migration.project.zone)
    return days if migration.clock.now() >= due else None


def _warning_values(migration: Migration, days: int, ends_at: datetime) -> Callable[[Language], Mapping[str, object]]:
    project = migration.project
    return lambda language: {
        "days": days,
        "ends_at": until_text(ends_at, project.zone, language),
        "old_provider": project.contract.provider,
    }


def _warnings(migration: Migration, _coming: Coming) -> Iterator[str]:
    keep_deadline(migration.ledger, migration.name, by=ACTOR)
    if not workloads(migration.ledger, migration.name):
        return
    if (days := warn_of_deletion(migration)) is not None:
        yield f"warned {days} days before the deletion"


def _kick_off(migration: Migration, _coming: Coming) -> Iterator[str]:
    known = deadlines(migration.ledger, migration.name)
    needed = (NOTICE_GIVEN, NOTICE_ENDS, RETRIEVAL_ENDS, ERASURE)
    now = migration.clock.now()
    if any(name not in known for name in needed) or not known[NOTICE_GIVEN].at <= now < known[NOTICE_ENDS].at:
        return
    project = migration.project

    def values(language: Language) -> Mapping[str, object]:
        shown = {name: until_text(known[name].at, project.zone, language) for name in needed[1:]}
        return {
            "old_provider": project.contract.provider,
            "service_ends": shown[NOTICE_ENDS],
            "retrieval_ends": shown[RETRIEVAL_ENDS],
            "erasure": shown[ERASURE],
        }

    calendar = _calendar(migration, [known[name] for name in needed[1:]])
    if tell(migration, NoticeKind.KICK_OFF, "kick-off", values, [calendar]):
        yield "told: the move has begun"


def weekly_report(migration: Migration, coming: Coming) -> Iterator[str]:
    """Send the week's report if the weekday and hour of the project file have come since the last; a sentence when it went out.

    Raises what keeps a message from going out.
    """
    known, when = deadlines(migration.ledger, migration.name), migration.project.schedule.weekly_report
    if when is None or NOTICE_GIVEN not in known or NOTICE_ENDS not in known:
        return
    begins, ends, now = known[NOTICE_GIVEN].at, known[NOTICE_ENDS].at, migration.clock.now()
    week = weeks_reported(begins, now, when.day, when.at, migration.project.zone)
    if ends - begins <= WEEK or week < 1 or now >= ends or mode(migration.ledger, migration.name) is Mode.APPEND:
        return
    points = progress(migration)
    values = _report_values(migration, points, coming, now, ends)
    until_now = [*points, *(replace(one, at=now) for one in points[-1:])]
    chart = Attached("progress.png", "image/png", progress_png(until_now, begins, ends, migration.project.zone))
    if tell(migration, NoticeKind.WEEKLY_REPORT, f"week {week}", values, [chart]):
        yield f"told: the report of week {week}"


def progress(migration: Migration) -> list[Progress]:
    """How far the move had come after each pass over any mailbox or share, earliest first; what is left out on purpose does not count."""
    of_project = [one for one in workloads(migration.ledger, migration.name) if one.kind in SOURCE_KINDS]
    latest: dict[int, tuple[int, int]] = {}
    points = []
    for ended_at, workload, moved, source in _ended(migration, of_project):
        latest[workload] = moved, source
        points.append(Progress(ended_at, sum(m for m, _ in latest.values()), sum(s for _, s in latest.values())))
    return points


def _ended(migration: Migration, of_project: list[Workload]) -> list[tuple[datetime, int, int, int]]:
    columns = pass_table.c
    rows = select(columns.ended_at, columns.workload, columns.moved, columns.source - columns.skipped).where(
        columns.workload.in_([one.id for one in of_project]) & (columns.state == "ended")
    )
    with migration.ledger.reading() as connection:
        return [tuple(row) for row in connection.execute(rows.order_by(columns.ended_at, columns.workload))]


def _report_values(
    migration: Migration, points: list[Progress], coming: Coming, now: datetime, ends: datetime
) -> Callable[[Language], Mapping[str, object]]:
    project = migration.project
    found = [
        last_account(migration.ledger, one)
        for one in workloads(migration.ledger, migration.name)
        if one.kind in SOURCE_KINDS
    ]
    accounts = [one for one in found if one is not None]
    skipped = sum(one.skipped for one in accounts)
    last = points[-1] if points else Progress(now, 0, 0)
    ahead = min((one for one in coming.values() if one[1] > now), key=lambda one: one[1], default=(_nothing, now))
    return lambda language: {
        "at": at_text(now, project.zone, language),
        "moved": last.moved,
        "source": last.source + skipped,
        "percent": int(last.share * 100) if points else 0,
        "skipped": skipped,
        "failed": sum(one.failed for one in accounts),
        "next_step": ahead[0](language),
        "next_at": at_text(ahead[1], project.zone, language),
        "old_provider": project.contract.provider,
        "service_ends": until_text(ends, project.zone, language),
    }


def _nothing(_language: Language) -> str:
    return ""


def _cutover_tomorrow(migration: Migration, coming: Coming) -> Iterator[str]:
    if "cutover" not in coming or mode(migration.ledger, migration.name) is Mode.APPEND:
        return
    project, (_, at) = migration.project, coming["cutover"]
    if not days_later(at, -1, project.zone) <= migration.clock.now() < at:
        return
    told = tell(
        migration,
        NoticeKind.CUTOVER_TOMORROW,
        f"cutover {at.isoformat()}",
        lambda language: {"at": at_text(at, project.zone, language), "old_provider": project.contract.provider},
        [_calendar(migration, [Deadline("cutover", at, "The last pass; afterwards the new home is the one to use.")])],
    )
    if told:
        yield "told: the cutover is tomorrow"


def _drops(migration: Migration, _coming: Coming) -> Iterator[str]:
    if remind_all(migration):
        yield "told: a drop ends soon"


def _feedback(migration: Migration, _coming: Coming) -> Iterator[str]:
    ended = [one.completed_at for one in deletions(migration.ledger, migration.name)]
    if not ended or None in ended:
        return
    project, done_at = migration.project, max(one for one in ended if one)
    if migration.clock.now() < days_later(done_at, FEEDBACK_AFTER_DAYS, project.zone):
        return
    told = tell(
        migration,
        NoticeKind.FEEDBACK_REQUEST,
        "feedback",
        lambda language: {
            "done_at": at_text(done_at, project.zone, language),
            "old_provider": project.contract.provider,
        },
    )
    if told:
        yield "asked how the move went"


def _calendar(migration: Migration, of: list[Deadline]) -> Attached:
    made = calendar_file(migration.name, of, migration.project.zone, migration.clock.now())
    return Attached(Path(f"{migration.name}.ics").name, "text/calendar", made)
