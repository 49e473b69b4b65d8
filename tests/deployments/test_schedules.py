"""The schedules that registering makes at the server: made once, changed in place, taken away, and never begun against a person's will."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from prefect.client.orchestration import get_client

from deployments.failures import NoSuchProject
from deployments.of_project import GENERIC
from deployments.pause import pause_project, resume_project
from deployments.register import register_deployments
from flows.by_schedule import end_schedule
from tests.deployments.place import Place, deployments

pytestmark = [pytest.mark.prefect, pytest.mark.usefixtures("few")]


def schedules(calls: httpx.Client, place: Place) -> dict[str, dict[str, Any]]:
    """The one of each flow that has any."""
    found = {flow: one["schedules"] for flow, one in deployments(calls, place.name).items() if one["schedules"]}
    assert {len(of_flow) for of_flow in found.values()} <= {1}
    return {flow: of_flow[0] for flow, of_flow in found.items()}


def test_a_changed_file_changes_the_schedules_it_has(place: Place, calls: httpx.Client) -> None:
    place.changed(playbook="hosted-office-exit")
    register_deployments(place.register())
    first = schedules(calls, place)
    assert {flow: one["slug"] for flow, one in first.items()} == {
        "advance": "skyflytt-advance",
        "delta": "skyflytt-delta",
    }
    assert first["delta"]["schedule"] == {"cron": "0 22 * * *", "timezone": "Europe/Stockholm", "day_or": True}
    assert first["delta"]["parameters"] == {"dry_run": False}
    assert first["advance"]["schedule"]["interval"] == 300

    place.changed(playbook="hosted-office-exit", schedule={"delta": "01:30"})
    register_deployments(place.register())
    second = schedules(calls, place)
    assert second["delta"]["id"] == first["delta"]["id"]
    assert second["delta"]["schedule"]["cron"] == "30 1 * * *"
    assert second["advance"] == first["advance"]

    place.changed(playbook="hosted-office-exit", schedule={"delta": None})
    register_deployments(place.register())
    assert schedules(calls, place) == {"advance": first["advance"]}


def test_what_a_person_paused_or_added_stays(place: Place, calls: httpx.Client) -> None:
    register_deployments(place.register())
    deployment = deployments(calls, place.name)["delta"]
    address = f"/deployments/{deployment['id']}"
    calls.patch(f"{address}/schedules/{deployment['schedules'][0]['id']}", json={"active": False}).raise_for_status()
    calls.post(f"{address}/schedules", json=[{"schedule": {"cron": "0 12 * * *"}, "active": True}]).raise_for_status()
    calls.post(f"/deployments/{deployments(calls, place.name)['advance']['id']}/pause_deployment").raise_for_status()

    place.changed(schedule={"delta": "23:30"}, drops=[])
    register_deployments(place.register())
    after = deployments(calls, place.name)
    told = {one["slug"]: (one["schedule"]["cron"], one["active"]) for one in after["delta"]["schedules"]}
    assert told == {"skyflytt-delta": ("30 23 * * *", False), None: ("0 12 * * *", True)}
    assert {flow for flow, one in after.items() if one["paused"]} == {"advance"}

    assert end_schedule(place.name, "delta")
    assert not end_schedule(place.name, "delta")
    assert not end_schedule("nobody", "delta")
    assert [one["slug"] for one in deployments(calls, place.name)["delta"]["schedules"]] == [None]


def test_a_project_begins_paused_goes_on_and_is_paused_again(place: Place, calls: httpx.Client) -> None:
    names = register_deployments(place.register(), paused=True)
    found = deployments(calls, place.name)
    assert all(one["paused"] for one in found.values())
    assert [one["active"] for one in found["delta"]["schedules"]] == [True]

    assert sorted(resume_project(place.name)) == sorted(names)
    assert not any(one["paused"] for one in deployments(calls, place.name).values())
    assert sorted(pause_project(place.name)) == sorted(names)
    assert pause_project(place.name) == []
    with get_client(sync_client=True) as client:
        client.delete_deployment(found["delta"]["id"])
    register_deployments(place.register())
    after = deployments(calls, place.name)
    assert all(one["paused"] for one in after.values()), "one that is new in a paused project as well"
    assert after["delta"]["id"] != found["delta"]["id"]
    assert not any(one["paused"] for one in deployments(calls, GENERIC).values())


@pytest.mark.parametrize("name", ["nobody", GENERIC])
def test_only_a_project_is_paused(name: str) -> None:
    with pytest.raises(NoSuchProject):
        pause_project(name)


def test_the_server_makes_runs_of_them(place: Place, calls: httpx.Client) -> None:
    """With a version of SQLAlchemy that Prefect does not fit, it fails to, once a minute, in its own log alone."""
    place.changed(playbook="hosted-office-exit")
    register_deployments(place.register())
    for flow, parameters in (("delta", {"dry_run": False}), ("advance", {})):
        deployment = deployments(calls, place.name)[flow]["id"]
        calls.post(f"/deployments/{deployment}/schedule", json={"min_runs": 2, "max_runs": 2}).raise_for_status()
        query = {
            "deployments": {"id": {"any_": [deployment]}},
            "flow_runs": {"state": {"type": {"any_": ["SCHEDULED"]}}},
        }
        ahead = calls.post("/flow_runs/filter", json=query).raise_for_status().json()
        assert len(ahead) >= 2
        assert all(parameters.items() <= run["parameters"].items() for run in ahead)
