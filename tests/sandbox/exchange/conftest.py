"""A sandbox Exchange for the tests of this folder, and exchangelib to talk to it."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import exchangelib
import pytest
import requests
import trustme
from exchangelib.protocol import BaseProtocol

from skyflytt.sandbox.exchange import running
from skyflytt.sandbox.exchange.running import Exchange
from skyflytt.sandbox.exchange.settings import Account, Mailbox, Settings
from skyflytt.sandbox.exchange.store import Database, mailboxes, open_store

SERVICE = "service@sandbox.example"
ANNA, BENGT, INFO = "anna@sandbox.example", "bengt@sandbox.example", "info@sandbox.example"
PASSWORD = "långt lösenord"
SETTINGS = Settings(
    mailboxes=(
        Mailbox(address=ANNA, name="Anna Åström", archive=True, language="sv"),
        Mailbox(address=BENGT, name="Bengt Öberg"),
        Mailbox(address=INFO, name="Info"),
    ),
    accounts=(
        Account(login=SERVICE, secret="service", impersonates=True),
        Account(login=ANNA, secret="anna", mailbox=ANNA, full_access=(INFO,)),
        Account(login=BENGT, secret="bengt", mailbox=BENGT),
    ),
    public_folders=True,
)


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`ca.pem`, `server.pem` and `secrets.json`."""
    folder = tmp_path_factory.mktemp("certificates")
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    issued = authority.issue_cert("localhost", "127.0.0.1")
    issued.private_key_and_cert_chain_pem.write_to_path(str(folder / "server.pem"))
    secrets = {"service": PASSWORD, "anna": PASSWORD, "bengt": PASSWORD}
    (folder / "secrets.json").write_text(json.dumps(secrets))
    return folder


@pytest.fixture(scope="session", autouse=True)
def trust(certificates: Path) -> Iterator[None]:
    """exchangelib trusts our authority."""
    ca_file = str(certificates / "ca.pem")

    class Adapter(requests.adapters.HTTPAdapter):
        def cert_verify(self, conn: Any, url: Any, verify: Any, cert: Any) -> None:  # noqa: ARG002
            super().cert_verify(conn, url, ca_file, cert)

        def get_connection_with_tls_context(
            self,
            request: Any,
            verify: Any,  # noqa: ARG002
            proxies: Any = None,
            cert: Any = None,
        ) -> Any:
            return super().get_connection_with_tls_context(request, ca_file, proxies=proxies, cert=cert)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseProtocol, "HTTP_ADAPTER_CLS", Adapter)
        yield


@pytest.fixture(scope="session")
def launch(certificates: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Exchange]]:
    """`launch(settings, folder=None, …)`: a running server, stopped at the end."""
    started: list[Exchange] = []

    def start(settings: Settings, folder: Path | None = None, **more: Any) -> Exchange:
        where = folder or tmp_path_factory.mktemp("exchange")
        files = {"certificate": certificates / "server.pem", "ca_file": certificates / "ca.pem"}
        exchange = running.start(where, settings, secrets=certificates / "secrets.json", **files, **more)
        started.append(exchange)
        return exchange

    yield start
    for exchange in started:
        running.stop(exchange)


@pytest.fixture(scope="session")
def shared(launch: Callable[..., Exchange]) -> Exchange:
    return launch(SETTINGS)


@pytest.fixture
def exchange(shared: Exchange) -> Iterator[Exchange]:
    """The shared server, with no faults and nothing asked."""
    shared.clear_faults()
    shared.forget_requests()
    yield shared
    shared.clear_faults()
    shared.set_latency(0)


@pytest.fixture
def database(exchange: Exchange) -> Iterator[Database]:
    opened = open_store(exchange.store)
    yield opened
    opened.close()


@pytest.fixture
def address(database: Database) -> str:
    """A new mailbox for this test alone."""
    return mailboxes.add(database, f"{uuid.uuid4().hex[:12]}@sandbox.example", archive=True).address


@pytest.fixture
def account(exchange: Exchange, address: str) -> exchangelib.Account:
    """The new mailbox, by impersonation."""
    return impersonated(exchange, address)


def configuration(
    exchange: Exchange, login: str, password: str = PASSWORD, policy: Any = None, connections: int = 4
) -> exchangelib.Configuration:
    return exchangelib.Configuration(
        service_endpoint=exchange.url,
        credentials=exchangelib.Credentials(login, password),
        auth_type=exchangelib.BASIC,
        retry_policy=policy or exchangelib.protocol.FailFast(),
        max_connections=connections,
    )


def impersonated(exchange: Exchange, address: str, policy: Any = None, connections: int = 4) -> exchangelib.Account:
    """A protocol of its own: exchangelib keeps one per server and login, with its policy."""
    exchangelib.close_connections()
    config = configuration(exchange, SERVICE, policy=policy, connections=connections)
    return exchangelib.Account(address, config=config, autodiscover=False, access_type=exchangelib.IMPERSONATION)


def delegated(exchange: Exchange, login: str, address: str, password: str = PASSWORD) -> exchangelib.Account:
    config = configuration(exchange, login, password)
    return exchangelib.Account(address, config=config, autodiscover=False, access_type=exchangelib.DELEGATE)
