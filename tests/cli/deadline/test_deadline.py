"""`skyflytt deadline`: what it prints, and what it refuses with which exit status."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from icalendar import Calendar

from skyflytt.cli import run

EXAMPLE = Path(__file__).parents[3] / "docs" / "examples" / "project.yaml"
NOTICE = ["deadline", "2026-08-08", "--rule", "started-months:2", "--zone", "Europe/Stockholm"]


def test_two_started_months(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(NOTICE) == 0
    assert "2026-10-31 24:00 CET" in capsys.readouterr().out


def test_both_columns_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*NOTICE, "--regime", "data-act", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert [one["shown"] for one in said["columns"]["contract"]] == ["2026-08-08 00:00", "2026-10-31 24:00"]
    assert {one["name"]: one["shown"] for one in said["columns"]["EU Data Act"]} == {
        "notice-given": "2026-08-08 00:00",
        "reasons-by": "2026-08-27 24:00",
        "notice-ends": "2026-10-08 24:00",
        "transition-ends": "2026-11-07 24:00",
        "retrieval-ends": "2026-12-07 24:00",
        "erasure": "2026-12-07 24:00",
    }
    assert said["plan"]["erasure"] == "2026-12-08T00:00:00+01:00"
    assert len(said["conflicts"]) == 1


def test_a_project_with_its_calendar(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["deadline", "--project", str(EXAMPLE), "--ics", str(tmp_path / "exit.ics")]) == 0
    said = capsys.readouterr().out
    assert said.count("Conflict: ") == 2
    assert "Nobody has decided which periods hold" in said
    calendar = Calendar.from_ical((tmp_path / "exit.ics").read_bytes())
    assert [event.decoded("dtstart") for event in calendar.walk("VEVENT")] == [
        date(2026, 8, 8),
        date(2026, 10, 31),
        date(2026, 11, 3),
        date(2026, 11, 10),
    ]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--rule", "started-months:2"], "has no date to count from"),
        (["2026-08-08"], "what is counted from 2026-08-08 is missing"),
        (["2020-08-08", "--rule", "days:2", "--ahead"], "lies in the past"),
        (["2026-03-29T02:30", "--rule", "days:2"], "2026-03-29 02:30 does not exist"),
        (["2026-10-25T02:30", "--rule", "days:2"], "exists twice"),
        (["2026-02-29", "--rule", "days:2"], "the calendar has no such day"),
        (["8/8/2026", "--rule", "days:2"], "is no date"),
        (["2026-08-08", "--rule", "moons:2"], "is no rule for a period"),
        (["2026-08-08", "--rule", "days:9999"], "more than the 3660"),
        (["2026-08-08", "--rule", "weeks:6-4"], "6 is more than 4"),
        (["2026-08-08", "--rule", "weeks:2", "--regime", "data-act"], "a contract's notice is one of"),
        (["2026-08-08", "--rule", "days:2", "--zone", "Europe/Stokholm"], "no time zone of this name"),
        (["2026-08-08", "--rule", "days:2", "--country", "Sweden"], "two letters"),
    ],
)
def test_bad_input_is_refused_with_a_sentence(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["deadline", *arguments]) == 2
    said = capsys.readouterr()
    assert words in said.err
    assert said.out == ""


def test_an_hour_that_exists_twice_is_told_by_its_offset(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["deadline", "2026-10-25T02:30+01:00", "--rule", "days:0", "--zone", "Europe/Stockholm"]) == 0
    assert "2026-10-25 24:00 CET" in capsys.readouterr().out
