"""A copy of the checkout with an environment of its own, so that what is started in it keeps its state there."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from tests.docs.pages import ROOT

FOLDERS = ("blocks", "deployments", "docs", "flows", "skyflytt", "tasks")
FILES = ("Makefile", "prefect.yaml", "pyproject.toml", "README.md", "requirements.lock")


def copied_to(folder: Path) -> Path:
    """The copy; its `.venv` is this interpreter's, marked as installed."""
    for name in FOLDERS:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in FILES:
        shutil.copy2(ROOT / name, folder / name)
    environment = folder / ".venv"
    environment.mkdir()
    (environment / "bin").symlink_to(Path(sys.executable).parent)
    for name in ("lib", "pyvenv.cfg"):
        if (there := Path(sys.prefix) / name).exists():
            (environment / name).symlink_to(there)
    (environment / ".installed").touch()
    return folder


def variables(folder: Path) -> dict[str, str]:
    """This process's own, without another Prefect's; Python takes the copy's modules."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    return {**own, "PYTHONPATH": str(folder), "NO_COLOR": "1", "COLUMNS": "120"}
