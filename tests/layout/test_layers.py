"""Imports point downwards, and the contract that says so is shown to notice when they do not."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ["flows", "tasks", "blocks", "deployments", "skyflytt"]
LINT = "from importlinter.cli import lint_imports_command; lint_imports_command()"


def lint_imports(checkout: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(checkout), "COLUMNS": "120"}
    command = [sys.executable, "-c", LINT, "--no-cache"]
    return subprocess.run(command, cwd=checkout, env=environment, capture_output=True, text=True, check=False)


def test_imports_point_downwards() -> None:
    done = lint_imports(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("module", "line", "broken"),
    [
        ("skyflytt/misplaced.py", "import flows", "Layers point downwards BROKEN"),
        ("blocks/misplaced.py", "import tasks", "Layers point downwards BROKEN"),
        ("flows/misplaced.py", "import deployments", "Layers point downwards BROKEN"),
        ("skyflytt/misplaced.py", "import prefect", "The migration knows nothing of Prefect BROKEN"),
    ],
)
def test_the_contract_notices(tmp_path: Path, module: str, line: str, broken: str) -> None:
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / module).write_text(line + "\n")
    done = lint_imports(tmp_path)
    assert done.returncode == 1, done.stdout + done.stderr
    assert broken in done.stdout
