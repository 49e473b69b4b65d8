"""The mailboxes that the contracts of `MailSource` and `MailTarget` run over. A new adapter is one function here."""

from __future__ import annotations

import contextlib
import itertools
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import cast

import trustme

from skyflytt.errors.mail import MessageRefused
from skyflytt.mail.ews import EwsMailbox, open_ews, open_ews_source
from skyflytt.mail.ews.requests import update_item
from skyflytt.mail.ews.xml import t
from skyflytt.mail.graph import GraphMailbox
from skyflytt.mail.graph.exporting import exported_alone, stream_in
from skyflytt.mail.imap import open_imap, open_imap_source
from skyflytt.mail.maildir import open_maildir, open_maildir_source
from skyflytt.mail.memory import MemoryMailbox, open_memory
from skyflytt.mail.port import FolderPath, MailSource, MailTarget
from skyflytt.mail.pst import open_pst_source
from skyflytt.outlook.fasttransfer import read_stream, write_stream
from skyflytt.outlook.mapi import tags
from skyflytt.project.servers import EwsServer, ImapServer
from skyflytt.sandbox.exchange import running as exchange_running
from skyflytt.sandbox.exchange import settings as exchange
from skyflytt.sandbox.exchange.settings import Settings
from tests.contract.mail_messages import message
from tests.contract.pst_mailbox import PstTarget, open_pst_target
from tests.mail.graph.simulator import running_online
from tests.real import dovecot as dovecot_server
from tests.real import pymap_server
from tests.real.dovecot import running_dovecot
from tests.real.pymap_server import running_pymap

Require = Callable[..., str]
MAILBOXES = 80
REFUSED = b"X-Refuse: yes"
"""What a mailbox of the kind "small" refuses, where the server has a limit per message: one with this and 150 kB of text."""


@dataclass(frozen=True)
class Place:
    """One adapter with whatever is behind it. Mailboxes are named; each test takes new ones."""

    source: Callable[[str], AbstractContextManager[MailSource]]
    target: Callable[[str], AbstractContextManager[MailTarget]]
    new_mailbox: Callable[[str], str]
    """By kind: "full", or "small" (refuses big messages, is full at 400 kB)."""
    kinds: frozenset[str] = frozenset(("full",))
    rewrites: bool = False
    """The server takes messages apart and writes them anew."""
    refuses_empty: bool = False
    loses: frozenset[str] = frozenset()
    """Flags that this kind of mailbox has no place for."""
    fixed: frozenset[str] = frozenset()
    """Flags that it cannot change once the message is there."""
    renumber: Callable[[str, FolderPath], None] | None = None
    """Make the server forget its UIDs; None where there is no UIDVALIDITY."""
    edit: Callable[[MailTarget, FolderPath, str], None] | None = None
    """Give a message another text in its place, as another client does; None where content cannot change under a ref."""
    files: Callable[[str], Path] | None = None
    """Where a mailbox lies on this disk."""
    servers: Mapping[str, ImapServer] = field(default_factory=dict)
    """By security, for those that are reached over the network."""
    secret: str = ""
    other_ca: Path | None = None


def numbered() -> Callable[[str], str]:
    numbers: dict[str, Iterator[int]] = {}
    return lambda kind: f"{kind}.{next(numbers.setdefault(kind, itertools.count()))}"


def all_logins(*kinds: str) -> tuple[str, ...]:
    return tuple(f"{kind}.{number}" for kind in kinds for number in range(MAILBOXES))


@contextlib.contextmanager
def memory(base: Path, require: Require) -> Iterator[Place]:
    boxes: dict[str, MemoryMailbox] = {}

    def box(name: str) -> MemoryMailbox:
        if name not in boxes:
            boxes[name] = MemoryMailbox(
                editions=True,
                max_message_bytes=100_000 if name.startswith("small") else None,
                quota_bytes=400_000 if name.startswith("small") else None,
                refuse_append=lambda place, raw: MessageRefused(place, "no") if REFUSED in raw else None,
            )
        return boxes[name]

    yield Place(
        lambda name: open_memory(box(name)),
        lambda name: open_memory(box(name)),
        numbered(),
        kinds=frozenset(("full", "small")),
        renumber=lambda name, folder: box(name).renumber(folder),
        edit=lambda mailbox, folder, ref: cast("MemoryMailbox", mailbox).edit(folder, ref, message(77)),
    )


