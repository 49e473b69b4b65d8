"""Mailboxes moved from server to server through trouble: passes are repeated until they end well, then both ends are read and compared.

A run is its seed: `SKYFLYTT_FAULTS=1234 pytest tests/faults/test_troubled_mail.py -k ten_runs` goes through it again.
"""

from __future__ import annotations

import os
import random
import ssl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from exchangelib.protocol import BaseProtocol

from skyflytt.errors.base import Failure
from skyflytt.ledger import projects
from skyflytt.ledger.passes import Account
from skyflytt.ledger.workloads import ensure_workload
from skyflytt.mail import collect, deliver
from skyflytt.mail.archive import open_archive
from skyflytt.mail.ews.tls import VerifyingAdapter
from skyflytt.mail.imap import append, fetch
from skyflytt.mail.isolating import writing
from tests.contract.mail_places import Certificates, make_certificates
from tests.faults.ledgers import PROJECT, copy_ledger, make_template, quick_folder
from tests.faults.letters import FOLDERS, Letter, letter, letters, some_flags
from tests.faults.mail_servers import ExchangeAt, ImapAt, MailServer, dovecot, exchange_at, pymap, trusting
from tests.faults.troubles import on_ews, on_imap, said_by_exchange
from tests.faults.wire import Trouble, Wire, wire
from tests.mail.engine.mailboxes import Move

pytestmark = pytest.mark.real
SEED = "SKYFLYTT_FAULTS"
TEN = (1080, 1041, 1082, 1083, 1114, 1005, 1156, 1127, 1078, 1139)
"""One for each route, with much trouble in little time."""
TROUBLED_PASSES, CALM_PASSES = 14, 3
BALLAST = ("Ballast",)
"""What fills the target up before anything comes, and is cleared away when it is full."""
TOO_LARGE = ("Stort",)
"""What the target never takes: it fails in every pass, and the others arrive."""


@dataclass
class Servers:
    """All of them, and the routes between them."""

    routes: list[tuple[MailServer, MailServer]]
    certificate: ssl.SSLContext
    template: Path


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory, require_debian: Any) -> Iterator[Servers]:
    base = tmp_path_factory.mktemp("servers")
    certificates = make_certificates(base)
    with ExitStack() as stack:
        full, plain, small = stack.enter_context(dovecot(base, certificates, require_debian))
        other = stack.enter_context(pymap(base, certificates))
        exchange = stack.enter_context(exchange_at(base, certificates, export_items=True))
        older = stack.enter_context(exchange_at(base, certificates, export_items=False))
        template = make_template(stack.enter_context(quick_folder()))
        routes: list[tuple[MailServer, MailServer]] = [
            (full, full),
            (exchange, full),
            (full, exchange),
            (full, small),
            (exchange, exchange),
            (plain, plain),
            (older, full),
            (full, older),
            (other, full),
            (full, other),
        ]
        stack.enter_context(exchangelib_trusts(certificates))
        stack.enter_context(pytest.MonkeyPatch.context()).setattr(writing, "PAUSES_S", (0.05, 0.1))
        yield Servers(routes, serving(certificates), template)


def serving(certificates: Certificates) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates.certificate, certificates.key)
    return context


@contextmanager
def exchangelib_trusts(certificates: Certificates) -> Iterator[None]:
    """The authority of these certificates, for our own look at what Exchange holds."""
    tls = trusting(certificates.ca)

    class Adapter(VerifyingAdapter):
        def __init__(self, **values: Any) -> None:
            super().__init__(tls, **values)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseProtocol, "HTTP_ADAPTER_CLS", Adapter)
        yield


