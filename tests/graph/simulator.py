"""The product's simulator of Microsoft Graph in a thread of the test, with one tenant."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import trustme
import uvicorn
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from skyflytt.deadline.clock import MovableClock
from skyflytt.patience import Patience
from skyflytt.project.servers import Microsoft365Server
from skyflytt.sandbox.servers.graph.application import Site
from skyflytt.sandbox.servers.graph.faults import Fault
from skyflytt.sandbox.servers.graph.settings import Application, SignIn, Sku, Tenant, User
from skyflytt.sandbox.servers.graph.state import State, begun
from skyflytt.sandbox.servers.graph.tokens import Tokens
from tests.real.processes import free_port

TENANT, DOMAIN = "0d1e2f30-1111-4222-8333-444455556666", "norrsken.example"
APP, CERTIFIED, PERSONAL = "app-by-secret", "app-by-certificate", "app-by-person"
SECRET = "blåbär~7719.hemligt"
E3, BASIC, COMPANY = (
    "05e9a617-0261-4cee-bb44-138d3ef5d965",
    "3b555118-da6a-4418-894f-7df1e2096870",
    "6fd2c87f-b296-42f0-b197-1e91e994b900",
)
GLOBAL, HELPDESK = "62e90394-69f5-4237-9190-012177145e10", "729827e3-9c14-49f7-bb1b-9608f156bbb8"
BEGIN = datetime(2026, 11, 20, 8, tzinfo=UTC)


def number(index: int) -> str:
    return f"00000000-0000-4000-8000-{index:012}"


def person(index: int, name: str, **more: Any) -> User:
    return User(id=number(index), address=f"{name}@{DOMAIN}", name=name.title(), **more)


def tenant(**more: Any) -> Tenant:
    """Seven people in pages of three."""
    people = (
        person(1, "Anna.Astrom", licences=(E3,), last_sign_in=datetime(2026, 11, 18, 7, tzinfo=UTC)),
        person(2, "bengt", licences=(E3, BASIC), last_by_program=datetime(2026, 11, 19, 3, tzinfo=UTC)),
        person(3, "cecilia", by_group=(E3,)),
        person(4, "david", enabled=False),
        person(5, "eva", usage_location=None),
        person(6, "filip"),
        person(7, "gun"),
    )
    skus = (
        Sku(id=E3, name="SPE_E3", enabled=4, warning=1, subscriptions=("43d26afe-cb98-48b9-acc4-ae3ef2ac6c51",)),
        Sku(id=BASIC, name="O365_BUSINESS_ESSENTIALS", enabled=1, suspended=20),
        Sku(id=COMPANY, name="POWER_BI_STANDARD", enabled=1000, company=True, consumed_elsewhere=3),
    )
    sign_ins = (
        SignIn(user=number(1), at=datetime(2026, 11, 18, 7, tzinfo=UTC)),
        SignIn(user=number(2), at=datetime(2026, 11, 17, 7, tzinfo=UTC)),
        SignIn(user=number(2), at=datetime(2026, 11, 18, 9, tzinfo=UTC), error=50126),
    )
    given: dict[str, Any] = {
        "id": TENANT, "domains": (DOMAIN,), "users": people, "skus": skus, "page": 3, "sign_ins": sign_ins,
        "roles": {GLOBAL: (number(1),), HELPDESK: (number(6),)},
        "applications": (
            Application(client_id=APP, secret_key="app"), Application(client_id=CERTIFIED), Application(client_id=PERSONAL),
        ),
    }  # fmt: skip
    return Tenant(**{**given, **more})


@dataclass
class Simulator:
    """A running one. `waits` are the seconds that clients of `patience` were asked to wait: nobody really does."""

    port: int
    site: Site
    state: State
    tokens: Tokens
    clock: MovableClock
    ca_file: Path
    certificate_file: Path
    waits: list[float]

    @property
    def url(self) -> str:
        return f"https://localhost:{self.port}"

    @property
    def patience(self) -> Patience:
        return Patience(longest_s=60, attempts=3, sleep=self.waits.append)

    def settings(self, **more: Any) -> Microsoft365Server:
        given = {
            "kind": "microsoft365", "tenant": DOMAIN, "client_id": APP, "login_url": self.url, "graph_url": self.url,
            "ca_file": self.ca_file,
        }  # fmt: skip
        return Microsoft365Server.model_validate({**given, **more})

    def faults(self, *rules: Fault) -> None:
        self.site._faults.put(list(rules))

    def begin_anew(self, **more: Any) -> None:
        """The tenant as it was at first, or as `more` says."""
        fresh = begun(tenant(applications=self.state.tenant.applications, **more))
        self.state.tenant, self.state.users = fresh.tenant, fresh.users
        self.state.drives = fresh.drives
        self.tokens.tenant = fresh.tenant
        self.state.deleted.clear()
        self.state.stale.clear()
        self.tokens.revoke()
        self.faults()
        self.site.asked.clear()
        self.waits.clear()
        self.clock.move_to(BEGIN)


def make_certificate(folder: Path, kind: trustme.KeyType = trustme.KeyType.RSA) -> Path:
    """One PEM file with a key and its certificate, as an administrator would make it."""
    made = trustme.CA().issue_cert("app.norrsken.example", key_type=kind)
    key = load_pem_private_key(made.private_key_pem.bytes(), None)
    file = folder / "application.pem"
    file.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + made.cert_chain_pems[0].bytes()
    )
    return file


@contextlib.contextmanager
def running_simulator(folder: Path, made: Tenant | None = None) -> Iterator[Simulator]:
    """With this tenant, or the one with seven people."""
    folder.mkdir(parents=True, exist_ok=True)
    authority, port, clock = trustme.CA(), free_port(), MovableClock(BEGIN)
    authority.cert_pem.write_to_path(folder / "ca.pem")
    authority.issue_cert("localhost").private_key_and_cert_chain_pem.write_to_path(folder / "server.pem")
    certificate = make_certificate(folder)
    made = made or tenant()
    certified = tuple(
        app.model_copy(update={"certificate": certificate}) if app.client_id == CERTIFIED else app
        for app in made.applications
    )
    state = begun(made.model_copy(update={"applications": certified}))
    tokens = Tokens(state.tenant, {"app": SECRET}, clock)
    site = Site(state, tokens)
    server = uvicorn.Server(uvicorn.Config(
        site.application, host="127.0.0.1", port=port, ssl_certfile=str(folder / "server.pem"), log_level="critical", lifespan="off",
    ))  # fmt: skip
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.01)
    try:
        yield Simulator(port, site, state, tokens, clock, folder / "ca.pem", certificate, [])
    finally:
        server.should_exit = True
        thread.join()
