"""`skyflytt playbook`: list, show, check, schema, plan."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from skyflytt.cli import run
from skyflytt.playbook.load import CATALOGUE

EXAMPLE = Path(__file__).parents[3] / "docs" / "examples" / "project.yaml"


def test_list_and_show(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["playbook", "list", "--language", "sv"]) == 0
    assert "hosted-office-exit" in capsys.readouterr().out
    assert run(["playbook", "show", "licence-transition"]) == 0
    assert "conditions: only if route is answered hosted-desktop; says the time of downtime" in capsys.readouterr().out
    assert run(["playbook", "show", "licence-transition", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["steps"]) == 25
    assert run(["playbook", "show", "holiday"]) == 2
    assert "there is no file holiday.yaml" in capsys.readouterr().err


def test_check_tells_file_and_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good = CATALOGUE / "file-move.yaml"
    assert run(["playbook", "check", str(good)]) == 0
    assert "has 27 steps" in capsys.readouterr().out
    bad = tmp_path / "own.yaml"
    bad.write_text(good.read_text("utf-8").replace("needs: [conversation]", "needs: [lunch]"), "utf-8")
    line = next(n for n, text in enumerate(bad.read_text("utf-8").splitlines(), 1) if "[lunch]" in text)
    assert run(["playbook", "check", str(bad)]) == 2
    assert f"{bad}:{line}:13: step mapping: `needs` names lunch" in capsys.readouterr().err


def test_schema_and_plan(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["playbook", "schema"]) == 0
    assert json.loads(capsys.readouterr().out)["title"] == "Skyflytt playbook"
    assert run(["playbook", "plan", str(EXAMPLE), "--svg", str(tmp_path / "plan.svg")]) == 0
    assert "2026-10-31 24:00  ── notice-ends ──" in capsys.readouterr().out
    assert (tmp_path / "plan.svg").read_text("utf-8").startswith("<svg ")
    other = [
        "--playbook",
        "licence-transition",
        "--answer",
        "route=hosted-desktop",
        "--set",
        "downtime=2026-08-11T13:00",
    ]
    assert run(["playbook", "plan", str(EXAMPLE), *other, "--json"]) == 0
    planned = {one["step"]: one["begins"] for one in json.loads(capsys.readouterr().out)}
    assert planned["hosted-loaded"] == "2026-08-11T13:00:00+02:00"
    assert run(["playbook", "plan", str(EXAMPLE), "--svg", str(tmp_path / "no" / "plan.svg")]) == 1
    assert run(["playbook", "plan", str(EXAMPLE), "--set", "downtime=2026-03-29T02:30"]) == 2
