"""A place at Dropbox in the project file: who signs in, and when two names are one place."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from skyflytt.project.places import share_place
from skyflytt.project.servers import DropboxServer

TEAM = {"kind": "dropbox", "app_key": "key", "member": "Anna@norrsken.example"}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"kind": "dropbox"}, "app_key"),
        ({"kind": "dropbox", "auth": "token", "acts_as": "admin"}, "member"),
        ({"kind": "dropbox", "app_key": "key", "url": "http://127.0.0.1"}, "https"),
    ],
)
def test_what_is_missing_is_named(given: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        DropboxServer.model_validate(given)


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (TEAM | {"member": "anna@norrsken.example"}, True),
        (TEAM | {"root": "/avtal"}, False),
        (TEAM | {"space": "team"}, False),
        (TEAM | {"member": "bo@norrsken.example"}, False),
        ({"kind": "dropbox", "app_key": "key"}, False),
    ],
)
def test_two_names_for_one_place(other: dict[str, Any], same: bool) -> None:
    servers = {"a": TEAM, "b": other}
    places = [share_place(servers, {"server": name, "path": path}) for name, path in (("a", "Avtal"), ("b", "avtal"))]
    assert (places[0] == places[1]) is same


def test_two_tokens_are_two_places() -> None:
    own = {"kind": "dropbox", "app_key": "key"}
    places = [share_place({"a": own, "b": own}, {"server": name, "path": "."}) for name in ("a", "b")]
    assert places[0] != places[1]
