"""`skyflytt project schema` and the command's own options."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from skyflytt.cli import run
from skyflytt.project.model import project_schema


def test_the_schema_is_printed_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["project", "schema"]) == 0
    printed = json.loads(capsys.readouterr().out)
    jsonschema.Draft202012Validator.check_schema(printed)
    assert printed == project_schema()


def test_version_and_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--version"]) == 0
    assert capsys.readouterr().out.startswith("skyflytt")
    assert run(["project", "--help"]) == 0
    shown = capsys.readouterr().out
    assert "check" in shown
    assert "schema" in shown


def test_the_command_starts_without_its_heavy_parts() -> None:
    """What a command needs is imported when it runs."""
    ask = "import sys, skyflytt.cli; print(*{'pydantic', 'yaml', 'sqlalchemy', 'paramiko', 'prefect', 'boto3'} & set(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", ask],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout.strip() == ""
