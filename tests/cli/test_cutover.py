"""`skyflytt cutover`: told in lines, and by the exit status."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner, Result

from skyflytt.cli import app
from tests.phase.cutover.evening import DOMAIN, SECRET, Evening, evening

pytestmark = pytest.mark.real


@pytest.fixture
def one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Evening]:
    monkeypatch.setenv("SKYFLYTT_SECRET_SERVERS_DNS", SECRET)
    with evening(tmp_path) as running:
        yield running


def run(one: Evening, command: str, *options: str) -> Result:
    file = one.root / "project.yaml"
    file.write_text(
        yaml.safe_dump(one.migration.project.model_dump(mode="json", exclude_unset=True), allow_unicode=True)
    )
    given = ["cutover", command, str(file), "--workspace", str(one.root / "work"), *options]
    return CliRunner().invoke(app, given)


def test_what_is_tried_is_told_by_lines_and_status(one: Evening) -> None:
    ready = run(one, "ready")
    assert (ready.exit_code, f"{DOMAIN} has no plan yet" in ready.output) == (1, True)
    assert "It was not rehearsed." in ready.output

    mail = run(one, "mail", "--minutes", "0")
    assert mail.exit_code == 0, mail.output
    assert [line.split()[0] for line in mail.output.splitlines()] == ["PASS", "PASS"]

    rehearsed = run(one, "rehearse", "--minutes", "0")
    assert rehearsed.exit_code == 0, rehearsed.output
    assert f"+ {DOMAIN}. 7200 MX 10 mx.new.example." in rehearsed.output
    assert "It was not rehearsed." not in run(one, "ready").output
