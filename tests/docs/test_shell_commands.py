"""Commands of the README and the how-tos that need no server are run as they stand there, in a copy of the checkout."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from skyflytt.phase.decide import Decision
from tests.docs.pages import PAGES, ROOT, blocks, name_of

WITH_SERVERS = (
    "git clone",
    "make",
    "prefect",
    "skyflytt project",
    "skyflytt block register",
    "source",
    ".venv/bin/python -m benchmarks.ledger",
)
"""What starts or needs servers, takes long, or installs."""
WALKED = {"docs/tutorial/first-hour.md"}
"""Pages of which every command is run, servers and all: test_first_hour."""
SCRIPTS = [block for page in PAGES for block in blocks(page) if block.language == "sh"]


def runnable(text: str) -> list[str]:
    if "<<" in text:  # a program of its own; see test_programs_name_what_there_is
        return []
    return [line for line in text.splitlines() if line.strip() and not line.startswith(WITH_SERVERS)]


def scripts() -> list[object]:
    """One script per page, since later commands use what earlier ones made."""
    by_page: dict[Path, list[str]] = {}
    for block in SCRIPTS:
        if name_of(block.page) not in WALKED:
            by_page.setdefault(block.page, []).extend(runnable(block.text))
    return [pytest.param(lines, id=name_of(page)) for page, lines in by_page.items() if lines]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder in which the pages' relative paths hold; its `.venv/bin` is the interpreter's that runs the suite."""
    for name in ("docs", "Makefile", "pyproject.toml", "flows", "tasks", "blocks", "deployments", "skyflytt"):
        (tmp_path / name).symlink_to(ROOT / name) if name != "docs" else shutil.copytree(ROOT / name, tmp_path / name)
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / "bin").symlink_to(Path(sys.executable).parent)
    (tmp_path / "my-secrets.yaml").write_text("servers: {}\n")
    return tmp_path


def test_there_is_something_to_run() -> None:
    assert any(runnable(block.text) for block in SCRIPTS)


@pytest.mark.long
@pytest.mark.parametrize("lines", scripts())
def test_commands_end_well(lines: list[str], checkout: Path) -> None:
    environment = {**os.environ, "NO_COLOR": "1"}
    script = "set -euxo pipefail\n" + "\n".join(lines)
    done = subprocess.run(
        ["bash", "-c", script], cwd=checkout, env=environment, capture_output=True, text=True, timeout=240, check=False
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("capabilities", ["capabilities"]),
        ("concerns", ["concerns"]),
        ("errors", ["errors"]),
        ("names", ["files", "names"]),
        ("playbooks", ["playbook", "list"]),
        ("project-file", ["project", "schema"]),
    ],
)
def test_generated_pages_are_as_their_command_makes_them(page: str, words: list[str]) -> None:
    command = [str(Path(sys.executable).parent / "skyflytt"), *words, "--markdown"]
    made = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert made == (ROOT / "docs" / "reference" / f"{page}.md").read_text()


def test_deployments_that_are_run_exist() -> None:
    """`prefect deployment run FLOW/...`: FLOW is one of prefect.yaml, and its parameters are the flow's."""
    import flows.advance  # noqa: PLC0415 - Prefect takes seconds to import
    import flows.approve  # noqa: PLC0415
    import flows.retry_failed  # noqa: PLC0415
    import flows.step  # noqa: PLC0415
    from flows.start_step import FLOWS  # noqa: PLC0415

    others = (flows.advance.advance, flows.approve.approve, flows.retry_failed.retry_failed, flows.step.step)
    known = {**FLOWS, **{flow.name: flow for flow in others}}
    lines = [line for block in SCRIPTS for line in block.text.splitlines() if line.startswith("prefect deployment run")]
    assert lines
    for line in lines:
        flow = known[line.split()[3].split("/")[0]]
        given = [word.partition("=")[0] for option, word in pairwise(shlex.split(line)) if option == "--param"]
        assert set(given) <= set(flow.parameters.properties), line
    decisions = {what.value for what in Decision}
    said = [line.split('what="')[1].split('"')[0] for line in lines if 'what="' in line]
    assert set(said) <= decisions
