"""The reference of commands is what the commands say of themselves."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest
import typer

from skyflytt.cli import app
from tests.docs.pages import ROOT

PAGE = (ROOT / "docs" / "reference" / "commands.md").read_text()
MODULES = (
    "deployments.automations",
    "deployments.cluster",
    "deployments.demo",
    "deployments.stack",
    "benchmarks.ledger",
    "benchmarks.pst",
    "benchmarks.ews",
    "benchmarks.files",
    "benchmarks.drop",
    "benchmarks.callers",
    "benchmarks.scale",
)
OPTION = r"(?<!-)--[a-z][a-z-]*"


def commands(command: typer.core.TyperCommand, path: tuple[str, ...]) -> Iterator[tuple[str, typer.core.TyperCommand]]:
    """Every command that does something, with its words."""
    below = getattr(command, "commands", {})
    for name in below:
        yield from commands(below[name], (*path, name))
    if not below:
        yield " ".join(path), command


COMMANDS = dict(commands(typer.main.get_command(app), ("skyflytt",)))


def section(words: str) -> str:
    """The part of the page about one command."""
    found = re.search(rf"^### {re.escape(words)}\b[^\n]*\n(.*?)(?=^##|\Z)", PAGE, re.MULTILINE | re.DOTALL)
    assert found is not None, f"docs/reference/commands.md says nothing of `{words}`"
    return found[1]


def test_the_commands_are_found() -> None:
    assert {"skyflytt project check", "skyflytt sandbox up"} <= set(COMMANDS)


@pytest.mark.parametrize("words", COMMANDS)
def test_every_option_is_there_with_its_meaning(words: str) -> None:
    said = section(words)
    for option in COMMANDS[words].params:
        if option.name != "help":
            name = option.opts[0] if option.param_type_name == "option" else str(option.name).upper()
            row = next((line for line in said.splitlines() if line.startswith(f"| `{name}` |")), None)
            assert row is not None, f"{words}: {name}"
            assert (getattr(option, "help", "") or "") in row


def test_no_command_is_there_that_is_gone() -> None:
    named = [line.removeprefix("### ") for line in PAGE.splitlines() if line.startswith("### skyflytt")]
    assert [line for line in named if not any(line.startswith(words) for words in COMMANDS)] == []


@pytest.mark.parametrize("module", MODULES)
def test_what_a_module_says_of_itself_is_there(module: str) -> None:
    environment = {**os.environ, "COLUMNS": "120", "NO_COLOR": "1"}
    command = [sys.executable, "-m", module, "--help"]
    said = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout
    # Python 3.13 words usage and options in another way; what is compared is the options and their help.
    words = set(re.findall(OPTION, said))
    shown = re.search(rf"^## python -m {re.escape(module)}\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    assert shown is not None
    assert words == set(re.findall(OPTION, shown[1]))
