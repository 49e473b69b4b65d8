"""Which library a server is, in one way only; and where two names mean the same."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from skyflytt.project.places import share_place
from skyflytt.project.servers import SharepointServer

SITE = "norrsken.sharepoint.com/sites/Projekt"


def server(**values: Any) -> SharepointServer:
    return SharepointServer.model_validate({"kind": "sharepoint", "tenant": "t", "client_id": "c", **values})


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"site": SITE, "user": "a@b.example"}, "only one of"),
        ({"drive": "b!1", "user": "a@b.example"}, "only one of"),
        ({"drive": "b!1", "library": "Ritningar"}, "`site` instead"),
        ({"auth": "certificate"}, "belong together"),
        ({"auth": "device-code"}, "token_file"),
        ({"connections": 9}, "less than or equal to 8"),
    ],
)
def test_what_is_said_twice_or_not_at_all(values: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        server(**values)


@pytest.mark.parametrize(
    ("values", "above"),
    [
        ({"site": SITE, "library": "Delade dokument", "root": "/2024"}, "sites/Projekt/Delade dokument/2024"),
        ({"site": SITE}, "sites/Projekt/Shared Documents"),
        ({}, "Shared Documents"),
        ({"user": "Anna.Åström@b.example"}, "personal/anna__str_m_b_example/Documents"),
        ({"drive": "b!1", "root": "/x"}, "x"),
    ],
)
def test_what_counts_for_the_length_of_paths(values: dict[str, Any], above: str) -> None:
    assert server(**values).address_path == above


def test_the_same_folder_twice() -> None:
    one = {"kind": "sharepoint", "tenant": "T", "site": SITE, "library": "Ritningar"}
    servers = {"a": one, "b": {**one, "library": "RITNINGAR"}, "c": {**one, "library": "Annat"}}
    places = [
        share_place(servers, {"server": name, "path": path}) for name, path in (("a", "X"), ("b", "x"), ("c", "x"))
    ]
    assert places[0] == places[1] != places[2]
