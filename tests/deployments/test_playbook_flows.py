"""Every step of a ready playbook that a flow does can be started: there is such a flow, and it takes what the step tells it."""

from __future__ import annotations

import pytest

from blocks import MigrationProject
from flows.start_step import FLOWS
from skyflytt.playbook.load import CATALOGUE, load_playbook
from skyflytt.playbook.model import Step, StepKind

STEPS = [
    pytest.param(step, id=f"{playbook.stem}-{step.id}")
    for playbook in sorted(CATALOGUE.glob("*.yaml"))
    for step in load_playbook(playbook.stem).steps
    if step.kind is StepKind.FLOW
]


@pytest.mark.parametrize("step", STEPS)
def test_the_flow_takes_the_parameters_of_its_step(step: Step) -> None:
    given = {
        "project": MigrationProject(file="project.yaml", workspace="workspace"),
        "step": step.id,
        **step.parameters,
    }
    taken = FLOWS[step.flow or ""].validate_parameters(given)
    assert taken.keys() >= given.keys()
    assert all(taken[name] is (given[name] == "true") for name in given if given[name] in ("true", "false"))


def test_what_changes_licences_is_no_dry_run() -> None:
    """The flow `domain` is none where it runs for a step."""
    changing = [step for (step,) in (param.values for param in STEPS) if step.flow == "licences"]
    assert {step.parameters["act"]: step.parameters.get("dry_run", "reads") for step in changing} == {
        "measure": "reads",
        "reclaim": "false",
    }
