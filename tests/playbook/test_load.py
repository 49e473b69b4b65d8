"""Playbooks: the catalogue reads, and what cannot end is refused with file and line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from skyflytt.errors.playbook import PlaybookWrong
from skyflytt.playbook.load import CATALOGUE, load_playbook, read_playbook
from skyflytt.playbook.model import playbook_schema
from skyflytt.project.playbooks import known_playbooks

WORDS = "{en: Go, sv: Gå, nb: Gå, sr: Idi}"
HEAD = f"id: own\ntitle: {WORDS}\ndescription: {WORDS}\nsteps:\n"


def step(name: str, *lines: str, kind: str = "manual", owner: str = "owner: customer") -> str:
    first = (
        f"  - id: {name}\n    title: {WORDS}\n    description: {WORDS}\n    phase: aftercare\n    undo: Not at all.\n"
    )
    return first + "".join(f"    {line}\n" for line in (owner, f"kind: {kind}", *lines) if line)


def refused(tmp_path: Path, *steps: str) -> str:
    path = tmp_path / "own.yaml"
    path.write_text(HEAD + "".join(steps), "utf-8")
    with pytest.raises(PlaybookWrong) as raised:
        read_playbook(path)
    return raised.value.detail.replace(f"{path}:", "")


def test_there_are_six() -> None:
    assert known_playbooks() == (
        *("application-move", "data-act-switch", "file-move"),
        *("hosted-office-exit", "licence-transition", "organisation-deletion"),
    )


@pytest.mark.parametrize("name", known_playbooks())
def test_every_playbook_of_the_catalogue_reads_and_fits_the_schema(name: str) -> None:
    playbook = load_playbook(name)
    assert playbook.id == name
    # JSON has no dates: an editor sees the text.
    data = json.loads(json.dumps(yaml.safe_load((CATALOGUE / f"{name}.yaml").read_text()), default=str))
    jsonschema.Draft202012Validator(playbook_schema()).validate(data)


@pytest.mark.parametrize("name", known_playbooks())
def test_every_text_of_the_catalogue_is_there_in_four_languages(name: str) -> None:
    playbook = load_playbook(name)
    texts = [playbook.title, playbook.description, *(t for one in playbook.steps for t in (one.title, one.description))]
    same = [words.en for words in texts if len({words.en, words.sv, words.sr}) < 3]
    assert same == []


# Each step takes seven lines after the head's four: id in 5, needs or the like in 12.
@pytest.mark.parametrize(
    ("steps", "words"),
    [
        ((step("a", "needs: [b]"),), "12:13: step a: `needs` names b, and there is no such step"),
        ((step("a"), step("a")), "12:9: step a: there are two of this id"),
        ((step("a", "needs: [b]"), step("b", "needs: [a]")), "step a: it waits for itself (a → b → a)"),
        ((step("a", "needs: [a]"),), "12:12: step a: it waits for itself (a → a)"),
        ((step("a", owner=""),), "5:5: steps[0].owner: Field required"),
        ((step("a", owner="owner: nobody"),), "10:12: steps[0].owner: String should match pattern"),
        ((step("a", "colour: red"),), "12:13: steps[0].colour: Extra inputs are not permitted"),
        ((step("a", kind="flow"),), "`flow` is for steps of the kind flow"),
        ((step("a", "evidence: [x]", kind="wait"),), "only a person leaves evidence"),
        ((step("a", "gates: [sunshine]"),), "12:13: step a: there is no gate sunshine"),
        ((step("a", "gates: [evidence]"),), "the gate evidence is written evidence:NAME"),
        ((step("a", "gates: [no-hold:x]"),), "the gate no-hold is written no-hold"),
        ((step("a", "gates: ['countdown:sunny']"),), "the gate countdown does not know sunny"),
        ((step("a", "gates: ['threshold:lost=1']"),), "the gate threshold does not know lost=1"),
        (
            (step("a"), step("b", "needs: [a]", "gates: ['evidence:mail']")),
            "step b: nothing before it satisfies the gate evidence:mail: no step leaves mail",
        ),
        ((step("a", "gates: [cut-over]"),), "satisfies the gate cut-over: no step runs the flow cutover"),
        ((step("a"), step("b", "gates: ['done:a']")), "satisfies the gate done:a: a does not come before it"),
        ((step("a"), step("b", "gates: ['approved:a']")), "satisfies the gate approved:a: a does not come before it"),
        ((step("a", "gates: ['reached:party']"),), "no step sets the deadline party"),
        ((step("a", "due: {deadline: party}"),), "nothing before it sets the deadline party; it is never reached"),
        ((step("a"), step("b", "due: {step: a}")), "step b: a does not come before it, so its date never comes"),
        ((step("a", "due: {days: 3}"),), "counted from one `deadline` or from one `step`"),
        ((step("a", "due: {deadline: erasure, rule: 'moons:3'}"),), "'moons:3' is no rule for a period"),
        ((step("a", "window: {hours: 4, within: business-hours, begins: party}"),), "its window never opens"),
        ((step("a", "repeat: {every_days: 7, until: never}"),), "`until` names never, and there is no such step"),
        ((step("a", "repeat: {until: a}"),), "every so many days, or every so many months"),
        ((step("a", "choose: [x]"),), "there is nothing to choose"),
        (
            (step("a", "choose: [x, y]"), step("b", "needs: [a]", "only_if: {step: a, answer: z}")),
            "step b: it is never reached, a chooses among x, y",
        ),
        (
            (step("a", "choose: [x, y]"), step("b", "only_if: {step: a, answer: x}")),
            "step b: it is never reached, a does not come before it",
        ),
    ],
)
def test_what_cannot_end_is_refused_with_its_line(tmp_path: Path, steps: Any, words: str) -> None:
    assert words in refused(tmp_path, *steps)


def test_no_steps_or_no_yaml(tmp_path: Path) -> None:
    assert "4:1: steps" in refused(tmp_path) or "steps" in refused(tmp_path)
    path = tmp_path / "own.yaml"
    path.write_text("name: own\nsteps: [")
    with pytest.raises(PlaybookWrong, match=r"own\.yaml:2:"):
        read_playbook(path)
    path.write_text("")
    with pytest.raises(PlaybookWrong, match="empty"):
        read_playbook(path)


def test_a_playbook_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(PlaybookWrong, match=r"no file other\.yaml"):
        read_playbook(tmp_path / "other.yaml")
