"""Mailboxes moved by Microsoft Graph through trouble, as those of test_troubled_mail.py: what arrives is looked at by Exchange Web Services."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from skyflytt.graph import client
from skyflytt.mail.isolating import writing
from tests.contract.mail_places import make_certificates
from tests.faults.ledgers import make_template, quick_folder
from tests.faults.mail_servers import MailServer, dovecot, exchange_at
from tests.faults.online import OnlineAt, online_at, said_by_graph
from tests.faults.test_troubled_mail import SEED, Run, Servers, exchangelib_trusts, seeds, serving
from tests.faults.troubles import on_ews
from tests.faults.wire import Wire

pytestmark = [pytest.mark.real, pytest.mark.heavy]
IMPATIENT_S = 1.5


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory, require_debian: Any) -> Iterator[Servers]:
    base = tmp_path_factory.mktemp("servers")
    certificates = make_certificates(base)
    with ExitStack() as stack:
        full, _, _ = stack.enter_context(dovecot(base, certificates, require_debian))
        exchange = stack.enter_context(exchange_at(base, certificates, export_items=True))
        online = stack.enter_context(online_at(base, exchange))
        template = make_template(stack.enter_context(quick_folder()))
        routes: list[tuple[MailServer, MailServer]] = [
            (online, full),
            (full, online),
            (exchange, online),
            (online, exchange),
        ]
        stack.enter_context(exchangelib_trusts(certificates))
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        patch.setattr(writing, "PAUSES_S", (0.05, 0.1))
        patch.setattr(client, "TIMEOUT_S", IMPATIENT_S)
        yield Servers(routes, serving(certificates), template)


class OnlineRun(Run):
    """Trouble of Graph's own too."""

    def _arm(self, server: MailServer, login: str, line: Wire, *, target: bool) -> None:
        if not isinstance(server, OnlineAt):
            return super()._arm(server, login, line, target=target)
        assert server.simulator is not None
        server.simulator.faults(*said_by_graph(self.chance))
        return line.arm(on_ews(self.chance, self.size))

    def _calm(self) -> None:
        super()._calm()
        for server in (self.source, self.target):
            if isinstance(server, OnlineAt) and server.simulator is not None:
                server.simulator.faults()


def go(servers: Servers, seed: int) -> None:
    print(f"{SEED}={seed}")
    with ExitStack() as stack:
        run = OnlineRun(seed, servers, stack)
        try:
            run.go()
        finally:
            run._calm()
            print(f"{run.source.name} to {run.target.name}: {run.number} letters, {run.passes} passes: {run.happened}")


@pytest.mark.parametrize("seed", seeds(*range(2000, 2060)))
def test_sixty_runs(servers: Servers, seed: int) -> None:
    """Single troubles come one by one in tests/mail/graph/test_refusals.py."""
    go(servers, seed)
