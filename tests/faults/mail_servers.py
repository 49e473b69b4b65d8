"""The servers of the fault matrix, each with the means to fill, change and read its mailboxes that owe nothing to the adapters."""

from __future__ import annotations

import contextlib
import imaplib
import json
import re
import ssl
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any, Protocol

from exchangelib import DELEGATE, Account, Configuration, Credentials, ExtendedProperty, FaultTolerance, FileAttachment
from exchangelib import Message as ExchangeMessage

from skyflytt.deadline.clock import SystemClock
from skyflytt.mail.ews import Patience, open_ews, open_ews_source
from skyflytt.mail.imap import open_imap, open_imap_source
from skyflytt.mail.isolating import isolating_source, isolating_target
from skyflytt.mail.port import MailSource, MailTarget
from skyflytt.outlook.mime import Delivery
from skyflytt.project.servers import EwsServer, ImapServer
from skyflytt.sandbox.exchange import running as exchange_running
from skyflytt.sandbox.exchange import settings as exchange
from skyflytt.sandbox.exchange.running import Exchange
from skyflytt.sandbox.exchange.store import folders as exchange_folders
from skyflytt.sandbox.exchange.store import items as exchange_items
from skyflytt.sandbox.exchange.store import mailboxes, open_store
from tests.contract.mail_places import Certificates, forget_uids
from tests.faults.letters import FLAGS, INBOX, Folder, Letter, Portrait, digest, folded, portrait
from tests.faults.wire import Far
from tests.real import dovecot as dovecot_server
from tests.real import pymap_server
from tests.real.dovecot import running_dovecot
from tests.real.pymap_server import running_pymap

MAILBOXES = 300
IMPATIENT_S = 1.0
"""After how much silence a connection counts as lost where a server is going to fall silent."""


class MailServer(Protocol):
    """A running server. `source` and `target` open a mailbox over another port than its own: the line's."""

    @property
    def name(self) -> str: ...
    @property
    def far(self) -> Far: ...
    @property
    def kept(self) -> frozenset[str]:
        """The flags that it has a place for."""
        ...

    def new_mailbox(self) -> str: ...
    def source(self, login: str, port: int, connections: int) -> AbstractContextManager[MailSource]: ...
    def target(self, login: str, port: int, connections: int) -> AbstractContextManager[MailTarget]: ...
    def deliver(self, login: str, folder: Folder, letters: list[Letter]) -> None: ...
    def mark(self, login: str, folder: Folder, place: int, flags: frozenset[str]) -> None: ...
    def move(self, login: str, folder: Folder, place: int, to: Folder) -> None: ...
    def remove(self, login: str, folder: Folder, place: int) -> None: ...
    def count(self, login: str, folder: Folder) -> int: ...
    def portraits(self, login: str, kept: frozenset[str]) -> Counter[Portrait]: ...


