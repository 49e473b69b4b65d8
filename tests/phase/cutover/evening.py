"""A customer's domain with real name servers, mail servers and mailboxes on loopback: everything that an evening needs."""

from __future__ import annotations

import asyncio
import base64
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import dns.name
import dns.tsig

from skyflytt.deadline.clock import Clock, FileClock, MovableClock
from skyflytt.mail.maildir import open_maildir
from skyflytt.mail.port import FolderPath, NewMessage
from skyflytt.phase.migration import Migration, open_migration
from skyflytt.project.secrets import EnvironmentSecrets
from skyflytt.sandbox.nameserver.following import Following
from skyflytt.sandbox.nameserver.resolving import Resolver
from skyflytt.sandbox.nameserver.server import KEY_NAME, NameServer, Responding, listen
from skyflytt.sandbox.nameserver.zones import SUFFIX, Zones, read
from tests.phase import discovered
from tests.real.processes import free_port
from tests.real.smtp_server import Desk, running_smtp

AT = datetime(2026, 8, 8, 9, 0, tzinfo=UTC)
DOMAIN, ADDRESS, OUTSIDE = "norrsken.example", "prov@norrsken.example", "prov@team.example"
SECRET = base64.b64encode(b"0123456789abcdef0123456789abcdef").decode()
INBOX: FolderPath = ("INBOX",)
HEAD = "$TTL 3600\n@ SOA ns1.norrsken.example. hostmaster.norrsken.example. 7 3600 600 86400 300\n@ NS ns1.norrsken.example.\n"
ZONES = {
    DOMAIN: f"""{HEAD}ns1 A 127.0.0.1
@ 7200 MX 10 mx.old.example.
@ TXT "v=spf1 include:spf.old.example -all"
autodiscover CNAME autodiscover.old.example.
www A 192.0.2.80
""",
    "old.example": f"{HEAD}mx A 127.0.0.2\n",
    "new.example": f"{HEAD}mx A 127.0.0.1\n",
}
RECORDS = [
    {"name": "@", "type": "MX", "values": ["10 mx.new.example"]},
    {"name": "@", "type": "TXT", "values": ["v=spf1 include:spf.new.example -all"], "matching": "v=spf1"},
    {"name": "autodiscover", "type": "CNAME", "values": ["autodiscover.new.example"]},
]


@dataclass
class NameServers:
    """A primary, a secondary that follows when it is told to (`catch_up`), and a resolver that asks the primary."""

    folder: Path
    clock: Clock
    primary: int = 0
    secondary: int = 0
    resolver: int = 0

    def __post_init__(self) -> None:
        for name in ("ns1", "ns2"):
            (self.folder / name).mkdir(parents=True)
            for origin, text in ZONES.items():
                (self.folder / name / f"{origin}{SUFFIX}").write_text(text)
        self.key = dns.tsig.Key(KEY_NAME, SECRET, dns.tsig.HMAC_SHA256)
        self._zones = Zones(self.folder / "ns2")

    def catch_up(self) -> None:
        Following(self.folder / "ns2", ("127.0.0.1", self.primary), self.key).look(self._zones)

    @contextmanager
    def running(self) -> Iterator[None]:
        """Each has a thread of its own: the resolver waits for the primary while it is asked."""
        with ExitStack() as held:
            self.primary = held.enter_context(_serving(NameServer(Zones(self.folder / "ns1"), self.key)))
            secondary = NameServer(self._zones, self.key, notified=lambda: None)
            self.secondary = held.enter_context(_serving(secondary))
            resolver = Resolver((("127.0.0.1", self.primary),), self.clock)
            self.resolver = held.enter_context(_serving(resolver))
            yield


@contextmanager
def _serving(server: Responding) -> Iterator[int]:
    """Its port, for both transports; another one is taken where somebody was quicker."""
    loop = asyncio.new_event_loop()
    for tries in range(5):
        port = free_port()
        try:
            loop.run_until_complete(listen(server, "127.0.0.1", port))
            break
        except OSError:
            if tries == 4:
                raise
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield port
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


