"""Which schedules a project file makes: only those that have something to do, by the clock of the project's own time zone."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from prefect.client.schemas.schedules import CronSchedule, IntervalSchedule
from prefect.server.schemas.schedules import CronSchedule as ServersCron

from deployments.schedules import in_words, schedules_of
from skyflytt.project.model import Project
from tests.deployments.place import project_file

ZONE = ZoneInfo("Europe/Stockholm")
SMTP = {"post": {"kind": "smtp", "host": "post.example", "sender": "move@example.com"}}
LOGS = [{"name": "old", "path": "logs", "kind": "dovecot"}]


def project(**sections: Any) -> Project:
    return Project.model_validate({**project_file("fjall"), **sections})


def everything() -> Project:
    servers = {**project_file("fjall")["servers"], **SMTP}
    return project(servers=servers, logs=LOGS, playbook="hosted-office-exit")


def test_what_there_is_gets_a_schedule() -> None:
    made = schedules_of(everything())
    assert {flow: in_words(flow, when) for flow, when in made.items()} == {
        "advance": "advance: every 5 minutes",
        "delta": "delta: every day at 22:00 (Europe/Stockholm)",
        "callers": "callers: every day at 06:00 (Europe/Stockholm)",
        "weekly-report": "weekly-report: every mon at 08:00 (Europe/Stockholm)",
    }


def test_what_has_nothing_to_do_gets_none() -> None:
    assert set(schedules_of(project())) == {"delta"}
    assert schedules_of(project(mailboxes=[])) == {}


@pytest.mark.parametrize(
    ("key", "gone"),
    [("delta", "delta"), ("advance_minutes", "advance"), ("callers", "callers"), ("weekly_report", "weekly-report")],
)
def test_what_is_switched_off_in_the_file_gets_none(key: str, gone: str) -> None:
    whole = everything()
    changed = Project.model_validate(
        {**whole.model_dump(mode="json", exclude={"contract"}), "schedule": {key: None}, "contract": whole.contract}
    )
    assert set(schedules_of(whole)) - set(schedules_of(changed)) == {gone}


def test_hours_are_those_of_the_project() -> None:
    made = schedules_of(project(time_zone="Europe/Belgrade", schedule={"delta": "01:30"}))
    assert made["delta"] == CronSchedule(cron="30 1 * * *", timezone="Europe/Belgrade")
    advance = schedules_of(everything())["advance"]
    assert isinstance(advance, IntervalSchedule)
    assert advance.interval == timedelta(minutes=5)
    assert advance == schedules_of(everything())["advance"], "it would be changed at every registering"


@pytest.mark.parametrize("at", ["22:00", "02:30", "00:00"])
@pytest.mark.parametrize("day", [datetime(2026, 10, 20, 12, tzinfo=ZONE), datetime(2027, 3, 23, 12, tzinfo=ZONE)])
def test_each_night_has_one_pass_when_the_clock_is_changed_too(at: str, day: datetime) -> None:
    made = schedules_of(project(schedule={"delta": at}))["delta"]
    assert isinstance(made, CronSchedule)
    times = asyncio.run(ServersCron(cron=made.cron, timezone=made.timezone).get_dates(n=10, start=day))
    days = [when.astimezone(ZONE).date() for when in times]
    assert days == [days[0] + timedelta(days=number) for number in range(10)]
