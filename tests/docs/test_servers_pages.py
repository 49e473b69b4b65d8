"""The servers that the pages on mail and file servers show are ones that a project file may have."""

from __future__ import annotations

import pytest
import yaml
from pydantic import TypeAdapter

from skyflytt.project.exports import Exports
from skyflytt.project.servers import FILE_KINDS, Server
from tests.docs.pages import ROOT, blocks

HOW_TO = ROOT / "docs" / "how-to"


def shown(page: str) -> list[Server]:
    texts = [block.text for block in blocks(HOW_TO / page) if block.language == "yaml"]
    return [
        one
        for text in texts
        for one in TypeAdapter(dict[str, Server]).validate_python(yaml.safe_load(text)["servers"]).values()
    ]


@pytest.mark.parametrize(
    ("page", "kinds"),
    [
        ("mail-servers.md", {"ews", "imap"}),
        ("file-servers.md", set(FILE_KINDS) - {"sharepoint", "dropbox"}),
    ],
)
def test_its_servers_are_valid(page: str, kinds: set[str]) -> None:
    assert {one.kind for one in shown(page)} == kinds


def test_its_exports_are_valid() -> None:
    text = next(block.text for block in blocks(HOW_TO / "discover-and-export.md") if block.language == "yaml")
    assert Exports.model_validate(yaml.safe_load(text)["exports"]).split_gb
