"""Mailboxes of Exchange Online in the project file."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from skyflytt.phase.door import Door, door_of
from skyflytt.project.places import mail_place
from skyflytt.project.servers import MAIL_KINDS, GraphServer

GIVEN = {"kind": "graph", "tenant": "norrsken.onmicrosoft.com", "client_id": "app"}


def server(**values: object) -> GraphServer:
    return GraphServer.model_validate({**GIVEN, **values})


def test_the_least_that_is_needed() -> None:
    assert (server().auth, server().connections, server().graph_url) == ("secret", 4, "https://graph.microsoft.com")
    assert "graph" in MAIL_KINDS
    assert door_of(server()) == Door("graph.microsoft.com", 443, "https")


@pytest.mark.parametrize(
    "values", [{"connections": 5}, {"connections": 0}, {"auth": "certificate"}, {"graph_url": "http://x"}]
)
def test_what_is_refused(values: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        server(**values)


def test_one_mailbox_of_a_tenant_is_one_place_whatever_the_server_is_called() -> None:
    servers = {"old": GIVEN, "new": {**GIVEN, "client_id": "another"}, "other": {**GIVEN, "tenant": "b.example"}}
    anna = mail_place(servers, {"server": "old", "login": "Anna@norrsken.example"})
    assert mail_place(servers, {"server": "new", "login": "anna@norrsken.example"}) == anna
    assert mail_place(servers, {"server": "other", "login": "anna@norrsken.example"}) != anna
    assert mail_place(servers, {"server": "old", "login": "bengt@norrsken.example"}) != anna
