"""The lock pins and hashes everything, names no index, and belongs to the pyproject.toml beside it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
LOCK = (ROOT / "requirements.lock").read_text()
DIRECT = "skyflytt (pyproject.toml)"


def pinned() -> dict[str, list[tuple[Requirement, str]]]:
    """Every entry of the lock by its name: the requirement, and the text that follows it."""
    entries: dict[str, list[tuple[Requirement, str]]] = {}
    for entry in re.split(r"\n(?=[^\s#])", LOCK.partition("\n#    make lock\n")[2]):
        head, _, rest = entry.partition("\\\n")
        requirement = Requirement(head.strip())
        entries.setdefault(canonicalize_name(requirement.name), []).append((requirement, rest))
    return entries


def wanted() -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    lines = [*project["dependencies"], *(line for extra in project["optional-dependencies"].values() for line in extra)]
    return [requirement for requirement in map(Requirement, lines) if requirement.name != project["name"]]


@pytest.mark.parametrize(
    "trace", ["://", "--index-url", "--extra-index-url", "--find-links", "/home/", "/tmp/", "file:"]
)
def test_names_no_index_and_no_machine(trace: str) -> None:
    assert trace not in LOCK


def test_pins_and_hashes_every_entry() -> None:
    entries = [entry for same_name in pinned().values() for entry in same_name]
    assert len(entries) > len(wanted())
    for requirement, rest in entries:
        assert [specifier.operator for specifier in requirement.specifier] == ["=="], requirement
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", rest), f"{requirement} has no hash"


@pytest.mark.parametrize("requirement", wanted(), ids=str)
def test_holds_what_pyproject_wants(requirement: Requirement) -> None:
    entries = pinned().get(canonicalize_name(requirement.name), [])
    assert entries, f"{requirement.name} is not in the lock; run `make lock`"
    for entry, rest in entries:
        version = next(iter(entry.specifier)).version
        assert requirement.specifier.contains(version, prereleases=True), (
            f"{entry} is not {requirement}; run `make lock`"
        )
        assert DIRECT in rest


def test_holds_nothing_that_pyproject_wants_no_longer() -> None:
    direct = {name for name, entries in pinned().items() for _, rest in entries if DIRECT in rest}
    assert direct == {canonicalize_name(requirement.name) for requirement in wanted()}
