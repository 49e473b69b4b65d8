"""Dropbox, with each thing that a real app or team may lack."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import trustme
import uvicorn

from skyflytt.deadline.clock import MovableClock
from skyflytt.patience import Patience
from skyflytt.project.shares import SharePlace
from skyflytt.readiness import Finding, State
from skyflytt.readiness.dropbox import check_dropbox
from skyflytt.readiness.uses import Role, Use
from skyflytt.sandbox.servers.dropbox.application import Application
from skyflytt.sandbox.servers.dropbox.settings import Account, Person, Token
from skyflytt.sandbox.servers.dropbox.site import Site
from skyflytt.sandbox.servers.dropbox.tokens import Tokens
from skyflytt.sandbox.servers.dropbox.uploads import Uploads
from tests.graph.simulator import BEGIN
from tests.real.dropbox_simulator import ANNA, BO, IT, SECRETS, TEAM, Simulated
from tests.real.processes import free_port

READER = ("account_info.read", "files.metadata.read", "team_data.member", "team_info.read")
COMPANY = Account(
    team=TEAM,
    people=(Person(email=ANNA), Person(email=BO, status="suspended"), Person(email=IT, administrator=True)),
    tokens=(
        Token(key="anna", of=ANNA),
        Token(key="team", of="team"),
        Token(key="few", of="team", scopes=READER),
        Token(key="fixed", of=ANNA, kind="access", scopes=READER),
    ),
)
SOURCE, TARGET = Role.FILES_SOURCE, Role.FILES_TARGET


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulated]:
    folder = tmp_path_factory.mktemp("dropbox")
    authority = trustme.CA()
    authority.cert_pem.write_to_path(folder / "ca.pem")
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(folder / "both.pem")
    clock, port = MovableClock(BEGIN), free_port()
    site = Site(COMPANY, clock, Uploads(COMPANY.session_life_s))
    application = Application(site, Tokens(COMPANY, SECRETS, clock))
    served = uvicorn.Server(uvicorn.Config(
        application.starlette, port=port, ssl_certfile=str(folder / "both.pem"), log_level="critical", lifespan="off",
    ))  # fmt: skip
    thread = threading.Thread(target=served.run, daemon=True)
    thread.start()
    while not served.started and thread.is_alive():
        time.sleep(0.01)
    yield Simulated(port, folder / "ca.pem")
    served.should_exit = True
    thread.join()


def checked(company: Simulated, key: str, role: Role = SOURCE, **settings: Any) -> dict[str, Finding]:
    use = Use(role, "avtal", share=SharePlace(server="cloud", path="."))
    waits = Patience(attempts=2, sleep=lambda _: None)
    server = company.settings(**settings)
    return {one.about: one for one in check_dropbox(server, SECRETS.get(key, key), [use], waits)}


def missing(found: dict[str, Finding]) -> dict[str, str]:
    return {about: one.code for about, one in found.items() if one.state is State.MISSING}


@pytest.mark.parametrize(
    ("role", "settings"), [(SOURCE, {}), (TARGET, {"member": ANNA, "team": TEAM, "space": "team"})]
)
def test_all_is_there(company: Simulated, role: Role, settings: dict[str, Any]) -> None:
    found = checked(company, "team" if settings else "anna", role, **settings)
    assert missing(found) == {}
    assert found["sign-in"].state is State.FINE
    assert ANNA in found["sign-in"].means
    assert ("members.read" in found) == bool(settings)
    assert found["files.content.read"].state is State.FINE
    assert ("files.content.write" in found) == (role is TARGET)


def test_permissions_that_are_missing(company: Simulated) -> None:
    found = checked(company, "fixed", TARGET, auth="token", app_key=None)
    assert missing(found) == dict.fromkeys(("files.content.read", "files.content.write"), "dropbox.scope-missing")
    said = found["files.content.write"]
    assert "App Console → the app → Permissions → files.content.write → Submit" in said.click
    assert "make a new token" in said.click
    assert said.documentation.startswith("https://www.dropbox.com/developers/documentation/")


def test_what_is_needed_later_or_less_is_a_note(company: Simulated) -> None:
    found = checked(company, "fixed", SOURCE, auth="token")
    assert missing(found) == {"files.content.read": "dropbox.scope-missing"}
    assert found["sharing.read"].state is State.NOTE
    assert found["files.content.write"].state is State.NOTE
    assert "not needed before the end" in found["files.content.write"].means


def test_permissions_of_a_team_that_are_missing(company: Simulated) -> None:
    found = checked(company, "few", member=ANNA)
    assert missing(found) == {"members.read": "dropbox.scope-missing"}
    assert "sandbox → Permissions → members.read" in found["members.read"].click
    assert "skyflytt dropbox sign-in" in found["members.read"].click


@pytest.mark.parametrize(
    ("key", "settings", "code"),
    [
        ("anna", {"app_key": "another"}, "dropbox.app-unknown"),
        ("revoked-hemlig", {}, "connection.password-refused"),
        ("revoked-hemlig", {"auth": "token"}, "connection.password-refused"),
        ("anna", {"team": "dbtid:annan"}, "dropbox.team-wrong"),
        ("team", {"member": BO}, "dropbox.member-unknown"),
        ("team", {"member": "nobody@norrskenbygg.example"}, "dropbox.member-unknown"),
        ("team", {"member": ANNA, "acts_as": "admin"}, "dropbox.member-unknown"),
    ],
)
def test_a_sign_in_that_is_wrong(company: Simulated, key: str, settings: dict[str, Any], code: str) -> None:
    found = checked(company, key, **settings)
    assert missing(found) == {"sign-in": code}
    assert found["sign-in"].click
    assert "hemlig" not in str(found)


def test_a_busy_service_is_not_missing_anything(company: Simulated) -> None:
    company.fault("busy", times=9)
    try:
        found = checked(company, "fixed", auth="token")
    finally:
        company.calm()
    assert missing(found) == {}
    assert {one.code for one in found.values() if one.state is State.NOT_ASKED} == {"connection.busy"}