@dataclass
class Run:
    """One mailbox on its way."""

    seed: int
    servers: Servers
    stack: ExitStack
    chance: random.Random = field(init=False)
    happened: list[str] = field(default_factory=list)
    passes: int = 0
    number: int = 0
    size: int = 0
    refused: int = 0

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        self.source, self.target = self.servers.routes[self.seed % len(self.servers.routes)]
        self.kept = self.source.kept & self.target.kept
        self.logins = self.source.new_mailbox(), self.target.new_mailbox()
        self.wires = [self._wire(server) for server in (self.source, self.target)]
        self.connections = self.chance.randrange(1, 4)
        folder = self.stack.enter_context(quick_folder())
        self.ledger = copy_ledger(self.servers.template, folder / "ledger.sqlite")
        self.stack.callback(self.ledger.engine.dispose)
        self.archive = self.stack.enter_context(open_archive(folder / "asa.skymail", "flytt/asa", self.ledger.clock))
        self._small_batches()

    def _wire(self, server: MailServer) -> Wire:
        near = self.servers.certificate if server.far.context else None
        return self.stack.enter_context(wire(server.far, near))

    def _small_batches(self) -> None:
        """So that few messages make many batches, and trouble comes between them too."""
        patch = self.stack.enter_context(pytest.MonkeyPatch.context())
        for module, name in (
            (collect, "BATCH_MESSAGES"),
            (deliver, "BATCH_MESSAGES"),
            (append, "TOGETHER"),
            (fetch, "BATCH"),
            (fetch, "SHARE"),
        ):
            patch.setattr(module, name, self.chance.choice((2, 5, 9, 200)))

    def go(self) -> None:
        """Fill and move; change and move; and once more, when nothing is left to do."""
        for folder in FOLDERS:
            self._deliver(folder, self.chance.randrange(4, 16))
        if self.target.name == "dovecot small":
            self._fill_up()
        self._through_trouble()
        for _ in range(self.chance.randrange(1, 3)):
            if self.chance.random() < 0.3:
                projects.cut_over(self.ledger, PROJECT, "Åsa")
            self._change()
            self._through_trouble()
        self._one_pass()  # the last trouble may have been that a folder was numbered anew behind the last pass
        self._compare()
        again = self._one_pass()
        assert [account.moved_now for account in again] == [0, 0]
        self._check_ledger()

    def _deliver(self, folder: tuple[str, ...], count: int) -> None:
        new = letters(self.number, count, self.chance, 2_000 if self.target.name == "dovecot small" else 30_000)
        self.number += count
        self.size += sum(len(one.raw) for one in new)
        self.source.deliver(self.logins[0], folder, new)

    def _fill_up(self) -> None:
        """Nearly: some of what comes has room yet. One message is larger than the target takes."""
        large = letter(9000, random.Random(9000), 100)
        self.source.deliver(self.logins[0], TOO_LARGE, [replace(large, raw=large.raw + b"x" * 76 * 1500)])
        self.refused = 1
        blocks = [letter(5000 + number, random.Random(number), 100) for number in range(4)]
        ballast = [Letter(one.raw + b"x" * 76 * 1200, frozenset(), one.received) for one in blocks]
        self.target.deliver(self.logins[1], BALLAST, ballast)

    def _change(self) -> None:
        """What people do to a mailbox between two passes; after the cutover mail only comes in."""
        after = projects.mode(self.ledger, PROJECT).value == "append"
        for _ in range(self.chance.randrange(1, 7)):
            folder = self.chance.choice(FOLDERS)
            act = "deliver" if after else self.chance.choice(("deliver", "mark", "mark", "move", "move", "remove"))
            there = self.source.count(self.logins[0], folder)
            if act == "deliver":
                self._deliver(folder, self.chance.randrange(1, 5))
            elif there:
                place = self.chance.randrange(there)
                if act == "mark":
                    self.source.mark(self.logins[0], folder, place, some_flags(self.chance))
                elif act == "remove":
                    self.source.remove(self.logins[0], folder, place)
                else:
                    to = self.chance.choice([one for one in FOLDERS if one != folder])
                    self.source.move(self.logins[0], folder, place, to)
        for server, login in zip((self.source, self.target), self.logins, strict=True):
            if isinstance(server, ImapAt) and server.mail and self.chance.random() < 0.3:
                self._renumber(server, login)

    def _renumber(self, server: ImapAt, login: str) -> None:
        self.happened.append(f"UIDVALIDITY at {server.name}")
        server.renumber(login, self.chance.choice(FOLDERS))

    def _through_trouble(self) -> None:
        for number, (server, login) in enumerate(zip((self.source, self.target), self.logins, strict=True)):
            self._arm(server, login, self.wires[number], target=number == 1)
        for attempt in range(TROUBLED_PASSES + CALM_PASSES):
            if attempt == TROUBLED_PASSES:
                self._calm()
                self.happened.append("calmed")
            if self._ends_well():
                break
        else:
            pytest.fail(f"seed {self.seed}: no pass ends well")
        self._calm()
        self._compare()

    def _arm(self, server: MailServer, login: str, line: Wire, *, target: bool) -> None:
        if isinstance(server, ExchangeAt):
            server.exchange.add_faults(said_by_exchange(self.chance, login, target=target))
            line.arm(on_ews(self.chance, self.size))
            return
        troubles = on_imap(self.chance, self.size, target=target)
        if isinstance(server, ImapAt) and server.mail and self.chance.random() < 0.3:
            during = Trouble("act", self.chance.randrange(12), act=lambda: self._renumber(server, login))
            troubles.insert(self.chance.randrange(len(troubles) + 1), during)
        line.arm(troubles)

    def _calm(self) -> None:
        for server, line in zip((self.source, self.target), self.wires, strict=True):
            self.happened += line.happened
            line.arm([])
            if isinstance(server, ExchangeAt):
                self.happened += [str(one["kind"]) for one in server.exchange.faults() if one["fired"]]
                server.exchange.clear_faults()

    def _ends_well(self) -> bool:
        try:
            collected, delivered = self._one_pass()
        except Failure as failure:
            self.happened.append(f"({failure.code}: {failure.detail[:80]})")
            if failure.code == "mail.mailbox-full" and self.target.name == "dovecot small":
                self._make_room()
            return False
        failed = collected.failed, delivered.failed
        if failed != (0, self.refused):
            self.happened.append(f"{failed} failed")
        return failed == (0, self.refused)

    def _make_room(self) -> None:
        if self.target.count(self.logins[1], BALLAST):
            self.target.remove(self.logins[1], BALLAST, 0)

    def _one_pass(self) -> tuple[Account, Account]:
        self.passes += 1
        ports = [line.port for line in self.wires]
        archiving = ensure_workload(self.ledger, PROJECT, "archive", "asa")
        delivering = ensure_workload(self.ledger, PROJECT, "mailbox", "asa")
        with self.source.source(self.logins[0], ports[0], self.connections) as source:
            move = Move(self.ledger, archiving, delivering, self.archive, source, removal_limit=1.0)
            first = move.collect()
            with self.target.target(self.logins[1], ports[1], self.connections) as target:
                move.target = target
                return first, move.deliver()

    def _compare(self) -> None:
        there = self.source.portraits(self.logins[0], self.kept)
        arrived = self.target.portraits(self.logins[1], self.kept)
        for one in [one for one in (*there, *arrived) if one.folder in (BALLAST, TOO_LARGE)]:
            there.pop(one, None)
            arrived.pop(one, None)
        assert there, "nothing was moved"
        lost, extra = there - arrived, arrived - there
        assert not lost + extra, self._words(lost, extra)

    def _words(self, lost: Any, extra: Any) -> str:
        lines = [f"seed {self.seed}: {self.source.name} to {self.target.name}, {self.connections} connections"]
        lines += [f"  lost {number}: {one}" for one, number in sorted(lost.items())]
        lines += [f"  extra {number}: {one}" for one, number in sorted(extra.items())]
        return "\n".join([*lines, f"  {self.happened}"])

    def _check_ledger(self) -> None:
        workload = ensure_workload(self.ledger, PROJECT, "mailbox", "asa")
        archiving = ensure_workload(self.ledger, PROJECT, "archive", "asa")
        held = [
            (item.target_container, item.target_ref)
            for item in Move(self.ledger, archiving, workload, self.archive).items()
            if item.target_ref is not None
        ]
        assert len(held) == len(set(held))
        assert not self.archive.check()


def go(servers: Servers, seed: int) -> Run:
    print(f"{SEED}={seed}")
    with ExitStack() as stack:
        run = Run(seed, servers, stack)
        try:
            run.go()
        finally:
            run._calm()
            print(f"{run.source.name} to {run.target.name}: {run.number} letters, {run.passes} passes: {run.happened}")
    return run


def seeds(*usual: int) -> list[int]:
    """Seeds in the environment (`1234,1235`) take the place of the usual ones."""
    named = os.environ.get(SEED)
    return list(usual) if named is None else [int(each) for each in named.split(",")]


@pytest.mark.long
@pytest.mark.parametrize("seed", seeds(*TEN))
def test_ten_runs(servers: Servers, seed: int) -> None:
    go(servers, seed)


@pytest.mark.heavy
@pytest.mark.parametrize("seed", seeds(*range(1000, 1200)))
def test_two_hundred_runs(servers: Servers, seed: int) -> None:
    go(servers, seed)
