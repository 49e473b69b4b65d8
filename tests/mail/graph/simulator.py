"""A simulated tenant with mailboxes, whose store is that of the sandbox's Exchange."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from skyflytt.mail.graph import GraphMailbox, GraphSource, open_graph_mailbox, open_graph_source
from skyflytt.mail.graph.limits import Limits, MailboxGate
from skyflytt.patience import Patience
from skyflytt.project.servers import GraphServer
from skyflytt.sandbox.exchange.store import mailboxes, open_store
from skyflytt.sandbox.servers.graph.faults import Fault
from skyflytt.sandbox.servers.graph.mailbox_routes import ALL_MAIL_PERMISSIONS
from skyflytt.sandbox.servers.graph.mailbox_settings import MailStart
from skyflytt.sandbox.servers.graph.settings import Application, Tenant, User
from tests.graph.simulator import APP, DOMAIN, SECRET, TENANT, Simulator, number, running_simulator

READER = "app-that-may-only-read"
UNLICENSED = f"unlicensed@{DOMAIN}"


@dataclass
class Online:
    """A running tenant. `sentences` and `waits` are what happened while it asked us to wait: nobody really does."""

    simulator: Simulator
    store: Path
    addresses: tuple[str, ...]
    numbers: Iterator[int] = field(default_factory=count)
    sentences: list[str] = field(default_factory=list)

    def new(self) -> str:
        return self.addresses[next(self.numbers)]

    @property
    def waits(self) -> list[float]:
        return self.simulator.waits

    @property
    def patience(self) -> Patience:
        return Patience(longest_s=60, attempts=3, tell=self.sentences.append, sleep=self.waits.append)

    def settings(self, **more: Any) -> GraphServer:
        url = self.simulator.url
        given = {
            "kind": "graph", "tenant": DOMAIN, "client_id": APP, "login_url": url, "graph_url": url,
            "ca_file": self.simulator.ca_file,
        }  # fmt: skip
        return GraphServer.model_validate({**given, **more})

    def source(self, name: str, **more: Any) -> AbstractContextManager[GraphSource]:
        return open_graph_source(self.settings(**more), name, SECRET, self.patience, self.gate)

    def target(self, name: str, **more: Any) -> AbstractContextManager[GraphMailbox]:
        return open_graph_mailbox(self.settings(**more), name, SECRET, self.patience, self.gate)

    @property
    def gate(self) -> MailboxGate:
        """One that lets through whatever a test asks for."""
        return MailboxGate(Limits(requests=10**9, upload_bytes=10**12))

    def faults(self, *rules: Fault) -> None:
        self.simulator.faults(*rules)


def tenant_with_mailboxes(store: Path, addresses: tuple[str, ...], **mail: Any) -> Tenant:
    """Every address has a mailbox, except the one without a licence."""
    database = open_store(store)
    for address in addresses:
        mailboxes.add(database, address)
    database.close()
    users = tuple(User(id=number(index), address=name) for index, name in enumerate((*addresses, UNLICENSED), 1))
    return Tenant(
        id=TENANT,
        domains=(DOMAIN,),
        users=users,
        applications=(
            Application(client_id=APP, secret_key="app", permissions=ALL_MAIL_PERMISSIONS),
            Application(client_id=READER, secret_key="app", permissions=("User.Read.All", "MailboxFolder.Read.All")),
        ),
        mail=MailStart(store=store, **mail),
    )


@contextlib.contextmanager
def running_online(folder: Path, mailboxes_: int = 80, **mail: Any) -> Iterator[Online]:
    folder.mkdir(parents=True, exist_ok=True)
    addresses = tuple(f"anna.{index}@{DOMAIN}" for index in range(mailboxes_))
    store = folder / "exchange.sqlite"
    with running_simulator(folder, tenant_with_mailboxes(store, addresses, **mail)) as simulator:
        yield Online(simulator, store, addresses)
