"""prefect.yaml says what Prefect understands: it ignores a key that it does not know, so a typing error would go unseen."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from prefect.cli.deploy._models import ConcurrencyLimitSpec, DeploymentConfig, PrefectYamlModel, WorkPoolConfig
from prefect.client.schemas.objects import ConcurrencyLimitStrategy
from prefect.flows import Flow, load_flow_from_entrypoint
from pydantic import BaseModel

from deployments.register import GENERIC
from deployments.stack import worker
from deployments.stack.place import project_root
from flows.advance import advance
from flows.approve import approve
from flows.check_connection import check_connection
from flows.start_step import FLOWS
from flows.step import step

FILE: dict[str, Any] = yaml.safe_load((project_root() / "prefect.yaml").read_text(encoding="utf-8"))
DEPLOYMENTS: list[dict[str, Any]] = FILE["deployments"]
OF_EVERY = pytest.mark.parametrize("deployment", DEPLOYMENTS, ids=lambda one: one["entrypoint"])
# YAML anchors need a place to stand; Prefect's own templates use this one.
ANCHORS = {"definitions"}


def unknown(model: type[BaseModel], given: dict[str, Any]) -> set[str]:
    known = {field.alias or name for name, field in model.model_fields.items()}
    return set(given) - known


def test_an_unknown_key_would_be_found() -> None:
    assert unknown(DeploymentConfig, {"name": "x", "descripton": "y"}) == {"descripton"}


def test_the_file_is_what_prefect_reads() -> None:
    assert unknown(PrefectYamlModel, FILE) == ANCHORS
    read = PrefectYamlModel.model_validate(FILE)
    assert len(read.deployments) == len(DEPLOYMENTS)
    (pull,) = FILE["pull"]
    assert list(pull) == ["prefect.deployments.steps.set_working_directory"]


def test_every_flow_has_its_deployment() -> None:
    deployed = [load_flow_from_entrypoint(one["entrypoint"]) for one in DEPLOYMENTS]
    assert {flow.name for flow in deployed} == {
        flow.name for flow in (*FLOWS.values(), advance, approve, check_connection, step)
    }
    assert len({flow.name for flow in deployed}) == len(deployed)


@OF_EVERY
def test_has_only_keys_that_prefect_knows(deployment: dict[str, Any]) -> None:
    assert unknown(DeploymentConfig, deployment) == set()
    assert unknown(WorkPoolConfig, deployment["work_pool"]) == set()
    assert unknown(ConcurrencyLimitSpec, deployment.get("concurrency_limit", {})) == set()


@OF_EVERY
def test_is_complete(deployment: dict[str, Any]) -> None:
    flow = load_flow_from_entrypoint(deployment["entrypoint"])
    assert isinstance(flow, Flow)
    assert deployment["name"] == GENERIC
    assert deployment["tags"] == ["skyflytt", flow.name]
    assert deployment["work_pool"]["name"] == worker.POOL
    assert len(deployment["description"]) > 40


@OF_EVERY
def test_its_collisions_are_settled_as_prefect_can(deployment: dict[str, Any]) -> None:
    limit = deployment.get("concurrency_limit")
    if limit is None:
        return
    assert limit["limit"] == 1
    assert limit["collision_strategy"] in {strategy.value for strategy in ConcurrencyLimitStrategy}


@OF_EVERY
def test_every_parameter_is_described_in_the_form(deployment: dict[str, Any]) -> None:
    flow = load_flow_from_entrypoint(deployment["entrypoint"])
    form = flow.parameters.properties
    assert next(iter(form)) == "project"
    assert [name for name, field in form.items() if not field.get("description")] == []
    assert flow.parameters.required[0] == "project"
    assert flow.description
    assert "Args:" in flow.description, "the form's words come from there"


@OF_EVERY
def test_no_parameter_is_a_secret_or_a_union_that_the_form_cannot_show(deployment: dict[str, Any]) -> None:
    flow = load_flow_from_entrypoint(deployment["entrypoint"])
    for name, field in flow.parameters.properties.items():
        assert field.get("format") != "password", name
        kinds = [one for one in field.get("anyOf", []) if one.get("type") != "null"]
        assert len(kinds) <= 1, name
        assert "discriminator" not in field
    hints = [str(hint) for hint in flow.fn.__annotations__.values()]
    assert not any("Secret" in hint for hint in hints)
