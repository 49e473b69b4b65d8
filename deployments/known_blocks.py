"""The blocks that the server has, and the projects that they belong to."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.objects import BlockDocument

from blocks import MigrationProject
from blocks.outside import block_name
from skyflytt.project.load import load_project
from skyflytt.project.problems import ProjectFileInvalid

PAGE = 200


def all_blocks(client: SyncPrefectClient) -> list[BlockDocument]:
    """Every document, without its secrets."""
    found: list[BlockDocument] = []
    while len(page := client.read_block_documents(offset=len(found), limit=PAGE, include_secrets=False)) == PAGE:
        found += page
    return found + page


def type_of(block: BlockDocument) -> str:
    """The slug of its type."""
    return block.block_type.slug if block.block_type else ""


def projects_of(blocks: Iterable[BlockDocument]) -> dict[str, BlockDocument]:
    """The projects' own blocks, by the project's name."""
    return {str(one.name): one for one in blocks if type_of(one) == MigrationProject.get_block_type_slug()}


def of_its_file(project: str, document: BlockDocument) -> set[str]:
    """The names of the blocks that a project's file asks for now; none where the file is elsewhere."""
    try:
        servers = load_project(Path(document.data["file"])).servers
    except (ProjectFileInvalid, OSError, KeyError):
        return set()
    return {block_name(project, server) for server in servers}
