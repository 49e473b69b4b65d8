"""Exchange Online for the fault matrix: the simulator speaks of the mailboxes of a running Exchange, by which they are filled and looked at."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from skyflytt.mail.graph import open_graph_mailbox, open_graph_source
from skyflytt.mail.graph.limits import MailboxGate
from skyflytt.mail.isolating import isolating_source, isolating_target
from skyflytt.mail.port import MailSource, MailTarget
from skyflytt.project.servers import GraphServer
from skyflytt.sandbox.servers.graph.faults import Fault
from tests.faults.mail_servers import MAILBOXES, ExchangeAt
from tests.faults.wire import Far
from tests.graph.simulator import APP, DOMAIN, Simulator, running_simulator
from tests.graph.simulator import SECRET as APP_SECRET
from tests.mail.graph.simulator import tenant_with_mailboxes

REQUESTS = (
    *(r"POST .*/exportItems", r"POST .*/exportItems", r"GET .*/items/delta", r"GET .*/items", r"GET .*/childFolders"),
    *(r"GET .*/settings/exchange", r"POST .*/createImportSession", "POST /import", "POST /import", "POST /import"),
    *(r"POST /\$batch", r"POST .*/childFolders", "POST /token", ".*"),
)
STATUSES = (
    *(
        (429, "ApplicationThrottled"),
        (503, "serviceNotAvailable"),
        (504, "UnknownError"),
        (500, "ErrorInternalServerError"),
    ),
    *((401, "InvalidAuthenticationToken"), (503, "ErrorMailboxStoreUnavailable")),
)


@dataclass
class OnlineAt(ExchangeAt):
    """`exchange` is the server whose store the simulator works at."""

    simulator: Simulator | None = None

    @property
    def far(self) -> Far:
        assert self.simulator is not None
        return Far(self.simulator.port)

    def graph_settings(self, port: int, connections: int) -> GraphServer:
        assert self.simulator is not None
        url = f"https://localhost:{port}"
        return GraphServer.model_validate({
            "kind": "graph", "tenant": DOMAIN, "client_id": APP, "login_url": url, "graph_url": url,
            "ca_file": self.simulator.ca_file, "connections": connections,
        })  # fmt: skip

    def source(self, login: str, port: int, connections: int) -> AbstractContextManager[MailSource]:
        settings = self.graph_settings(port, connections)
        return isolating_source(open_graph_source(settings, login, APP_SECRET, self.patience, MailboxGate()))

    def target(self, login: str, port: int, connections: int) -> AbstractContextManager[MailTarget]:
        settings = self.graph_settings(port, connections)
        opened = open_graph_mailbox(settings, login, APP_SECRET, self.patience, MailboxGate())
        return isolating_target(opened, reads_apart=True)


def said_by_graph(chance: random.Random) -> list[Fault]:
    return [_fault(chance) for _ in range(chance.randrange(1, 5))]


def _fault(chance: random.Random) -> Fault:
    status, code = chance.choice(STATUSES)
    return Fault(
        kind=chance.choice(("status", "status", "status", "cut", "no-json", "error-200")),
        request=chance.choice(REQUESTS),
        inside=chance.random() < 0.2,
        skip=chance.randrange(6),
        times=chance.choice((1, 1, 2, 4)),
        status=status,
        code=code,
        retry_after=chance.choice(("0", "3", None)),
    )


@contextlib.contextmanager
def online_at(folder: Path, exchange: ExchangeAt) -> Iterator[OnlineAt]:
    addresses = tuple(f"anna.{number}@exchange.example" for number in range(MAILBOXES))
    tenant = tenant_with_mailboxes(exchange.exchange.store, addresses, page=9)
    with running_simulator(folder / "online", tenant) as simulator:
        yield OnlineAt("exchange online", exchange.exchange, numbers=exchange.numbers, simulator=simulator)
