"""Pause and resume all that a project does by itself."""

from __future__ import annotations

from prefect.client.orchestration import get_client

from deployments.failures import NoSuchProject
from deployments.of_project import GENERIC, deployments_called, pause


def pause_project(name: str) -> list[str]:
    """Nothing of the project is started by a schedule any more, until it is resumed; the deployments that were not paused before."""
    return _all(name, paused=True)


def resume_project(name: str) -> list[str]:
    """What was paused goes on. A single schedule that a person switched off stays off."""
    return _all(name, paused=False)


def _all(name: str, *, paused: bool) -> list[str]:
    with get_client(sync_client=True) as client:
        found = {} if name == GENERIC else deployments_called(client, name)
        if not found:
            raise NoSuchProject(name, "there are no deployments of that name")
        return [f"{flow}/{name}" for flow, one in found.items() if pause(client, one, paused)]
