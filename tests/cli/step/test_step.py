"""`skyflytt step` and `skyflytt countdown` on the example project, with a clock that stands on the day of the notice."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path

import pytest
from icalendar import Calendar

from skyflytt.cli import run
from skyflytt.deadline.clock import CLOCK_FILE_VARIABLE, FileClock

EXAMPLE = Path(__file__).parents[3] / "docs" / "examples" / "project.yaml"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    FileClock(tmp_path / "clock").move_to(datetime.fromisoformat("2026-08-08T09:00:00+02:00"))
    monkeypatch.setenv(CLOCK_FILE_VARIABLE, str(tmp_path / "clock"))
    return [str(EXAMPLE), "--workspace", str(tmp_path / "exit")]


def call(group: str, command: str, place: list[str], *more: str) -> int:
    return run([group, command, place[0], *more, *place[1:]])


def test_from_refused_to_done(place: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert call("step", "done", place, "mx-switched", "--by", "Anna Åström") == 1
    assert "(new-addresses, owner: new-provider)" in capsys.readouterr().err
    assert call("step", "done", place, "new-addresses", "--by", "Ingrid") == 2
    assert "it has to leave list-of-addresses" in capsys.readouterr().err
    evidence = ["--evidence", f"list-of-addresses=@{EXAMPLE}"]
    assert call("step", "done", place, "new-addresses", "--by", "Ingrid", *evidence) == 0
    assert capsys.readouterr().out == "new-addresses is done, by Ingrid.\n"
    assert call("step", "done", place, "new-addresses", "--by", "Ingrid", *evidence) == 0
    assert "was done already" in capsys.readouterr().out
    assert call("step", "list", place, "--json") == 0
    rows = {row["step"]: row for row in json.loads(capsys.readouterr().out)}
    assert (rows["notice-given"]["state"], rows["new-addresses"]["state"]) == ("done", "done")
    assert rows["help-ordered"]["state"] == "ready"


def test_reject_redo_and_approve(place: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert call("step", "list", place) == 0
    assert call("step", "approve", place, "new-addresses", "--by", "Bengt") == 1
    given = ["new-addresses", "--by", "Ingrid", "--evidence", "list-of-addresses=4"]
    assert call("step", "done", place, *given) == 0
    for words in ("Bengt approved new-addresses.", "Bengt had approved new-addresses already; it counts once."):
        capsys.readouterr()
        assert call("step", "approve", place, "new-addresses", "--by", "Bengt") == 0
        assert capsys.readouterr().out.strip() == words
    assert call("step", "redo", place, "new-addresses", "--by", "Ingrid", "--comment", "one is missing") == 0
    assert call("step", "reject", place, "help-ordered", "--by", "Anna", "--comment", "too dear") == 0
    assert call("step", "reject", place, "help-ordered", "--by", "Anna", "--comment", "") == 2
    assert call("step", "done", place, "discovery", "--by", "Anna") == 2
    assert call("step", "done", place, "lunch", "--by", "Anna") == 1
    said = capsys.readouterr().err
    assert "the flow discovery does it" in said
    assert "There is no step lunch" in said


def test_a_countdown(place: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    follow = ["acme.example", "--subscription", "paid", "--ends", "2026-03-01"]
    assert call("countdown", "follow", place, *follow) == 0
    assert "renewal to 2026-04-30 00:00, warning 2026-05-30 00:00, deletion 2026-06-29 00:00" in capsys.readouterr().out
    ics = Path(place[-1]).parent / "all.ics"
    assert run(["deadline", "--project", place[0], "--workspace", place[-1], "--ics", str(ics), "--json"]) == 0
    plan = json.loads(capsys.readouterr().out)["plan"]
    assert (plan["deletion-due.acme.example"], plan["erasure"]) == (
        "2026-06-29T00:00:00+02:00",
        "2026-11-11T00:00:00+01:00",
    )
    days = {str(one["summary"]): one.decoded("dtstart") for one in Calendar.from_ical(ics.read_bytes()).walk("VEVENT")}
    assert days["norrsken: warning-due.acme.example"] == date(2026, 5, 30)
    assert call("countdown", "mark", place, "acme.example", "--licences", "2", "--customers", "0") == 1
    assert call("countdown", "mark", place, "acme.example", "--licences", "0", "--customers", "0") == 0
    assert call("countdown", "deleted", place, "acme.example") == 1
    assert call("countdown", "active", place, "acme.example", "--kind", "message", "--at", "2026-08-09T10:00") == 0
    assert call("countdown", "warned", place, "acme.example") == 1
    assert call("countdown", "prevented", place, "acme.example", "--why", "a new trial") == 0
    capsys.readouterr()
    assert call("countdown", "show", place) == 0
    assert capsys.readouterr().out == "acme.example: prevented\n"
