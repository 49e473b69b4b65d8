"""Make a project known to Prefect: blocks, deployments, schedules. What is so already is not touched.

The blocks of its servers get their settings from the file, and secrets from the environment, the secrets file or the terminal. Secrets
that are only in the blocks stay there.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from prefect.client.orchestration import get_client

from blocks import MigrationProject
from blocks.connection_limit import make_limits
from blocks.outside import block_name
from blocks.project import BLOCK_OF_KIND
from deployments.failures import BlockTaken, NameTaken, NothingDeployed
from deployments.known_blocks import all_blocks, of_its_file, projects_of
from deployments.of_project import GENERIC, change, deployments_called, make, wanted_of
from deployments.saved_block import document_of, held_by, save
from deployments.schedules import apply_schedule, schedule_of, schedules_of
from skyflytt.project.load import load_project
from skyflytt.project.model import Project
from skyflytt.project.secret_keys import mail_test_keys, mailbox_keys, server_key
from skyflytt.project.secrets import SecretMissing, Secrets


def register_blocks(
    file: Path,
    workspace: Path,
    secrets: Secrets,
    clock_file: Path | None = None,
    *,
    spread: bool | None = None,
    report_url: str | None = None,
) -> MigrationProject:
    """Create or update the project's blocks; the project's own block is named as the project.

    Without a value, `spread` and `report_url` stay as the block has them.
    """
    project = load_project(file)
    if project.project == GENERIC:
        raise NameTaken(GENERIC, str(file))
    _refuse_blocks_of_others(project)
    for name, server in project.servers.items():
        if server.kind not in BLOCK_OF_KIND:
            continue
        settings = server.model_dump(mode="json", exclude={"kind"})
        block_type, document = BLOCK_OF_KIND[server.kind], block_name(project.project, name)
        known = document_of(block_type, document)
        save(block_type(**settings, **_secrets(project, name, secrets, held_by(known))), document, known)
    known = document_of(MigrationProject, project.project)
    held = held_by(known)
    block = MigrationProject(
        file=str(file.resolve()),
        workspace=str(workspace.resolve()),
        ledger_url=held.get("ledger_url"),
        spread=held.get("spread", False) if spread is None else spread,
        report_url=report_url or held.get("report_url"),
        clock_file=str(clock_file.resolve()) if clock_file else None,
    )
    save(block, project.project, known)
    make_limits(project)
    return MigrationProject.load(project.project)


def register_deployments(block: MigrationProject, *, paused: bool = False) -> list[str]:
    """One deployment per flow for this project, made after the generic one of prefect.yaml, with its schedules; their names.

    With `paused`, what is new does not begin by itself; so it is too where all of the project is paused already.
    """
    project, made = load_project(Path(block.file)), []
    schedules = schedules_of(project)
    with get_client(sync_client=True) as client:
        generic, known = deployments_called(client, GENERIC), deployments_called(client, project.project)
        if not generic:
            raise NothingDeployed(GENERIC)
        paused = paused or (bool(known) and all(one.paused for one in known.values()))
        for flow, one in generic.items():
            wanted = wanted_of(flow, one, block, project)
            schedule = schedule_of(flow, schedules.get(flow), wanted["parameters"])
            if flow in known:
                change(client, known[flow], wanted)
                apply_schedule(client, known[flow], schedule)
            else:
                make(client, one, wanted, [schedule] if schedule else [], paused=paused)
            made.append(f"{flow}/{project.project}")
    return made


def _refuse_blocks_of_others(project: Project) -> None:
    """Of two projects one may be called as the other's name goes on (`a`, server `b-c`; `a-b`, server `c`): secrets would be mixed up."""
    wanted = {block_name(project.project, server): server for server in project.servers}
    with get_client(sync_client=True) as client:
        others = projects_of(all_blocks(client))
    others.pop(project.project, None)
    for name, document in others.items():
        for block in sorted(wanted.keys() & of_its_file(name, document)):
            raise BlockTaken(block, f"{name} has a server whose block has this name, as {wanted[block]} would")


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
