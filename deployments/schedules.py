"""The schedules of a project, made from its file: each is known by its slug, made once, changed in place and taken away."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.actions import DeploymentScheduleCreate
from prefect.client.schemas.responses import DeploymentResponse
from prefect.client.schemas.schedules import CronSchedule, IntervalSchedule

from flows.by_schedule import SLUG
from skyflytt.project.model import Project
from skyflytt.project.servers import SmtpServer

OURS = SLUG.format(flow="")
ANCHOR = datetime(2020, 1, 1, tzinfo=UTC)
When = CronSchedule | IntervalSchedule


def schedules_of(project: Project) -> dict[str, When]:
    """By flow; what has nothing to do in this project has none."""
    made = {flow: make(project) for flow, make in MAKERS.items()}
    return {flow: when for flow, when in made.items() if when is not None}


def schedule_of(flow: str, when: When | None, parameters: Mapping[str, Any]) -> DeploymentScheduleCreate | None:
    """As the server takes it; `parameters` are the deployment's.

    What a person starts from the form as it opens only shows what it would do; by its schedule it is meant.
    """
    if when is None:
        return None
    own = {"dry_run": False} if "dry_run" in parameters else {}
    return DeploymentScheduleCreate(schedule=when, slug=SLUG.format(flow=flow), parameters=own)


def apply_schedule(
    client: SyncPrefectClient, known: DeploymentResponse, wanted: DeploymentScheduleCreate | None
) -> None:
    """Make, change or take away what registering made for this deployment. Whether it is paused stays as it is."""
    ours = {one.slug: one for one in known.schedules if one.slug and one.slug.startswith(OURS)}
    for slug, one in ours.items():
        if wanted is None or slug != wanted.slug:
            client.delete_deployment_schedule(known.id, one.id)  # type: ignore[arg-type]
    if wanted is None:
        return
    one = ours.get(wanted.slug)
    if one is None:
        client.create_deployment_schedules(known.id, [wanted])
    elif not _same(one.schedule, wanted.schedule) or one.parameters != wanted.parameters:
        client.update_deployment_schedule(
            known.id,
            one.id,
            schedule=wanted.schedule,
            parameters=wanted.parameters,  # type: ignore[arg-type]
        )


def in_words(flow: str, when: When) -> str:
    """`delta: every day at 22:00 (Europe/Stockholm)`."""
    if isinstance(when, IntervalSchedule):
        return f"{flow}: every {when.interval // timedelta(minutes=1)} minutes"
    minute, hour, _, _, day = when.cron.split()
    days = "every day" if day == "*" else f"every {day}"
    return f"{flow}: {days} at {int(hour):02}:{int(minute):02} ({when.timezone})"


def _advance(project: Project) -> When | None:
    minutes = project.schedule.advance_minutes
    if project.playbook is None or minutes is None:
        return None
    return IntervalSchedule(interval=timedelta(minutes=minutes), anchor_date=ANCHOR, timezone="UTC")


def _delta(project: Project) -> When | None:
    at = project.schedule.delta
    return _daily(project, at) if at and (project.mailboxes or project.shares) else None


def _callers(project: Project) -> When | None:
    at = project.schedule.callers
    return _daily(project, at) if at and project.logs else None


def _weekly_report(project: Project) -> When | None:
    when = project.schedule.weekly_report
    told = any(isinstance(server, SmtpServer) for server in project.servers.values())
    return _daily(project, when.at, when.day) if when and told else None


def _daily(project: Project, at: str, day: str = "*") -> CronSchedule:
    hour, minute = map(int, at.split(":"))
    return CronSchedule(cron=f"{minute} {hour} * * {day}", timezone=project.time_zone)


def _same(known: object, wanted: object) -> bool:
    if isinstance(known, CronSchedule) and isinstance(wanted, CronSchedule):
        return (known.cron, known.timezone) == (wanted.cron, wanted.timezone)
    if isinstance(known, IntervalSchedule) and isinstance(wanted, IntervalSchedule):
        return (known.interval, known.anchor_date) == (wanted.interval, wanted.anchor_date)
    return False


MAKERS: Mapping[str, Callable[[Project], When | None]] = {
    "advance": _advance,
    "delta": _delta,
    "callers": _callers,
    "weekly-report": _weekly_report,
}