@dataclass
class ImapAt:
    """An IMAP server, used directly by the standard library's imaplib."""

    name: str
    kind: str
    port: int
    password: str
    certificates: Certificates
    starttls: bool
    kept: frozenset[str]
    mail: Path | None = None
    numbers: Iterator[int] = field(default_factory=count)

    @property
    def far(self) -> Far:
        return Far(self.port, trusting(self.certificates.ca), self.starttls)

    def new_mailbox(self) -> str:
        return f"{self.kind}.{next(self.numbers)}"

    def settings(self, port: int, connections: int) -> ImapServer:
        given = {"kind": "imap", "host": "localhost", "port": port, "ca_file": self.certificates.ca}
        return ImapServer.model_validate(given | {"connections": connections, "timeout_s": IMPATIENT_S})

    def source(self, login: str, port: int, connections: int) -> AbstractContextManager[MailSource]:
        return open_imap_source(self.settings(port, connections), login, self.password)

    def target(self, login: str, port: int, connections: int) -> AbstractContextManager[MailTarget]:
        return isolating_target(open_imap(self.settings(port, connections), login, self.password))

    @contextlib.contextmanager
    def client(self, login: str) -> Iterator[imaplib.IMAP4]:
        context = trusting(self.certificates.ca)
        if self.starttls:
            connection = imaplib.IMAP4("localhost", self.port)
            connection.starttls(context)
        else:
            connection = imaplib.IMAP4_SSL("localhost", self.port, ssl_context=context)
        with connection:
            connection.authenticate("PLAIN", lambda _: f"\0{login}\0{self.password}".encode())
            yield connection

    def deliver(self, login: str, folder: Folder, letters: list[Letter]) -> None:
        with self.client(login) as client:
            made(client, folder)
            for one in letters:
                flags = f"({' '.join(sorted(one.flags & self.kept))})"
                date = f'"{one.received:%d-%b-%Y %H:%M:%S +0000}"'
                done(client.append(wire_name(folder), flags, date, one.raw))

    def mark(self, login: str, folder: Folder, place: int, flags: frozenset[str]) -> None:
        with self.opened(login, folder) as client:
            done(client.store(str(place + 1), "FLAGS.SILENT", f"({' '.join(sorted(flags & self.kept))})"))

    def move(self, login: str, folder: Folder, place: int, to: Folder) -> None:
        with self.opened(login, folder) as client:
            made(client, to)
            done(client.copy(str(place + 1), wire_name(to)))
        self.remove(login, folder, place)

    def remove(self, login: str, folder: Folder, place: int) -> None:
        with self.opened(login, folder) as client:
            done(client.store(str(place + 1), "+FLAGS.SILENT", "(\\Deleted)"))
            done(client.expunge())

    @contextlib.contextmanager
    def opened(self, login: str, folder: Folder) -> Iterator[imaplib.IMAP4]:
        with self.client(login) as client:
            done(client.select(wire_name(folder)))
            yield client

    def count(self, login: str, folder: Folder) -> int:
        with self.opened(login, folder) as client:
            return int(done(client.response("EXISTS"), "EXISTS")[-1])

    def renumber(self, login: str, folder: Folder) -> None:
        """Other UIDs under another UIDVALIDITY, as after a restore."""
        assert self.mail is not None
        name = "" if folder == INBOX else "." + wire_name(folder).strip('"').replace("/", ".")
        forget_uids(self.mail / login / name)

    def portraits(self, login: str, kept: frozenset[str]) -> Counter[Portrait]:
        found: Counter[Portrait] = Counter()
        with self.client(login) as client:
            for line in done(client.list()):
                if b"\\Noselect" in line or b"\\NonExistent" in line:
                    continue
                name = re.sub(rb'^\(.*?\) (?:"/"|"\."|NIL) ', b"", line).decode()
                done(client.select(name, readonly=True))
                folder = path_of(name)
                for answer in done(client.fetch("1:*", "(FLAGS INTERNALDATE BODY.PEEK[])")) if exists(client) else ():
                    if isinstance(answer, tuple):
                        flags = {flag.decode() for flag in imaplib.ParseFlags(answer[0])}
                        found[portrait(folder, answer[1], internal_date(answer[0]), flags, kept)] += 1
        return found


def made(client: imaplib.IMAP4, folder: Folder) -> None:
    """Only where it is missing: pymap ends the connection otherwise."""
    if client.status(wire_name(folder), "(MESSAGES)")[0] != "OK":
        done(client.create(wire_name(folder)))


def exists(client: imaplib.IMAP4) -> bool:
    return bool(done(client.response("EXISTS"), "EXISTS")[-1] != b"0")


def done(answer: tuple[str, Any], typ: str = "OK") -> Any:
    assert answer[0] == typ, answer
    return [one for one in answer[1] if one is not None]


def internal_date(line: bytes) -> datetime:
    found = re.search(rb'INTERNALDATE "([^"]+)"', line)
    assert found is not None, line
    return datetime.strptime(found[1].decode().strip(), "%d-%b-%Y %H:%M:%S %z")


