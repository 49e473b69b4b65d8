"""Where a mail server puts what it took: into the customer's mailboxes, or on to the server that takes the recipient's mail."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import dns.exception
import dns.resolver
from imapclient import IMAPClient

from skyflytt.deadline.clock import Clock

TIMEOUT_S = 20.0


class Undelivered(Exception):
    """It is to be tried again later; the words say why."""


class Mailboxes(Protocol):
    """The customer's mailboxes at one provider."""

    def deliver(self, recipient: str, raw: bytes) -> None:
        """Into its inbox, whole, before this returns. Raises `Undelivered`."""


@dataclass(frozen=True, slots=True)
class ExchangeMailboxes:
    """The store of a sandbox Exchange, whose server may run meanwhile."""

    file: Path
    clock: Clock

    def deliver(self, recipient: str, raw: bytes) -> None:
        from skyflytt.outlook.mime import Delivery  # noqa: PLC0415 - half a second, which only this kind of mailbox needs
        from skyflytt.sandbox.exchange.store import folders, items, mailboxes, open_store  # noqa: PLC0415

        database = open_store(self.file)
        try:
            store = mailboxes.find(database, recipient)
            inbox = folders.by_role(database, store, "inbox") if store else None
            if inbox is None:
                raise Undelivered(f"no inbox of {recipient}")
            now = self.clock.now()
            items.deliver(database, inbox.id, raw, Delivery(now, frozenset()), now)
        finally:
            database.close()


@dataclass(frozen=True, slots=True)
class ImapMailboxes:
    """Mailboxes of an IMAP server, each entered with its own password."""

    server: tuple[str, int]
    ca_file: Path
    passwords: Mapping[str, str]
    clock: Clock

    def deliver(self, recipient: str, raw: bytes) -> None:
        trust, (host, port) = ssl.create_default_context(cafile=str(self.ca_file)), self.server
        try:
            with IMAPClient(host, port=port, ssl=True, ssl_context=trust, timeout=TIMEOUT_S) as client:
                client.normalise_times = False
                client.login(recipient, self.passwords[recipient])
                client.append("INBOX", raw, (), self.clock.now())
        except (OSError, IMAPClient.Error) as error:
            raise Undelivered(str(error)) from error


@dataclass(frozen=True, slots=True)
class Route:
    """The way out: names are asked at `resolver`, every mail server listens at the one `port`."""

    resolver: tuple[str, int]
    port: int
    own_name: str

    def relay(self, sender: str, recipient: str, raw: bytes) -> str:
        """To the first exchanger of the recipient's domain; its name and address. Raises `Undelivered`."""
        host = self._exchanger(recipient.rpartition("@")[2])
        address = self._ask(host, "A")[0]
        try:
            with smtplib.SMTP(address, self.port, self.own_name, timeout=TIMEOUT_S) as client:
                client.sendmail(sender, [recipient], raw)
        except (OSError, smtplib.SMTPException) as error:
            raise Undelivered(f"{host}: {error}") from error
        return f"{host}[{address}]:{self.port}"

    def _exchanger(self, domain: str) -> str:
        best = min(self._ask(domain, "MX"), key=lambda text: int(text.split()[0]))
        return best.split()[1].rstrip(".")

    def _ask(self, name: str, kind: str) -> list[str]:
        asking = dns.resolver.Resolver(configure=False)
        asking.nameservers, asking.port = [self.resolver[0]], self.resolver[1]
        try:
            return [one.to_text() for one in asking.resolve(name, kind, lifetime=TIMEOUT_S, search=False)]
        except dns.exception.DNSException as error:
            raise Undelivered(f"{kind} of {name}: {error}") from error
