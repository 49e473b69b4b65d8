"""The section `schedule` of a project file."""

from __future__ import annotations

from pathlib import Path

import pytest

from skyflytt.project.load import load_project
from skyflytt.project.problems import ProjectFileInvalid
from skyflytt.project.schedule import Schedule, WeeklyReport

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "project.yaml"


def written(tmp_path: Path, line: str) -> Path:
    file = tmp_path / "project.yaml"
    file.write_text(f"{EXAMPLE.read_text()}\nschedule:\n  {line}\n")
    return file


def test_without_the_section_everything_comes_at_its_usual_hour() -> None:
    assert load_project(EXAMPLE).schedule == Schedule(
        advance_minutes=5, delta="22:00", callers="06:00", weekly_report=WeeklyReport(day="mon", at="08:00")
    )


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('delta: "01:30"', Schedule(delta="01:30")),
        ("delta: null", Schedule(delta=None)),
        ("advance_minutes: 15", Schedule(advance_minutes=15)),
        ("weekly_report: {day: fri}", Schedule(weekly_report=WeeklyReport(day="fri"))),
        ("weekly_report: null", Schedule(weekly_report=None)),
    ],
)
def test_what_is_written_counts(tmp_path: Path, line: str, expected: Schedule) -> None:
    assert load_project(written(tmp_path, line)).schedule == expected


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("delta: 22:00", '"22:00" in quotes'),
        ('delta: "24:00"', "hours and minutes in quotes"),
        ('callers: "6:00"', "hours and minutes in quotes"),
        ("weekly_report: {day: monday}", "one of tue, wed"),
        ("advance_minutes: 0", "from 1 to 1440"),
        ("nightly: 5", "one of advance_minutes, delta, callers, weekly_report"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, line: str, said: str) -> None:
    file = written(tmp_path, line)
    with pytest.raises(ProjectFileInvalid) as caught:
        load_project(file)
    (problem,) = map(str, caught.value.problems)
    last = len(file.read_text().splitlines())
    assert problem.startswith(f"{file}:{last}:")
    assert said in problem
