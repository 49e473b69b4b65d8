"""Flow `check-connection`: whether all that the project needs of one of its servers is there, with the settings that its block has now."""

from __future__ import annotations

from typing import Any

from prefect import flow
from prefect.artifacts import create_table_artifact
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from blocks import MigrationProject
from flows.options import phase_options
from flows.phase_run import explicit_end
from skyflytt.phase.migration import Migration
from skyflytt.readiness import ServerCheck, check_server
from skyflytt.readiness import State as Found
from tasks.artifact_key import artifact_key


@flow(**phase_options("check-connection"))
@explicit_end
def check_connection(project: MigrationProject, server: str) -> State[Any]:
    """Sign in at one server, and look whether it is the right one, what may be done there, and whether a first read succeeds. Only reads.

    Held, with what to click, while something is missing; failed where the server does not answer.

    Args:
        project: The customer's move.
        server: The server's name in the project file.
    """
    with project.open() as migration:
        if server not in migration.project.servers:
            known = ", ".join(migration.project.servers) or "none"
            return Failed(message=f"The project {migration.name} has no server {server}; it has {known}.")
        found = check_server(migration, server)
        _show(migration, found)
    if found.of(Found.MISSING):
        return Completed(name="Held", message=found.summary)
    return Completed(message=found.summary) if found.ready else Failed(message=found.summary)


def _show(migration: Migration, found: ServerCheck) -> None:
    rows = [
        {
            "state": one.state.value,
            "what": one.about,
            "means": one.means,
            "to do": one.click,
            "code": one.code,
            "documentation": one.documentation,
        }
        for one in found.findings
    ]
    create_table_artifact(rows, key=artifact_key(migration.name, "check", found.server), description=found.summary)