@contextlib.contextmanager
def maildir(base: Path, require: Require) -> Iterator[Place]:
    number = numbered()

    def new(kind: str) -> str:
        name = number(kind)
        for part in ("cur", "new", "tmp"):
            (base / name / part).mkdir(parents=True)
        (base / name / "dovecot-keywords").write_text("0 $Forwarded\n1 projekt-x\n")
        return name

    yield Place(
        lambda name: open_maildir_source(base / name),
        lambda name: open_maildir(base / name),
        new,
        files=lambda name: base / name,
    )


@dataclass(frozen=True)
class Certificates:
    ca: Path
    other_ca: Path
    certificate: Path
    key: Path


def make_certificates(folder: Path) -> Certificates:
    files = Certificates(*(folder / name for name in ("ca.pem", "other-ca.pem", "cert.pem", "key.pem")))
    authority = trustme.CA()
    server = authority.issue_cert("localhost")
    authority.cert_pem.write_to_path(files.ca)
    trustme.CA().cert_pem.write_to_path(files.other_ca)
    files.certificate.write_bytes(b"".join(blob.bytes() for blob in server.cert_chain_pems))
    server.private_key_pem.write_to_path(files.key)
    return files


def forget_uids(folder: Path) -> None:
    for path in (*folder.glob("dovecot-uidlist*"), *folder.glob("dovecot.index*")):
        path.unlink()


def imap_server(port: int, security: str, certificates: Certificates) -> ImapServer:
    return ImapServer.model_validate(
        {"kind": "imap", "host": "localhost", "port": port, "security": security, "ca_file": certificates.ca}
    )


@contextlib.contextmanager
def pymap(base: Path, require: Require) -> Iterator[Place]:
    certificates = make_certificates(base)
    with running_pymap(base / "mail", certificates.certificate, certificates.key, all_logins("full")) as port:
        server = imap_server(port, "starttls", certificates)
        yield Place(
            lambda name: open_imap_source(server, name, pymap_server.PASSWORD),
            lambda name: open_imap(server, name, pymap_server.PASSWORD),
            numbered(),
            rewrites=True,
            refuses_empty=True,
            servers={"starttls": server},
            secret=pymap_server.PASSWORD,
            other_ca=certificates.other_ca,
        )


@contextlib.contextmanager
def dovecot(base: Path, require: Require, full: str = "full") -> Iterator[Place]:
    certificates = make_certificates(base)
    program = require("dovecot-imapd", binary="dovecot")
    logins = all_logins(full, "small")
    with running_dovecot(program, certificates.certificate, certificates.key, logins) as running:
        server = imap_server(running.tls_port, "tls", certificates)
        number = numbered()
        yield Place(
            lambda name: open_imap_source(server, name, dovecot_server.PASSWORD),
            lambda name: open_imap(server, name, dovecot_server.PASSWORD),
            lambda kind: number(full if kind == "full" else kind),
            kinds=frozenset(("full", "small")),
            refuses_empty=True,
            renumber=lambda name, folder: forget_uids(running.mail / name / "".join(f".{part}" for part in folder)),
            files=lambda name: running.mail / name,
            servers={"tls": server, "starttls": imap_server(running.starttls_port, "starttls", certificates)},
            secret=dovecot_server.PASSWORD,
            other_ca=certificates.other_ca,
        )


@contextlib.contextmanager
def dovecot_plain(base: Path, require: Require) -> Iterator[Place]:
    """As an old server: no UIDPLUS, no MOVE, no MULTIAPPEND, no QRESYNC, no NAMESPACE, no SPECIAL-USE, no LITERAL+."""
    with dovecot(base, require, full="plain") as place:
        yield place


