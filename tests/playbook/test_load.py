"""Playbooks: the catalogue reads, and a mistake is told with its place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from skyflytt.errors.playbook import PlaybookWrong
from skyflytt.playbook.load import CATALOGUE, load_playbook, read_playbook
from skyflytt.playbook.model import StepKind
from skyflytt.project.playbooks import known_playbooks


@pytest.mark.parametrize("name", known_playbooks())
def test_every_playbook_of_the_catalogue_reads(name: str) -> None:
    assert load_playbook(name).name == name


def test_the_hosted_office_has_its_steps() -> None:
    playbook = load_playbook("hosted-office-exit")
    assert [step.name for step in playbook.steps] == [
        *("notice-given", "discovery", "export", "first-delta", "weekly-delta", "cutover-approval", "cutover"),
        *("last-delta", "drop-open", "receipt", "drop-close", "decommission-approval", "decommission", "closed"),
    ]
    manual = [step.name for step in playbook.steps if step.kind is StepKind.MANUAL]
    assert manual == ["cutover-approval", "receipt", "decommission-approval"]


def broken(tmp_path: Path, change: Any) -> Path:
    data = yaml.safe_load((CATALOGUE / "hosted-office-exit.yaml").read_text("utf-8"))
    change(data)
    path = tmp_path / "own.yaml"
    path.write_text(yaml.safe_dump(data, allow_unicode=True), "utf-8")
    return path


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda data: data["steps"][1].update(after=["nowhere"]), "step discovery: `after` names nowhere"),
        (lambda data: data["steps"][1].update(name="notice-given"), "there are two of this name"),
        (lambda data: data["steps"][1].update(colour="red"), "steps.1.colour"),
        (lambda data: data["steps"][1].pop("flow"), "`flow` is for automatic steps"),
        (lambda data: data["steps"][6].update(gates=["sunshine"]), "no gate sunshine"),
        (lambda data: data["steps"][4]["repeat"].update(until="never"), "there is no such step"),
        (lambda data: data["steps"][1].update(after=["export"]), "not among the steps before it"),
        (lambda data: data.update(steps=[]), "steps"),
    ],
)
def test_a_mistake_is_told_with_its_place(tmp_path: Path, change: Any, words: str) -> None:
    with pytest.raises(PlaybookWrong) as raised:
        read_playbook(broken(tmp_path, change))
    assert words in raised.value.sentence


def test_what_is_no_yaml_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text("name: own\nsteps: [")
    with pytest.raises(PlaybookWrong, match="line 2"):
        read_playbook(path)


def test_a_playbook_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(PlaybookWrong, match=r"no file other\.yaml"):
        read_playbook(tmp_path / "other.yaml")
