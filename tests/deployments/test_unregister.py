"""A project taken out of Prefect: its own deployments and blocks, no other's, and not while it works."""

from __future__ import annotations

import httpx
import pytest

from deployments.failures import NoSuchProject, RunsUnfinished
from deployments.register import register_deployments
from deployments.unregister import unregister_project
from tests.deployments.place import Place, deployments, documents

pytestmark = [pytest.mark.prefect, pytest.mark.usefixtures("few")]


def blocks_of(place: Place) -> set[str]:
    return {place.name, *(f"{place.name}-{one}" for one in ("old-mail", "new-mail", "handover"))}


def test_nothing_of_it_is_left_and_its_neighbour_stays(place: Place, calls: httpx.Client) -> None:
    # Its blocks begin as the project's own server new-mail does.
    neighbour = Place(place.file.parent, f"{place.name}-new")
    for one in (place, neighbour):
        register_deployments(one.register())
    ledger = place.workspace / "ledger.sqlite"
    ledger.parent.mkdir(exist_ok=True)
    ledger.write_text("stays")

    gone = unregister_project(place.name)
    assert set(gone.blocks) == blocks_of(place)
    assert f"delta/{place.name}" in gone.deployments
    assert deployments(calls, place.name) == {}
    assert set(documents(calls, place)) == blocks_of(neighbour)
    assert "delta" in deployments(calls, neighbour.name)
    assert ledger.read_text() == "stays"
    with pytest.raises(NoSuchProject):
        unregister_project(place.name)


def test_not_while_a_run_works_or_waits_for_an_answer(place: Place, calls: httpx.Client) -> None:
    register_deployments(place.register())
    delta = deployments(calls, place.name)["delta"]
    state = {"type": "PAUSED", "name": "Paused"}
    run = calls.post(f"/deployments/{delta['id']}/create_flow_run", json={"name": "asks", "state": state})
    with pytest.raises(RunsUnfinished, match="asks"):
        unregister_project(place.name)
    assert documents(calls, place)
    ended = {"state": {"type": "CANCELLED"}, "force": True}
    calls.post(f"/flow_runs/{run.raise_for_status().json()['id']}/set_state", json=ended).raise_for_status()
    unregister_project(place.name)
    assert documents(calls, place) == {}
