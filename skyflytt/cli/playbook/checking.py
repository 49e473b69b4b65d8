"""`skyflytt playbook check` and `skyflytt playbook schema`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer


def check(file: Annotated[Path, typer.Argument(help="The playbook (YAML).", metavar="FILE")]) -> None:
    """Check a playbook of your own: print every mistake with its line (exit status 2), or say that it can be walked to its end."""
    from skyflytt.playbook.load import read_playbook  # noqa: PLC0415

    playbook = read_playbook(file)
    kinds = [step.kind.value for step in playbook.steps]
    counts = ", ".join(f"{kinds.count(kind)} {kind}" for kind in ("flow", "manual", "wait"))
    typer.echo(f"{file}: {playbook.id} has {len(kinds)} steps ({counts}), and each of them can be reached.")


def schema() -> None:
    """Print the JSON Schema of playbooks (draft 2020-12), so that editors complete them."""
    from skyflytt.playbook.model import playbook_schema  # noqa: PLC0415

    typer.echo(json.dumps(playbook_schema(), ensure_ascii=False, indent=2))
