"""A WebDAV server in the project file."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from skyflytt.project.places import share_place
from skyflytt.project.servers import WebdavServer


def server(**values: Any) -> WebdavServer:
    return WebdavServer.model_validate({"kind": "webdav", "host": "cloud.example.com", **values})


def test_the_least_that_is_needed() -> None:
    least = server(user="migration")
    assert (least.port, least.root, least.auth, least.times) == (443, "/", "basic", "auto")
    assert server(auth="bearer").user is None


@pytest.mark.parametrize("values", [{}, {"auth": "digest"}])
def test_a_password_has_a_user(values: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="nobody is named who signs in"):
        server(**values)


@pytest.mark.parametrize(
    "values",
    [{"root": "dav"}, {"host": "https://cloud.example.com"}, {"host": "u:hemligt@cloud.example.com"}, {"times": "dos"}],
)
def test_settings_that_are_none(values: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        server(user="migration", **values)


def test_the_same_folder_by_two_names_is_recognised() -> None:
    one = {"kind": "webdav", "host": "Cloud.example.com", "user": "u", "root": "/dav"}
    two = {"kind": "webdav", "host": "cloud.example.com", "port": 443, "user": "u"}
    servers = {"one": one, "two": two, "other": two | {"user": "v"}}
    assert share_place(servers, {"server": "one", "path": "a"}) == share_place(
        servers, {"server": "two", "path": "dav/a"}
    )
    assert share_place(servers, {"server": "one", "path": "a"}) != share_place(
        servers, {"server": "other", "path": "dav/a"}
    )
