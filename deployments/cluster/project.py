"""The move that a cluster is shown by: many small mailboxes, registered with its server, their ledger in PostgreSQL."""

from __future__ import annotations

from pydantic import SecretStr

from blocks import MigrationProject
from deployments.cluster.place import ClusterPlace
from deployments.register import register_blocks, register_deployments
from skyflytt.project.secrets import FileSecrets
from skyflytt.sandbox import mailboxes
from skyflytt.sandbox.mailboxes import Many


def register(place: ClusterPlace, many: Many) -> MigrationProject:
    """The project with its mailboxes, in runs of their own over all workers. Its schedules wait: here nothing begins by itself."""
    sandbox = mailboxes.up(place.mailboxes, many)
    secrets = FileSecrets(sandbox.secrets_file)
    block = register_blocks(sandbox.project_file, place.workspace, secrets, spread=True)
    block.ledger_url = SecretStr(place.ledger_url)
    block.save(block.name, overwrite=True)
    # Loaded anew: only a block that was loaded knows the id that deployments name it by.
    loaded: MigrationProject = MigrationProject.load(block.name)  # type: ignore[assignment]
    register_deployments(loaded, paused=True)
    return loaded
