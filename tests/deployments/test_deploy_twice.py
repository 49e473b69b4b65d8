"""`prefect deploy --all` a second time changes nothing: neither the generic deployments, nor those of a project and what it has planned."""

from __future__ import annotations

import httpx
import pytest

from deployments.of_project import GENERIC
from deployments.register import register_deployments
from deployments.stack import server, worker
from tests.deployments.place import Place, deployments
from tests.deployments.prefect_file import every_flow

pytestmark = [pytest.mark.prefect, pytest.mark.long]


def test_nothing_changes_but_the_time_at_which_it_was_looked_at(
    place: Place, calls: httpx.Client, few: None, prefect_harness: server.Server
) -> None:
    """Prefect writes each generic deployment anew, whether it differs or not: its time of change moves, and nothing else."""
    place.changed(playbook="hosted-office-exit")
    register_deployments(place.register())
    generic, own = deployments(calls, GENERIC), deployments(calls, place.name)
    assert set(generic) == set(every_flow())
    assert own["delta"]["schedules"]

    assert worker.deploy(prefect_harness)

    assert deployments(calls, place.name) == own
    again = deployments(calls, GENERIC)
    assert {flow: one.pop("updated") > generic[flow].pop("updated") for flow, one in again.items()} == dict.fromkeys(
        generic, True
    )
    assert again == generic
