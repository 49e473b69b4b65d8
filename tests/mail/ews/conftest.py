"""One sandbox Exchange for all tests here; each test has mailboxes of its own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest

from skyflytt.deadline.clock import SystemClock
from skyflytt.mail.ews import EwsMailbox, EwsSource, Patience, open_ews, open_ews_source
from skyflytt.outlook.mapi import Message
from skyflytt.project.servers import EwsServer
from skyflytt.sandbox.exchange import running
from skyflytt.sandbox.exchange.faults import Rule
from skyflytt.sandbox.exchange.running import Exchange
from skyflytt.sandbox.exchange.settings import Account, Mailbox, Settings
from skyflytt.sandbox.exchange.store import folders, items, mailboxes, open_store
from tests.contract.mail_places import Certificates, make_certificates
from tests.mail.engine.conftest import move, template
from tests.mail.ews.scripted import Scripted

__all__ = ["move", "template"]

SECRET = "hemligt på riktigt"
BOXES = 160


def address(number: int) -> str:
    return f"anna.{number}@exchange.example"


SWEDISH = address(BOXES - 1)
"""A mailbox whose folders have Swedish names."""


@dataclass
class Server:
    """A running Exchange, and how to open its mailboxes; `sentences` and `slept` are what happened while it asked us to wait."""

    exchange: Exchange
    numbers: Iterator[int] = field(default_factory=count)
    sentences: list[str] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)

    def settings(self, **values: object) -> EwsServer:
        given = {"kind": "ews", "url": self.exchange.url, "ca_file": self.exchange.ca_file, **values}
        return EwsServer.model_validate(given)

    @property
    def patience(self) -> Patience:
        return Patience(tell=self.sentences.append, sleep=self.slept.append)

    def new(self) -> str:
        return address(next(self.numbers))

    def source(self, name: str, **values: object) -> AbstractContextManager[EwsSource]:
        return open_ews_source(self.settings(**values), name, SECRET, self.patience)

    def target(self, name: str, **values: object) -> AbstractContextManager[EwsMailbox]:
        return open_ews(self.settings(**values), name, SECRET, self.patience)

    def rules(self, *rules: Rule) -> None:
        self.exchange.add_faults(rules)

    def put(
        self, name: str, message: Message, *path: str, kind: str = "primary", folder_class: str = "IPF.Note"
    ) -> None:
        """An item laid into a mailbox from within the server."""
        database = open_store(self.exchange.store)
        store = mailboxes.find(database, name, kind)
        assert store is not None
        folder = folders.by_path(database, store, path, folder_class)
        items.add(database, folder.id, message, SystemClock().now())


def started(base: Path, **values: object) -> Exchange:
    certificates = make_certificates(base)
    pem = base / "server.pem"
    pem.write_bytes(certificates.key.read_bytes() + certificates.certificate.read_bytes())
    secrets = base / "secrets.json"
    secrets.write_text(json.dumps({"all": SECRET}))
    names = [address(number) for number in range(BOXES)]
    own = [Account(login=name, secret="all", mailbox=name, full_access=("info@exchange.example",)) for name in names]
    service = Account(login="EXAMPLE\\service", secret="all", impersonates=True)
    settings = Settings(
        mailboxes=(
            *(Mailbox(address=name, archive=True, language="sv" if name == SWEDISH else "en") for name in names),
            Mailbox(address="info@exchange.example", name="Info"),
        ),
        accounts=(*own, service),
        public_folders=True,
        **values,  # type: ignore[arg-type]
    )
    return running.start(base, settings, certificate=pem, ca_file=certificates.ca, secrets=secrets)


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make_certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def scripted(certificates: Certificates) -> Iterator[Scripted]:
    """A server that says what the test tells it to."""
    with Scripted(certificates).running() as server:
        yield server


@pytest.fixture(scope="session")
def running_exchange(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    exchange = started(tmp_path_factory.mktemp("exchange"))
    yield Server(exchange)
    running.stop(exchange)


@pytest.fixture(scope="session")
def running_without_streams(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    exchange = started(tmp_path_factory.mktemp("exchange"), export_items=False, version="Exchange2010_SP2")
    yield Server(exchange)
    running.stop(exchange)


@pytest.fixture
def server(running_exchange: Server) -> Iterator[Server]:
    yield from calm(running_exchange)


@pytest.fixture
def without_streams(running_without_streams: Server) -> Iterator[Server]:
    """A server that has neither ExportItems nor UploadItems."""
    yield from calm(running_without_streams)


def calm(server: Server) -> Iterator[Server]:
    server.exchange.forget_requests()
    server.sentences.clear()
    server.slept.clear()
    yield server
    server.exchange.clear_faults()
    server.exchange.set_latency(0)


@pytest.fixture
def name(server: Server) -> str:
    return server.new()
