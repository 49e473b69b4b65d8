"""Events from which Prefect's server tells on-call (deployments/automations): sent at every run, told of once a day."""

from __future__ import annotations

from collections.abc import Iterable

from prefect.events import emit_event

from skyflytt.phase.alarms import Alarm, AlarmKind, alarms
from skyflytt.phase.migration import Migration
from skyflytt.playbook.due import Standing

RESOURCES = {AlarmKind.DROP_CLOSING: "skyflytt.drop", AlarmKind.DEADLINE_AT_RISK: "skyflytt.step"}


def raise_alarms(migration: Migration, steps: Iterable[Standing]) -> list[Alarm]:
    """Send an event for each alarm that holds now; those."""
    raised = alarms(migration, steps)
    for one in raised:
        send_alarm(migration.name, one)
    return raised


def send_alarm(project: str, one: Alarm) -> None:
    resource = {
        "prefect.resource.id": f"{RESOURCES[one.kind]}.{project}.{one.about}",
        "prefect.resource.name": f"{project} · {one.about}",
    }
    emit_event(event=one.kind.value, resource=resource, payload={"said": one.said, "project": project})