def edit_in_exchange(mailbox: MailTarget, _folder: FolderPath, ref: str) -> None:
    text = t("SetItemField", t("FieldURI", FieldURI="item:Body"), t("Message", t("Body", "Ändrat.", BodyType="Text")))
    cast("EwsMailbox", mailbox)._session.ask_one(update_item(ref, [text], suppress_receipts=False))


EWS_PASSWORD = "hemligt i sandlådan"


def _exchange_settings(*, export_items: bool) -> Settings:
    """Every login has a mailbox of its own; the versions differ, so that nothing rests on one."""
    addresses = [f"{kind}.{number}@exchange.example" for kind in ("full",) for number in range(MAILBOXES)]
    return Settings(
        mailboxes=tuple(exchange.Mailbox(address=address) for address in addresses),
        accounts=tuple(exchange.Account(login=address, secret="all", mailbox=address) for address in addresses),
        export_items=export_items,
        mime="regenerated" if export_items else "kept",
        version="Exchange2016" if export_items else "Exchange2010_SP2",
    )


@contextlib.contextmanager
def ews(base: Path, require: Require, *, export_items: bool = True) -> Iterator[Place]:
    """The sandbox's Exchange: a test double."""
    certificates = make_certificates(base)
    pem = base / "server.pem"
    pem.write_bytes(certificates.key.read_bytes() + certificates.certificate.read_bytes())
    secrets = base / "secrets.json"
    secrets.write_text(json.dumps({"all": EWS_PASSWORD}))
    running = exchange_running.start(
        base, _exchange_settings(export_items=export_items), certificate=pem, ca_file=certificates.ca, secrets=secrets
    )
    server = EwsServer.model_validate({"kind": "ews", "url": running.url, "ca_file": certificates.ca})
    number = numbered()
    try:
        yield Place(
            lambda name: open_ews_source(server, name, EWS_PASSWORD),
            lambda name: open_ews(server, name, EWS_PASSWORD),
            lambda kind: f"{number(kind)}@exchange.example",
            rewrites=True,
            loses=frozenset((r"\Deleted",)),
            edit=edit_in_exchange,
        )
    finally:
        exchange_running.stop(running)


@contextlib.contextmanager
def ews_without_streams(base: Path, require: Require) -> Iterator[Place]:
    """As an older or other server that has neither ExportItems nor UploadItems and gives the MIME that it got."""
    with ews(base, require, export_items=False) as place:
        yield replace(place, fixed=frozenset((r"\Draft",)))


def edit_online(mailbox: MailTarget, folder: FolderPath, ref: str) -> None:
    graph = cast("GraphMailbox", mailbox)
    changed = exported_alone(graph._session, ref)
    content = read_stream(stream_in(ref, changed))
    content.properties[tags.BODY] = "Ändrat."
    place = graph._place(folder).id
    assert graph._importing.update(place, ref, str(changed["changeKey"]), write_stream(content)) == ref


@contextlib.contextmanager
def graph(base: Path, require: Require) -> Iterator[Place]:
    """The sandbox's Exchange Online: a simulator, with short pages and listings that lag."""
    with running_online(base, MAILBOXES, page=100, list_lag=1, session_imports=100) as online:
        yield Place(
            online.source,
            online.target,
            lambda _: online.new(),
            rewrites=True,
            loses=frozenset((r"\Deleted",)),
            edit=edit_online,
        )


@contextlib.contextmanager
def pst(base: Path, require: Require) -> Iterator[Place]:
    """A source only: what it holds is put into its file by a target that no migration has."""
    targets: dict[str, PstTarget] = {}

    def target(name: str) -> PstTarget:
        if name not in targets:
            targets[name] = PstTarget(base / f"{name}.pst")
        return targets[name]

    yield Place(
        lambda name: open_pst_source(target(name).path),
        lambda name: open_pst_target(target(name)),
        numbered(),
        rewrites=True,
    )


PLACES = (memory, maildir, pymap, dovecot, dovecot_plain, ews, ews_without_streams, graph)
SOURCES = (*PLACES, pst)
