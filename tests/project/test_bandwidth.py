"""The hours in which files go slower, as they are written in a project file."""

from __future__ import annotations

from pathlib import Path

import pytest

from skyflytt.project.load import load_project
from skyflytt.project.problems import ProjectFileInvalid

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "project.yaml"


def written(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "project.yaml"
    file.write_text(f"{EXAMPLE.read_text()}\nbandwidth:\n{text}")
    return file


def test_windows_of_the_week(tmp_path: Path) -> None:
    lines = '  - {days: mon-fri, from: "08:00", to: "17:00", megabit_per_s: 20}\n  - {from: "22:00", to: "6:30", megabit_per_s: 0.5}\n'
    shown = [
        (one.days, one.begins, one.ends, one.megabit_per_s) for one in load_project(written(tmp_path, lines)).bandwidth
    ]
    assert shown == [("mon-fri", "08:00", "17:00", 20), ("mon-sun", "22:00", "6:30", 0.5)]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{days: mon-fre, from: "08:00", to: "17:00", megabit_per_s: 20}', "weekdays such as mon-fri"),
        ('{from: "8", to: "17:00", megabit_per_s: 20}', 'an hour in quotes, such as "08:00"'),
        ('{from: 8, to: "17:00", megabit_per_s: 20}', "from"),
        ('{from: "08:00", to: "17:00", megabit_per_s: 0}', "megabit_per_s"),
        ("{from: 08:00, to: 17:00, megabit_per_s: 5}", '"17:00"'),
        ('{from: "08:00", megabit_per_s: 1}', "`to` is missing"),
    ],
)
def test_what_cannot_be_read_is_told_with_what_to_write(tmp_path: Path, line: str, said: str) -> None:
    with pytest.raises(ProjectFileInvalid) as caught:
        load_project(written(tmp_path, f"  - {line}\n"))
    assert said in "; ".join(map(str, caught.value.problems))
