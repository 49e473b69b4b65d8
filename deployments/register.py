"""Make a project known to Prefect: `python -m deployments.register PROJECT.yaml`.

Creates or updates the blocks of its servers (settings from the file, secrets from the environment, the secrets file or the
terminal), the project's own block, the limit of connections of each Exchange, and one deployment of each flow with the project
filled in. May be repeated at any time: secrets that are only in the blocks stay there.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
from prefect.blocks.core import Block
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterName
from prefect.client.schemas.responses import DeploymentResponse
from prefect.exceptions import ObjectNotFound

from blocks import MigrationProject
from blocks.connection_limit import limits_of, make_limits
from blocks.outside import block_name
from blocks.project import BLOCK_OF_KIND
from skyflytt.errors.base import Failure
from skyflytt.project.load import load_project
from skyflytt.project.model import Project
from skyflytt.project.problems import ProjectFileInvalid
from skyflytt.project.secret_keys import mail_test_keys, mailbox_keys, server_key
from skyflytt.project.secrets import SecretMissing, Secrets, secrets_of_this_machine

GENERIC = "any-project"
NO_SERVER = "Start it (`make up`), and name it in this shell: source .skyflytt/prefect/env.sh"


def register_blocks(file: Path, workspace: Path, secrets: Secrets, clock_file: Path | None = None) -> MigrationProject:
    """Create or update the project's blocks; the project's own block is named as the project."""
    project = load_project(file)
    for name, server in project.servers.items():
        if server.kind not in BLOCK_OF_KIND:
            continue
        settings = server.model_dump(mode="json", exclude={"kind"})
        block_type, document = BLOCK_OF_KIND[server.kind], block_name(project.project, name)
        known = _known(block_type, document)
        block_type(**settings, **_secrets(project, name, secrets, known)).save(document, overwrite=True)
    block = MigrationProject(
        file=str(file.resolve()),
        workspace=str(workspace.resolve()),
        ledger_url=_known(MigrationProject, project.project).get("ledger_url"),
        clock_file=str(clock_file.resolve()) if clock_file else None,
    )
    block.save(project.project, overwrite=True)
    make_limits(project)
    return MigrationProject.load(project.project)


def register_deployments(project: MigrationProject) -> list[str]:
    """One deployment per flow for this project, made after the generic one of prefect.yaml; their names."""
    made = []
    with get_client(sync_client=True) as client:
        # Only these: the server answers with 200 deployments at most.
        generic_only = DeploymentFilter(name=DeploymentFilterName(any_=[GENERIC]))
        for generic in client.read_deployments(deployment_filter=generic_only):
            made.append(_for_project(client, generic, project))
    return made


def _for_project(client: SyncPrefectClient, generic: DeploymentResponse, project: MigrationProject) -> str:
    limit, options = generic.global_concurrency_limit, generic.concurrency_options
    client.create_deployment(
        flow_id=generic.flow_id,
        name=project.name,
        description=generic.description,
        tags=[*generic.tags, project.name],
        entrypoint=generic.entrypoint,
        path=generic.path,
        pull_steps=generic.pull_steps,
        work_pool_name=generic.work_pool_name,
        job_variables=generic.job_variables,
        parameters={"project": {"$ref": {"block_document_id": str(project._block_document_id)}}},
        parameter_openapi_schema=generic.parameter_openapi_schema,
        enforce_parameter_schema=True,
        concurrency_limit=limit.limit if limit else None,
        concurrency_options=options,
    )
    return f"{client.read_flow(generic.flow_id).name}/{project.name}"


def _known(block_type: type[Block], document: str) -> dict[str, Any]:
    """What the block holds already, secrets included; nothing when it is new."""
    with get_client(sync_client=True) as client:
        try:
            slug = block_type.get_block_type_slug()
            return client.read_block_document_by_name(document, slug, include_secrets=True).data
        except ObjectNotFound:
            return {}


def _secrets(project: Project, server: str, secrets: Secrets, known: dict[str, Any]) -> dict[str, object]:
    """What the blocks keep: the server's own secret where there is one, and those of the mailboxes on it, the given before the known."""
    mailboxes, known_mailboxes = {}, known.get("mailbox_secrets") or {}
    for key in _mailbox_keys(project, server):
        own = key.removeprefix("mailboxes.")
        if value := _secret(secrets, key) or known_mailboxes.get(own):
            mailboxes[own] = value
    value = _secret(secrets, server_key(server)) or known.get("secret")
    found: dict[str, object] = {"secret": value} if value else {}
    return found | ({"mailbox_secrets": mailboxes} if mailboxes else {})


def _mailbox_keys(project: Project, server: str) -> Iterator[str]:
    """Of the mailboxes on the server, those too that mail is tried with."""
    for mailbox in project.mailboxes:
        for side in ("source", "target"):
            if getattr(mailbox, side).server == server:
                yield mailbox_keys(mailbox.name, side, server)[0]  # type: ignore[arg-type]
    for domain in project.domains:
        if test := domain.mail_test:
            for end, place in (("old", test.old), ("new", test.new), ("outside", test.outside.mailbox)):
                if place.server == server:
                    yield mail_test_keys(domain.name, end, server)[0]  # type: ignore[arg-type]


def _secret(secrets: Secrets, key: str) -> str | None:
    try:
        return secrets.get(key)
    except SecretMissing:
        return None


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m deployments.register", description=__doc__)
    parser.add_argument("file", type=Path, help="the project file")
    parser.add_argument("--workspace", type=Path, help="folder for archives and evidence (default: beside the file)")
    parser.add_argument("--clock-file", type=Path, help="for rehearsals: a file with the hour to work at")
    options = parser.parse_args(arguments)
    workspace = options.workspace or options.file.resolve().parent / "workspace"
    try:
        project = register_blocks(options.file, workspace, secrets_of_this_machine(), options.clock_file)
    except Failure as failure:
        problems = failure.problems if isinstance(failure, ProjectFileInvalid) else [failure]
        print(*problems, failure.advice, sep="\n", file=sys.stderr)
        return 2
    except httpx.TransportError as error:
        print(f"The Prefect server does not answer: {error}\n{NO_SERVER}", file=sys.stderr)
        return 75
    print(f"Block: {project.name} ({options.file})")
    for name, connections in limits_of(load_project(options.file)).items():
        print(f"Limit: {name}, {connections} connections at once")
    for name in register_deployments(project):
        print(f"Deployment: {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