NAMES: dict[Folder, str] = {
    INBOX: "INBOX",
    ("Arkiv", "2024"): '"Arkiv/2024"',
    ("Hö & hå",): '"H&APY- &- h&AOU-"',
    ("Ballast",): '"Ballast"',
    ("Stort",): '"Stort"',
}
"""In modified UTF-7 (RFC 3501 §5.1.3)."""


def wire_name(folder: Folder) -> str:
    return NAMES[folder]


def path_of(name: str) -> Folder:
    plain = name.strip('"')
    return next((path for path, known in NAMES.items() if known.strip('"') == plain), tuple(plain.split("/")))


def trusting(ca_file: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(ca_file))


@contextlib.contextmanager
def dovecot(
    folder: Path, certificates: Certificates, require: Callable[..., str]
) -> Iterator[tuple[ImapAt, ImapAt, ImapAt]]:
    """All that Dovecot has; an old server's few extensions; a mailbox with a quota."""
    program = require("dovecot-imapd", binary="dovecot")
    logins = tuple(f"{kind}.{number}" for kind in ("full", "plain", "small") for number in range(MAILBOXES))
    with running_dovecot(program, certificates.certificate, certificates.key, logins) as server:
        full, plain, small = (
            ImapAt(
                f"dovecot {kind}",
                kind,
                server.tls_port,
                dovecot_server.PASSWORD,
                certificates,
                False,
                frozenset(FLAGS),
                server.mail,
            )
            for kind in ("full", "plain", "small")
        )
        yield full, plain, small


@contextlib.contextmanager
def pymap(folder: Path, certificates: Certificates) -> Iterator[ImapAt]:
    logins = [f"full.{number}" for number in range(MAILBOXES)]
    with running_pymap(folder / "pymap", certificates.certificate, certificates.key, logins) as port:
        kept = frozenset(FLAGS[:3])
        yield ImapAt("pymap", "full", port, pymap_server.PASSWORD, certificates, True, kept)


class FollowUp(ExtendedProperty):  # type: ignore[misc]
    """PidTagFlagStatus ([MS-OXOFLAG] 2.2.1.1): 2 is flagged."""

    property_tag = 0x1090
    property_type = "Integer"


ExchangeMessage.register("follow_up", FollowUp)


