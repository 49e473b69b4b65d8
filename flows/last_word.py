"""A run's last word to the server, after its end is recorded there.

What a run tells of its tasks goes over a connection of its own. When the server was away in the meantime, that connection is broken, and
what was told is kept in the run's memory until somebody speaks again: without a last word it would end with the run.
"""

from __future__ import annotations

from prefect import Flow
from prefect.client.schemas.objects import FlowRun, State
from prefect.events import emit_event

EVENT = "skyflytt.run.ended"


def say_last_word(flow: Flow[..., object], flow_run: FlowRun, state: State[object]) -> None:  # noqa: ARG001 - hooks are called by these names
    """For the hooks of every flow. The server has just answered: this event brings what waited before it along."""
    emit_event(EVENT, {"prefect.resource.id": f"skyflytt.run.{flow_run.id}", "prefect.resource.name": flow_run.name})
