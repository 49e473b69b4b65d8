"""prefect.yaml says what Prefect understands: it ignores a key that it does not know, so a typing error would go unseen."""

from __future__ import annotations

import re
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from prefect.flows import Flow, load_flow_from_entrypoint

from deployments.of_project import GENERIC
from deployments.stack import worker
from deployments.stack.place import project_root
from tests.deployments.prefect_file import DEPLOYMENTS, FILE, every_flow
from tests.deployments.strict import problems

OF_EVERY = pytest.mark.parametrize("deployment", DEPLOYMENTS, ids=lambda one: one["entrypoint"])
SECRETIVE = re.compile(r"password|passwd|secret|token|credential|(^|_)key($|_)", re.IGNORECASE)
Change = Callable[[dict[str, Any]], object]


def test_all_of_it_is_understood() -> None:
    assert problems(FILE) == []


def first(file: dict[str, Any]) -> dict[str, Any]:
    deployment: dict[str, Any] = file["deployments"][0]
    return deployment


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda file: file.update(deployment=[]), "the file: no key deployment"),
        (lambda file: file["pull"].append({"prefect.deployments.steps.set_working_dir": {}}), "pull[1]"),
        (lambda file: next(iter(file["pull"][0].values())).update(folder="/"), "no folder"),
        (lambda file: first(file).update(descripton="y"), "deployments[0]: no key descripton"),
        (lambda file: first(file).update(entrypoint="flows.gone.gone"), "deployments[0].entrypoint"),
        (lambda file: first(file).update(entrypoint="flows/delta.py:delta"), "deployments[0].entrypoint: a file's"),
        (lambda file: first(file).update(parameters={"dry_rum": True}), "has no dry_rum"),
        (lambda file: first(file).update(tags=7), "deployments.0.tags"),
        (lambda file: first(file)["work_pool"].update(queue="x"), "deployments[0].work_pool: no key queue"),
        (lambda file: first(file)["work_pool"].update(job_variables={"enw": {}}), "job_variables: no key enw"),
        (lambda file: first(file).update(concurrency_limit={"limit": 1, "strategy": "ENQUEUE"}), "no key strategy"),
        (lambda file: first(file).update(concurrency_limit={"limit": 1, "collision_strategy": "WAIT"}), "not one of"),
        (lambda file: first(file).update(schedules=[{"cron": "0 1 * * *", "timezon": "UTC"}]), "timezon"),
        (lambda file: first(file).update(pull=[{"prefect.deployments.steps.git_clone": {"repo": 1}}]), "no repo"),
    ],
)
def test_what_prefect_would_ignore_is_found(change: Change, said: str) -> None:
    mutated = deepcopy(FILE)
    change(mutated)
    assert any(said in one for one in problems(mutated)), problems(mutated)


def test_every_flow_has_its_deployment_once() -> None:
    modules = (project_root() / "flows").glob("*.py")
    made = {name for one in modules if "@flow(" in one.read_text("utf-8") for name in flows_in(one.stem)}
    assert len(every_flow()) == len(DEPLOYMENTS)
    assert set(every_flow()) == made


def flows_in(module: str) -> set[str]:
    loaded = __import__(f"flows.{module}", fromlist=["flows"])
    found = (one for one in vars(loaded).values() if isinstance(one, Flow))
    return {one.name for one in found if one.fn.__module__ == loaded.__name__}


@OF_EVERY
def test_is_complete(deployment: dict[str, Any]) -> None:
    flow = load_flow_from_entrypoint(deployment["entrypoint"])
    assert isinstance(flow, Flow)
    assert deployment["name"] == GENERIC
    assert deployment["tags"] == ["skyflytt", flow.name]
    assert deployment["work_pool"]["name"] == worker.POOL
    assert len(deployment["description"].split(". ")) >= 2, "what it does, what it needs, what it never does"
    limit = deployment.get("concurrency_limit")
    assert limit is None or limit["limit"] == 1


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
    """What a run is given is kept and shown in clear; secrets have their blocks."""
    flow = load_flow_from_entrypoint(deployment["entrypoint"])
    for name, field in flow.parameters.properties.items():
        assert field.get("format") != "password", name
        assert not SECRETIVE.search(name), name
        kinds = [one for one in field.get("anyOf", []) if one.get("type") != "null"]
        assert len(kinds) <= 1, name
        assert "discriminator" not in field
    hints = [str(hint) for hint in flow.fn.__annotations__.values()]
    assert not any("Secret" in hint for hint in hints)


@pytest.mark.parametrize("name", ["password", "api_key", "ACCESS_TOKEN", "client_secret", "key"])
def test_a_parameter_that_is_called_as_a_secret_would_be_found(name: str) -> None:
    assert SECRETIVE.search(name)
