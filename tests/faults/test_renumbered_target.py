"""A target that numbers a folder anew at a chosen command, mostly while a pass looks for what a broken connection left."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from tests.contract.mail_places import make_certificates
from tests.faults.ledgers import make_template, quick_folder
from tests.faults.mail_servers import ImapAt, MailServer, dovecot
from tests.faults.test_troubled_mail import SEED, Run, Servers, seeds, serving
from tests.faults.wire import Trouble, Wire

pytestmark = [pytest.mark.real, pytest.mark.heavy]
AT = (b"", b"", b"UID FETCH", b"EXAMINE", b"SELECT", b"APPEND", b"UID STORE", b"FETCH")


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory, require_debian: Any) -> Iterator[Servers]:
    base = tmp_path_factory.mktemp("servers")
    certificates = make_certificates(base)
    with ExitStack() as stack:
        full, plain, _ = stack.enter_context(dovecot(base, certificates, require_debian))
        template = make_template(stack.enter_context(quick_folder()))
        routes: list[tuple[MailServer, MailServer]] = [(full, full), (full, full), (plain, plain)]
        yield Servers(routes, serving(certificates), template)


class Renumbering(Run):
    """Nothing happens at the source."""

    def _arm(self, server: MailServer, login: str, line: Wire, *, target: bool) -> None:
        assert isinstance(server, ImapAt)
        line.arm([*self._break(), self._anew(server, login)] if target else [])

    def _break(self) -> list[Trouble]:
        done = Trouble("done", self.chance.randrange(4), self.chance.choice((b"APPEND", b"APPEND", b"UID")))
        unread = Trouble("answer", self.chance.randrange(3), b"UID FETCH", fraction=self.chance.random())
        return self.chance.choice(([done], [done, unread], []))

    def _anew(self, server: ImapAt, login: str) -> Trouble:
        at = self.chance.choice(AT)
        skip = self.chance.randrange(4 if at else 10)
        return Trouble("act", skip, at, act=lambda: self._renumber(server, login))


@pytest.mark.parametrize("seed", seeds(*range(3000, 3060)))
def test_sixty_runs(servers: Servers, seed: int) -> None:
    print(f"{SEED}={seed}")
    with ExitStack() as stack:
        run = Renumbering(seed, servers, stack)
        try:
            run.go()
        finally:
            run._calm()
            print(f"{run.source.name} to {run.target.name}: {run.number} letters, {run.passes} passes: {run.happened}")
