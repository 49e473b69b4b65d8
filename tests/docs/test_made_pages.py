"""Pages that are made from the code leave nothing out."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from skyflytt.capabilities import DIRECTORIES, FILES, IF, MAIL, ZONES, Table, cell, yes
from skyflytt.project.model import project_schema
from skyflytt.project.page import markdown
from skyflytt.project.servers import DIRECTORY_KINDS, DNS_KINDS, FILE_KINDS, MAIL_KINDS, READ_ONLY_MAIL_KINDS


@dataclass(frozen=True)
class Able:
    moves: bool
    name: str = ""


@pytest.mark.parametrize(
    ("table", "kinds"),
    [
        (MAIL, {*MAIL_KINDS, *READ_ONLY_MAIL_KINDS}),
        (FILES, set(FILE_KINDS)),
        (ZONES, set(DNS_KINDS) - {"by-hand"}),
        (DIRECTORIES, set(DIRECTORY_KINDS)),
    ],
    ids=["mail", "files", "zones", "directories"],
)
def test_every_kind_of_server_is_told(table: Table, kinds: set[str]) -> None:
    assert set(table.kinds) == kinds


def test_what_depends_on_the_server_is_said_to() -> None:
    assert cell([Able(moves=True)], "moves", yes) == "yes"
    assert cell([Able(moves=False)], "moves", yes) == "–"
    assert cell([Able(moves=False), Able(moves=True)], "moves", yes) == IF
    assert cell([Able(moves=True, name="a"), Able(moves=True, name="b")], "name", str) == "a or b"


def test_every_key_of_the_project_file_is_told_once_for_each_part() -> None:
    schema = project_schema()
    parts = [schema, *(part for part in schema["$defs"].values() if "properties" in part)]
    keys = sum(len(part["properties"]) for part in parts)
    page = markdown()
    assert sum(line.startswith(("| `", "| **`")) for line in page.splitlines()) == keys
    assert page.count("\n## ") == 1 + len(schema["$defs"])
