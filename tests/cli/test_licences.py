"""`skyflytt licences` against the simulated Webex: shown before it is done, refused out of order, told in figures."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from skyflytt.cli import run
from tests.directory.company import ANNA, IT, MEETINGS, TRIALS, company
from tests.directory.webex.running import TOKEN, RunningWebex, running_webex
from tests.phase.discovered import EXAMPLE


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningWebex]:
    with running_webex(tmp_path_factory.mktemp("webex"), company()) as running:
        yield running


@pytest.fixture
def there(simulator: RunningWebex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    simulator.hold(company())
    data = yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))
    server = simulator.server(company().organisations[0].id, TRIALS).model_dump(mode="json")
    data["servers"]["control-hub"] = server
    data["directories"] = [{"name": "webex", "server": "control-hub", "keep": [IT]}]
    (tmp_path / "project.yaml").write_text(yaml.safe_dump(data, allow_unicode=True))
    monkeypatch.setenv("SKYFLYTT_SECRET_SERVERS_CONTROL_HUB", TOKEN)
    return tmp_path


def ran(there: Path, command: str, *arguments: str) -> int:
    return run(["licences", command, str(there / "project.yaml"), *arguments, "--workspace", str(there / "work")])


def test_from_counting_to_giving_back_again(there: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ran(there, "list", "webex") == 0
    assert "Nothing is measured yet" in capsys.readouterr().out
    assert ran(there, "reclaim", "webex", "--really") == 1
    assert "directory.licence-out-of-order" in capsys.readouterr().err
    assert ran(there, "measure", "webex", "--by", "Eva") == 0
    assert "before: 3 held, 3 used of 3; 0 reclaimed, 1 kept" in capsys.readouterr().out
    assert ran(there, "reclaim", "webex") == 0
    assert "3 would be reclaimed; nothing was changed" in capsys.readouterr().out
    assert ran(there, "reclaim", "webex", "--licence", MEETINGS.id, "--really") == 0
    assert "2 reclaimed, 0 failed" in capsys.readouterr().out
    assert ran(there, "confirm", "webex") == 1
    assert ran(there, "reclaim", "webex", "--really") == 0
    assert ran(there, "confirm", "webex") == 0
    assert "after: 1 held, 1 used" in capsys.readouterr().out
    assert ran(there, "cancelled", "webex", "Sub-avtal1") == 0
    assert ran(there, "reinstate", "webex", MEETINGS.id) == 0
    assert f"would reinstate {ANNA}" in capsys.readouterr().out
    assert ran(there, "reinstate", "webex", MEETINGS.id, "--really") == 0
    assert ran(there, "list", "webex", "--json") == 0
    rows = json.loads(capsys.readouterr().out.partition("2 reinstated\n")[2])
    assert {row["key"]: (row["stage"], row["reinstated"]) for row in rows}[MEETINGS.id] == ("reinstated", 2)


def test_who_is_there_and_what_follows(there: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ran(there, "accounts", "webex") == 0
    assert f"{IT}, 3 licences, administrator, never seen" in capsys.readouterr().out
    assert ran(there, "accounts", "webex", "--json") == 0
    assert json.loads(capsys.readouterr().out.splitlines()[1])["name"] == "Anna Åström"
    assert ran(there, "look") == 0
    assert "Nothing changed." in capsys.readouterr().out


def test_nothing_is_deleted_without_the_interlock(
    there: Path, simulator: RunningWebex, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ran(there, "delete-organisation", "webex") == 0
    assert "nothing was changed" in capsys.readouterr().out
    assert ran(there, "delete-organisation", "webex", "--really") == 1
    assert "decommission." in capsys.readouterr().err
    assert len(simulator.held().organisations[0].people) == 3


def test_a_directory_that_is_not_in_the_file(there: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ran(there, "list", "zoom") == 2
    assert "has no directory zoom" in capsys.readouterr().err
