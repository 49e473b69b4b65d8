"""`skyflytt project check`, as a person and as a program call it."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from skyflytt.cli import run

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "docs" / "examples" / "project.yaml"


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    file = tmp_path / "broken.yaml"
    file.write_text(
        EXAMPLE.read_text("utf-8").replace("language: sv\n", "language: no\n", 1).replace("kind: smtp", "kind: smpt"),
        "utf-8",
    )
    return file


def test_a_valid_file_is_summarised(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["project", "check", str(EXAMPLE)]) == 0
    shown = capsys.readouterr()
    for part in ("Norrsken Bygg AB", "Gamla Molnet AB, notice given 2026-08-08", "hosted-office-exit"):
        assert part in shown.out
    assert re.search(r"Mailboxes\W+3\b", shown.out)
    assert shown.err == ""


def test_every_problem_is_a_line_on_stderr(broken: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["project", "check", str(broken)]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    first, second, count = shown.err.splitlines()
    assert re.fullmatch(
        re.escape(str(broken)) + r":\d+:13: `language`: YAML reads `no` as false, .*\. Write: nb, .*", first
    )
    assert re.fullmatch(re.escape(str(broken)) + r":\d+:16: there is no kind `smpt`\. Write: kind: smtp", second)
    assert count == f"2 problems in {broken}"


def test_missing_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "missing.yaml"
    assert run(["project", "check", str(file)]) == 2
    assert capsys.readouterr().err.splitlines() == [
        f"{file}:1:1: there is no such file. Write: the path of an existing project file",
        f"1 problem in {file}",
    ]


def test_json_for_programs(broken: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["project", "check", "--json", str(broken)]) == 2
    result = json.loads(capsys.readouterr().out)
    assert (result["valid"], result["summary"]) == (False, None)
    assert [problem["path"] for problem in result["problems"]] == ["customer.language", "servers.post.kind"]
    assert set(result["problems"][0]) == {"file", "line", "column", "path", "what", "write_instead"}
    assert run(["project", "check", "--json", str(EXAMPLE)]) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["valid"]
    assert result["problems"] == []
    assert result["summary"]["counts"]["mailboxes"] == 3


@pytest.mark.parametrize(
    "arguments", [["project", "chek"], ["project", "check"], ["--nix"], ["project", "check", "a", "b"]]
)
def test_wrong_usage_is_bad_input(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(arguments) == 2
    assert "Usage: skyflytt" in capsys.readouterr().err


def test_ctrl_c_ends_with_one_sentence(tmp_path: Path) -> None:
    """A named pipe that nobody writes to keeps the command reading until it is interrupted."""
    pipe = tmp_path / "project.yaml"
    os.mkfifo(pipe)
    command = [sys.executable, "-c", "from skyflytt.program import main; main()", "project", "check", str(pipe)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    # Opening the pipe for writing returns only once the command has opened it for reading.
    with process, pipe.open("wb"):
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert out == ""
    assert err.strip().splitlines() == [
        "Interrupted; what was done so far is kept, and the same command goes on from there."
    ]