@dataclass
class Evening:
    """The migration, with a mailbox `info` that moves and one that mail is tried with."""

    root: Path
    migration: Migration
    names: NameServers
    clock: MovableClock | FileClock

    def pass_time(self, **by: float) -> None:
        self.clock.move_to(self.clock.now() + timedelta(**by))

    def letters(self, side: str, login: str = "prov") -> int:
        with open_maildir(self.root / side / login) as mailbox:
            return len(mailbox.refs(INBOX))

    def served(self) -> str:
        """What the primary serves, without the SOA."""
        zone = read((self.names.folder / "ns1" / f"{DOMAIN}{SUFFIX}").read_text(), f"{DOMAIN}.")
        text = zone.to_text(sorted=True, relativize=False)
        return "\n".join(line for line in text.splitlines() if " SOA " not in line)


@contextmanager
def evening(root: Path, clock: MovableClock | FileClock | None = None, **domain: Any) -> Iterator[Evening]:
    """Name servers, and one mail server whose addresses are the old home's (127.0.0.2) and the new one's (127.0.0.1)."""
    clock = clock or MovableClock(AT)
    names = NameServers(root / "dns", clock)
    for side in ("old-mail", "new-mail", "outside-mail"):
        for name in ("cur", "new", "tmp"):
            (root / side / "prov" / name).mkdir(parents=True)
    discovered.fill_mailbox(root)
    discovered.make_mailbox(root, "new")
    desk = Desk({ADDRESS: _deliver(root / "new-mail" / "prov"), OUTSIDE: _deliver(root / "outside-mail" / "prov")})
    desk.elsewhere["127.0.0.2"] = {ADDRESS: _deliver(root / "old-mail" / "prov")}
    with ExitStack() as held:
        held.enter_context(names.running())
        port = held.enter_context(running_smtp(desk, host="0.0.0.0"))
        servers, domains = _servers(root, names, port), [_domain(names, port) | domain]
        nobody = {"name": "Norrsken Bygg AB", "language": "sv"}
        project = discovered.project(
            root, more_servers=servers, domains=domains, customer=nobody, drops=[], shares=[], applications=[]
        )
        secrets = EnvironmentSecrets({"SKYFLYTT_SECRET_SERVERS_DNS": SECRET})
        migration = held.enter_context(open_migration(project, root / "work", secrets, clock))
        yield Evening(root, migration, names, clock)


def _servers(root: Path, names: NameServers, port: int) -> dict[str, Any]:
    return {
        "dns": {"kind": "rfc2136", "host": "127.0.0.1", "port": names.primary, "key_name": KEY_NAME.rstrip(".")},
        "person": {"kind": "by-hand"},
        "outside": {"kind": "maildir", "root": root / "outside-mail"},
        "new-smtp": {"kind": "smtp", "host": "127.0.0.1", "port": port, "security": "none", "sender": ADDRESS},
    }


def _domain(names: NameServers, port: int) -> dict[str, Any]:
    return {
        "name": DOMAIN,
        "mail": True,
        "host": "dns",
        "old": ["old.example"],
        "records": RECORDS,
        "name_servers": [f"127.0.0.1:{names.primary}", f"127.0.0.1:{names.secondary}"],
        "resolvers": [f"127.0.0.1:{names.resolver}"],
        "test_users": ["info"],
        "mail_test": {
            "address": ADDRESS,
            "old": {"server": "old-mail", "login": "prov"},
            "new": {"server": "new-mail", "login": "prov"},
            "outside": {"address": OUTSIDE, "mailbox": {"server": "outside", "login": "prov"}},
            "submission": "new-smtp",
            "port": port,
        },
    }


def _deliver(path: Path) -> Any:
    def deliver(raw: bytes) -> None:
        with open_maildir(path) as mailbox:
            mailbox.append(INBOX, [NewMessage(raw, frozenset(), AT)])

    return deliver