@dataclass
class ExchangeAt:
    """The sandbox's Exchange, used directly by exchangelib, and filled through its store."""

    name: str
    exchange: Exchange
    slept: list[float] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=count)
    kept: frozenset[str] = frozenset(FLAGS[:2])

    @property
    def far(self) -> Far:
        return Far(self.exchange.port)

    def new_mailbox(self) -> str:
        return f"anna.{next(self.numbers)}@exchange.example"

    def settings(self, port: int, connections: int) -> EwsServer:
        url = f"https://localhost:{port}/EWS/Exchange.asmx"
        given = {"kind": "ews", "url": url, "ca_file": self.exchange.ca_file, "connections": connections}
        return EwsServer.model_validate(given)

    def source(self, login: str, port: int, connections: int) -> AbstractContextManager[MailSource]:
        settings = self.settings(port, connections)
        return isolating_source(open_ews_source(settings, login, SECRET, self.patience, IMPATIENT_S * 1.5))

    def target(self, login: str, port: int, connections: int) -> AbstractContextManager[MailTarget]:
        settings = self.settings(port, connections)
        return isolating_target(open_ews(settings, login, SECRET, self.patience, IMPATIENT_S * 1.5), reads_apart=True)

    @property
    def patience(self) -> Patience:
        return Patience(sleep=self.slept.append)

    def deliver(self, login: str, folder: Folder, letters: list[Letter]) -> None:
        database = open_store(self.exchange.store)
        with contextlib.closing(database):
            store = mailboxes.find(database, login, "primary")
            assert store is not None
            path = ("Inbox",) if folder == INBOX else folder
            number = exchange_folders.by_path(database, store, path, "IPF.Note").id
            for one in letters:
                delivery = Delivery(one.received, one.flags & self.kept)
                exchange_items.deliver(database, number, one.raw, delivery, SystemClock().now())

    def mark(self, login: str, folder: Folder, place: int, flags: frozenset[str]) -> None:
        item = self.item(login, folder, place)
        item.is_read, item.follow_up = "\\Seen" in flags, 2 if "\\Flagged" in flags else 0
        item.save(update_fields=["is_read", "follow_up"])

    def move(self, login: str, folder: Folder, place: int, to: Folder) -> None:
        self.item(login, folder, place).move(self.folder(login, to))

    def remove(self, login: str, folder: Folder, place: int) -> None:
        self.item(login, folder, place).delete()

    def count(self, login: str, folder: Folder) -> int:
        return int(self.folder(login, folder).all().count())

    def account(self, login: str) -> Any:
        configuration = Configuration(
            service_endpoint=self.exchange.url,
            credentials=Credentials(login, SECRET),
            retry_policy=FaultTolerance(max_wait=30),
            auth_type="basic",
        )
        return Account(login, config=configuration, autodiscover=False, access_type=DELEGATE)

    def folder(self, login: str, folder: Folder) -> Any:
        account = self.account(login)
        found = account.inbox if folder == INBOX else account.msg_folder_root
        for name in () if folder == INBOX else folder:
            found = found / name
        return found

    def item(self, login: str, folder: Folder, place: int) -> Any:
        return list(self.folder(login, folder).all().order_by("datetime_received"))[place]

    def portraits(self, login: str, kept: frozenset[str]) -> Counter[Portrait]:
        found: Counter[Portrait] = Counter()
        root = self.account(login).msg_folder_root
        for folder in root.walk():
            if folder.CONTAINER_CLASS == "IPF.Note" or folder.folder_class == "IPF.Note":
                path = self.path_of(folder, root)
                for item in folder.all():
                    found[self.portrait(path, item, kept)] += 1
        return found

    def path_of(self, folder: Any, root: Any) -> Folder:
        names: list[str] = []
        while folder.id != root.id:
            names.insert(0, folder.name)
            folder = folder.parent
        return INBOX if names == ["Inbox"] else tuple(names)

    def portrait(self, folder: Folder, item: Any, kept: frozenset[str]) -> Portrait:
        flags = {"\\Seen"} if item.is_read else set()
        flags |= {"\\Flagged"} if item.follow_up == 2 else set()
        return Portrait(
            folder,
            str(item.message_id).strip(),
            str(item.subject),
            folded(item.text_body or item.body or ""),
            tuple(sorted(digest(one.content) for one in item.attachments if isinstance(one, FileAttachment))),
            datetime.fromtimestamp(int(item.datetime_received.timestamp()), UTC),
            tuple(sorted(flags & kept)),
        )


SECRET = "hemligt på riktigt"


@contextlib.contextmanager
def exchange_at(folder: Path, certificates: Certificates, *, export_items: bool) -> Iterator[ExchangeAt]:
    base = folder / f"exchange-{export_items}"
    base.mkdir()
    pem, secrets = base / "server.pem", base / "secrets.json"
    pem.write_bytes(certificates.key.read_bytes() + certificates.certificate.read_bytes())
    secrets.write_text(json.dumps({"all": SECRET}))
    addresses = [f"anna.{number}@exchange.example" for number in range(MAILBOXES)]
    settings = exchange.Settings(
        mailboxes=tuple(exchange.Mailbox(address=address) for address in addresses),
        accounts=tuple(exchange.Account(login=address, secret="all", mailbox=address) for address in addresses),
        export_items=export_items,
        version="Exchange2016" if export_items else "Exchange2010_SP2",
    )
    server = exchange_running.start(base, settings, certificate=pem, ca_file=certificates.ca, secrets=secrets)
    try:
        yield ExchangeAt("exchange" if export_items else "exchange without streams", server)
    finally:
        exchange_running.stop(server)
