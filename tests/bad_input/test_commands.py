"""The commands themselves with a file, a folder or a disk that they cannot use: one sentence, what to do, no traceback, no 0."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from skyflytt.sandbox import lifecycle
from tests.bad_input.move import Move
from tests.bad_input.tiny_disk import tiny_disk

ROOT = Path(__file__).resolve().parents[2]
CHECK = ["-c", "from skyflytt.program import main; main()", "project", "check"]
REGISTER = [*CHECK[:-1], "register"]
DEMO = ["-m", "deployments.demo", "--home"]


def told(command: list[str], *arguments: str | Path, code: int) -> list[str]:
    """What the command says on stderr before it ends with this exit code."""
    done = subprocess.run(
        [sys.executable, *command, *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, "PREFECT_API_URL": "http://127.0.0.1:9/api"},
    )
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr, done.stderr
    return done.stderr.strip().splitlines()


@pytest.mark.parametrize(
    ("text", "line"),
    [("project: [norrsken\n", 2), ("project: norrsken\n\tx: 1\n", 2), ("", 1), ("\x00\x01", 1)],
    ids=["unclosed", "tab", "empty", "binary"],
)
def test_unreadable_project_file(tmp_path: Path, text: str, line: int) -> None:
    file = tmp_path / "project.yaml"
    file.write_text(text)
    problem, count = told(CHECK, file, code=2)
    assert problem.startswith(f"{file}:{line}"), problem
    assert count == f"1 problem in {file}"


def test_the_next_check_of_a_mended_file_is_fine(move: Move) -> None:
    file = move.write(lambda project: project.pop("customer"))
    problem, count = told(CHECK, file, code=2)
    assert "customer" in problem
    assert count.startswith("1 problem")
    assert told(CHECK, move.write(), code=0) == []


@pytest.mark.parametrize("text", ["project: [norrsken\n", None], ids=["broken", "missing"])
def test_unreadable_project_file_is_not_registered(tmp_path: Path, text: str | None) -> None:
    """Before any server is asked: there is none here."""
    file = tmp_path / "project.yaml"
    if text:
        file.write_text(text)
    problem, *_ = told(REGISTER, file, code=2)
    assert problem.startswith(f"{file}:"), problem
    assert "Write: " in problem


def test_demo_in_a_place_that_is_no_folder(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    for home in (file, file / "below"):
        sentence, advice = told(DEMO, home, code=1)
        assert sentence.startswith(f"The demo cannot keep its data in {home}: ")
        assert "--home" in advice


def test_demo_in_a_folder_of_somebody_else(tmp_path: Path) -> None:
    (tmp_path / "sandbox").mkdir()
    (tmp_path / "sandbox" / "mine.txt").write_text("untouched")
    sentence, advice = told(DEMO, tmp_path, code=1)
    assert sentence == f"{tmp_path / 'sandbox'} is not empty and holds no sandbox; nothing in it was touched."
    assert advice
    assert (tmp_path / "sandbox" / "mine.txt").read_text() == "untouched"


def test_demo_on_a_full_disk(tmp_path: Path) -> None:
    """The company's data does not fit; once there is room, the same command fills what was missing."""
    with tiny_disk(tmp_path / "disk", 6_000) as disk:
        home = disk.path / "demo"
        sentence, advice = told(DEMO, home, code=1)
        assert sentence.startswith(f"The demo cannot keep its data in {home}: ")
        assert "Free room" in advice
        disk.resize(200_000)
        sandbox = lifecycle.up(home / "sandbox")
        try:
            assert all(server.answering for server in lifecycle.status(sandbox.root))
        finally:
            lifecycle.down(sandbox.root)


def test_demo_on_a_read_only_disk(tmp_path: Path) -> None:
    with tiny_disk(tmp_path / "disk", 6_000) as disk:
        disk.make_read_only(True)
        sentence, advice = told(DEMO, disk.path / "demo", code=1)
        assert "Read-only" in sentence
        assert advice
