"""One simulator with a team for all tests of the folder; each test has a folder of its own in Anna's."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import pytest

from skyflytt.files.dropbox import DropboxStore, open_dropbox
from skyflytt.patience import Patience
from skyflytt.sandbox.servers.dropbox.settings import Account, Person, Shared, Token
from tests.contract.file_places import make_certificates
from tests.real.dropbox_simulator import ANNA, BO, IT, SECRETS, TEAM, Simulated, running_dropbox

NUMBERS = itertools.count()
FOR_ALL = {"group Alla": "editor", IT: "owner"}
NORRSKEN = Account(
    team=TEAM,
    licences=4,
    people=(
        Person(email=ANNA, name="Anna"),
        Person(email=BO, name="Bo", status="suspended"),
        Person(email=IT, name="IT", administrator=True),
    ),
    tokens=(
        Token(key="team", of="team"),
        Token(key="anna", of=ANNA),
        Token(key="fixed", of=ANNA, kind="access"),
        Token(key="few", of=ANNA, scopes=("account_info.read", "files.metadata.read")),
    ),
    shared=(
        Shared(of=ANNA, path="/Delat", members={ANNA: "owner", BO: "editor", "ute@annat.example": "viewer"}),
        Shared(of=ANNA, path="/Delat/Hemligt", members={ANNA: "owner"}, invited={"eva@annat.example": "viewer"}),
        Shared(of=ANNA, path="/Stängt", members={IT: "owner"}, no_access=True),
        Shared(of="team", path="/Gemensamt", members=FOR_ALL),
    ),
    documents=("/Papper/Protokoll.paper",),
)


@pytest.fixture(scope="session")
def norrsken(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulated]:
    base = tmp_path_factory.mktemp("dropbox")
    certificates = make_certificates(base)
    with running_dropbox(base / "simulator", certificates.ca, certificates.both, NORRSKEN) as running:
        yield running


@pytest.fixture
def simulated(norrsken: Simulated) -> Iterator[Simulated]:
    """Without trouble before and after."""
    norrsken.calm()
    norrsken.requests()
    yield norrsken
    norrsken.calm()
    norrsken.change(page=500, stale_listings=0, room_bytes=1 << 40)


@pytest.fixture
def waits() -> list[float]:
    """What was waited for."""
    return []


@pytest.fixture
def patience(waits: list[float]) -> Patience:
    return Patience(sleep=waits.append)


@pytest.fixture
def folder(simulated: Simulated) -> str:
    """A new folder of Anna's, by its path."""
    name = f"prov {next(NUMBERS)}"
    with open_dropbox(simulated.settings(), SECRETS["anna"]) as top:
        top.make_folder(name)
    simulated.requests()
    return f"/{name}"


@pytest.fixture
def store(simulated: Simulated, folder: str, patience: Patience) -> Iterator[DropboxStore]:
    with open_dropbox(simulated.settings(root=folder), SECRETS["anna"], patience) as opened:
        simulated.requests()
        yield opened


def team(simulated: Simulated, **changes: Any) -> Any:
    """The settings of the team's token, acting as a member."""
    return simulated.settings(**({"member": ANNA, "team": TEAM} | changes))
