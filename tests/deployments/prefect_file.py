"""prefect.yaml, and the flows that it names."""

from __future__ import annotations

from functools import cache
from typing import Any

import yaml
from prefect.flows import Flow, load_flow_from_entrypoint

from deployments.stack.place import project_root

FILE: dict[str, Any] = yaml.safe_load((project_root() / "prefect.yaml").read_text(encoding="utf-8"))
DEPLOYMENTS: list[dict[str, Any]] = FILE["deployments"]


@cache
def every_flow() -> dict[str, Flow[..., Any]]:
    """By name."""
    flows = [load_flow_from_entrypoint(one["entrypoint"]) for one in DEPLOYMENTS]
    return {flow.name: flow for flow in flows}
