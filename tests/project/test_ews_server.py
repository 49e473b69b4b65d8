"""An Exchange server in the project file."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from skyflytt.project.places import mail_place
from skyflytt.project.servers import EwsServer

URL = "https://mail.example.com/EWS/Exchange.asmx"


def server(**values: object) -> EwsServer:
    return EwsServer.model_validate({"kind": "ews", "url": URL, **values})


def test_the_least_that_is_needed() -> None:
    assert EwsServer.model_validate({"kind": "ews"}).url is None
    assert (server().auth, server().access, server().store, server().connections) == ("basic", "own", "primary", 4)


@pytest.mark.parametrize(
    "url", ["http://mail.example.com/EWS", "https://anna:hemligt@mail.example.com/", "mail.example.com", "https://a b/"]
)
def test_addresses_that_are_none(url: str) -> None:
    with pytest.raises(ValidationError) as caught:
        server(url=url)
    assert "hemligt" not in str(caught.value)


def test_whoever_impersonates_is_named() -> None:
    with pytest.raises(ValidationError, match="service account"):
        server(access="impersonation")
    assert server(access="impersonation", user="EXAMPLE\\migration").user == "EXAMPLE\\migration"
    assert server(access="impersonation", auth="oauth").user is None


def test_an_application_needs_both() -> None:
    with pytest.raises(ValidationError, match="belong together"):
        server(auth="oauth", client_id="app")
    assert server(auth="oauth", client_id="app", token_url="https://login.example.com/token").client_id == "app"


def test_mailboxes_of_two_servers_and_an_archive_are_different_places() -> None:
    servers = {
        "old": {"kind": "ews", "url": URL},
        "same": {"kind": "ews", "url": URL.upper()},
        "archives": {"kind": "ews", "url": URL, "store": "archive"},
        "new": {"kind": "ews", "url": "https://new.example.com/EWS/Exchange.asmx"},
    }
    places = {name: mail_place(servers, {"server": name, "login": "anna@example.com"}) for name in servers}
    assert places["old"] == places["same"]
    assert len({places[name] for name in ("old", "archives", "new")}) == 3
