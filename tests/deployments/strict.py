"""What prefect.yaml says that Prefect would ignore or misread: Prefect itself reads over a key that it does not know."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from typing import Any

from prefect.cli.deploy._models import (
    ConcurrencyLimitSpec,
    DeploymentConfig,
    PrefectYamlModel,
    RawScheduleConfig,
    WorkPoolConfig,
)
from prefect.client.schemas.objects import ConcurrencyLimitStrategy
from prefect.flows import load_flow_from_entrypoint
from prefect.utilities.importtools import import_object
from prefect.workers.process import ProcessJobConfiguration
from pydantic import BaseModel, ValidationError

ANCHORS = "definitions"
"""YAML anchors need a place to stand; Prefect's own templates use this one."""
ACTIONS = ("build", "push", "pull")


def problems(file: Mapping[str, Any]) -> list[str]:
    """Each as `place: what`; none when all of it is understood."""
    return list(_of_file(file))


def _of_file(file: Mapping[str, Any]) -> Iterator[str]:
    yield from _unknown("", PrefectYamlModel, {key: value for key, value in file.items() if key != ANCHORS})
    for action in ACTIONS:
        yield from _of_steps(action, file.get(action))
    try:
        PrefectYamlModel.model_validate(file)
    except ValidationError as error:
        yield from (f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
        return
    for number, deployment in enumerate(file.get("deployments", ())):
        yield from _of_deployment(f"deployments[{number}]", deployment)


def _of_deployment(place: str, given: Mapping[str, Any]) -> Iterator[str]:
    yield from _unknown(place, DeploymentConfig, given)
    pool = given.get("work_pool") or {}
    yield from _unknown(f"{place}.work_pool", WorkPoolConfig, pool)
    yield from _unknown(f"{place}.work_pool.job_variables", ProcessJobConfiguration, pool.get("job_variables") or {})
    limit = given.get("concurrency_limit")
    if isinstance(limit, Mapping):
        yield from _unknown(f"{place}.concurrency_limit", ConcurrencyLimitSpec, limit)
        if limit.get("collision_strategy") not in {one.value for one in ConcurrencyLimitStrategy}:
            yield f"{place}.concurrency_limit.collision_strategy: not one of Prefect's"
    for number, schedule in enumerate(given.get("schedules") or ()):
        yield from _unknown(f"{place}.schedules[{number}]", RawScheduleConfig, schedule)
    for action in ACTIONS:
        yield from _of_steps(f"{place}.{action}", given.get(action))
    yield from _of_parameters(place, given)


def _of_parameters(place: str, given: Mapping[str, Any]) -> Iterator[str]:
    try:
        flow = load_flow_from_entrypoint(given["entrypoint"])
    except Exception as error:
        yield f"{place}.entrypoint: {error}"
        return
    if ":" in given["entrypoint"]:
        yield f"{place}.entrypoint: a file's; its folder would come first on Python's path"
    for name in (given.get("parameters") or {}).keys() - flow.parameters.properties.keys():
        yield f"{place}.parameters: {flow.name} has no {name}"


def _of_steps(place: str, given: Any) -> Iterator[str]:
    for number, step in enumerate([given] if isinstance(given, Mapping) else given or ()):
        if len(step) != 1:
            yield f"{place}[{number}]: a step is one function"
        for name, inputs in step.items():
            try:
                known = inspect.signature(import_object(name)).parameters
            except Exception as error:
                yield f"{place}[{number}]: {error}"
                continue
            yield from (f"{place}[{number}].{name}: no {key}" for key in (inputs or {}).keys() - known.keys())


def _unknown(place: str, model: type[BaseModel], given: Mapping[str, Any]) -> Iterator[str]:
    known = {field.alias or name for name, field in model.model_fields.items()}
    yield from (f"{place or 'the file'}: no key {key}" for key in given.keys() - known)
