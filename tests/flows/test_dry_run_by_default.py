"""What a person starts from the form as it opens changes nothing at anybody's; what a playbook starts is the work itself."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from prefect.flows import Flow, load_flow_from_entrypoint

from deployments.stack.place import project_root
from flows.options import run_name
from flows.retry_failed import PhaseAgain
from flows.start_step import FLOWS, parameters_of
from skyflytt.playbook.load import CATALOGUE, load_playbook
from skyflytt.playbook.model import StepKind

WRITES = {"delta", "cutover", "domain", "licences", "decommission", "drop", "late-mail", "rehearsal", "retry-failed"}
"""At somebody else's place: at the new home, a host of zones, a provider, a drop. An export writes into our own workspace alone."""
FILE: dict[str, Any] = yaml.safe_load((project_root() / "prefect.yaml").read_text(encoding="utf-8"))
STEPS = [
    pytest.param(step, id=f"{playbook.stem}-{step.id}")
    for playbook in sorted(CATALOGUE.glob("*.yaml"))
    for step in load_playbook(playbook.stem).steps
    if step.kind is StepKind.FLOW
]


@pytest.fixture(scope="module")
def deployed() -> dict[str, tuple[Flow[..., Any], dict[str, Any]]]:
    """Flow and parameters of each deployment, by the flow's name."""
    found = [(load_flow_from_entrypoint(one["entrypoint"]), one.get("parameters", {})) for one in FILE["deployments"]]
    return {flow.name: (flow, parameters) for flow, parameters in found}


def test_the_form_of_what_writes_opens_as_a_dry_run(deployed: dict[str, tuple[Flow[..., Any], dict[str, Any]]]) -> None:
    assert {name for name, (_, parameters) in deployed.items() if parameters.get("dry_run") is True} == WRITES
    takes = {name for name, (flow, _) in deployed.items() if "dry_run" in flow.parameters.properties}
    assert takes == WRITES
    for flow, parameters in deployed.values():
        assert set(parameters) <= set(flow.parameters.properties)


def test_every_phase_can_be_run_again() -> None:
    assert {one.value for one in PhaseAgain} - {PhaseAgain.ALL.value} == set(FLOWS)


@pytest.mark.parametrize("step", STEPS)
def test_a_step_of_a_playbook_is_never_a_dry_run(step: Any) -> None:
    told = parameters_of(step)
    assert told["step"] == step.id
    assert (told.get("dry_run") is False) is (step.flow in WRITES)
    assert set(told) <= set(FLOWS[step.flow].parameters.properties)


class Called:
    name = "norrsken"


@pytest.mark.parametrize(
    ("phase", "parameters", "name"),
    [
        ("export", {}, "norrsken · export"),
        ("export", {"mailboxes": ["anna"]}, "norrsken · export · anna"),
        ("delta", {"mailboxes": [], "shares": list("abcdefgh"), "dry_run": True}, "norrsken · delta · a, b, c and 5 more · dry run"),
        ("drop", {"act": "open", "step": "drop-opened", "only": None}, "norrsken · drop · open · drop-opened"),
        ("step", {"act": "it is done", "step": "backup"}, "norrsken · step · backup"),
        ("retry-failed", {"phase": "every phase", "where": "work pool"}, "norrsken · retry-failed · every phase"),
    ],
)  # fmt: skip
def test_a_run_is_called_by_project_phase_and_what_it_is_about(phase: str, parameters: Any, name: str) -> None:
    assert run_name(phase, {"project": Called(), **parameters}) == name
