"""The whole collection between Exchange, archives, PST files and Dovecot, there and back: the same messages everywhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import exchangelib
import pytest

from skyflytt.mail.differences import Kind
from skyflytt.mail.ews.requests import new_upload, upload_items
from skyflytt.mail.ews.xml import Element
from skyflytt.mail.pst import open_pst_source
from skyflytt.mail.rewritten import REASONS
from skyflytt.outlook.fasttransfer import write_stream
from skyflytt.outlook.mime import Delivery, from_mime
from skyflytt.outlook.mime.without_kept import without_kept
from tests.contract.mail_places import Place
from tests.mail.ews.conftest import Server
from tests.mail.roundtrip.legs import DEEP, INBOX, Carried, Roads, between_them, collection, wanted

MANY = 183
Client = Callable[[Server, str], exchangelib.Account]
SERVERS = ("running_exchange", "running_without_streams")


@pytest.fixture(params=SERVERS, ids=("streams", "mime"))
def server(request: pytest.FixtureRequest) -> Server:
    """An Exchange with ExportItems and UploadItems, and one without."""
    found: Server = request.getfixturevalue(request.param)
    return found


@pytest.fixture(scope="module")
def delivered(imap: Place, filled: str, roads: Roads) -> Callable[[Server], tuple[str, Carried]]:
    """The mailbox of an Exchange to which the collection came from Dovecot, once for each server, and how it came there."""
    known: dict[int, tuple[str, Carried]] = {}

    def mailbox(server: Server) -> tuple[str, Carried]:
        if id(server) not in known:
            name = server.new()
            with imap.source(filled) as source, server.target(name) as exchange:
                known[id(server)] = name, roads.carry(source, exchange)
        return known[id(server)]

    return mailbox


Delivered = Callable[[Server], tuple[str, Carried]]


def test_it_is_whole(imap: Place, filled: str) -> None:
    assert wanted().total() == MANY
    with imap.source(filled) as source:
        assert sum(folder.message_count for folder in source.folders()) == MANY


def test_from_dovecot_to_exchange(server: Server, delivered: Delivered) -> None:
    _, carried = delivered(server)
    carried.is_whole(MANY)
    assert carried.target == wanted()


def test_from_there_back_to_dovecot(server: Server, delivered: Delivered, imap: Place, roads: Roads) -> None:
    name, _ = delivered(server)
    with server.source(name) as exchange, imap.target(imap.new_mailbox("full")) as target:
        carried = roads.carry(exchange, target)
    carried.is_whole(MANY)
    assert carried.target == wanted()


def test_from_there_by_pst_to_exchange(server: Server, delivered: Delivered, roads: Roads) -> None:
    name, _ = delivered(server)
    with server.source(name) as source:
        file = roads.to_pst(source, f"exchange-{server.exchange.port}")
    with open_pst_source(file) as source, server.target(server.new()) as target:
        carried = roads.carry(source, target)
    carried.is_whole(MANY)
    assert carried.target == wanted()


def test_from_dovecot_by_pst_to_dovecot(imap: Place, filled: str, roads: Roads) -> None:
    with imap.source(filled) as source:
        file = roads.to_pst(source, "dovecot")
    with open_pst_source(file) as source, imap.target(imap.new_mailbox("full")) as target:
        carried = roads.carry(source, target)
    carried.is_whole(MANY)
    assert carried.target == wanted()


def test_from_an_exchange_that_an_ordinary_client_filled(
    server: Server, imap: Place, filled: str, roads: Roads, client: Client
) -> None:
    """By CreateItem with MIME, of which Exchange keeps what it understands: the rest of it is told by a comparison with Dovecot."""
    name = server.new()
    account = client(server, name)
    top = exchangelib.Folder(parent=account.msg_folder_root, name=DEEP[0]).save()
    deep = exchangelib.Folder(parent=top, name=DEEP[1]).save()
    for path, folder in ((INBOX, account.inbox), (DEEP, deep)):
        new = [exchangelib.Message(account=account, folder=folder, mime_content=one.raw) for one in collection()[path]]
        made = account.bulk_create(folder, new, message_disposition="SaveOnly")
        assert not [one for one in made if isinstance(one, Exception)]
    with server.source(name) as exchange, imap.target(imap.new_mailbox("full")) as target:
        roads.carry(exchange, target).is_whole(MANY)
    with imap.source(filled) as ours, server.source(name) as theirs:
        told = between_them(ours, theirs)
    assert told
    assert [one for one in told if one.kind is not Kind.REWRITTEN] == []
    reasons = {what for one in told for what in one.detail.split("; ")}
    assert reasons == {told.what for told in REASONS.values()}


def test_from_an_exchange_that_was_filled_by_uploads(running_exchange: Server, imap: Place, roads: Roads) -> None:
    """With streams as another program would make them: without anything that only this one knows."""
    name = running_exchange.new()
    with running_exchange.target(name) as exchange:
        for path, messages in collection().items():
            folder = exchange._place(exchange.ensure_folder(path, None)).id
            streams = [
                write_stream(without_kept(from_mime(one.raw, Delivery(one.received, one.flags)))) for one in messages
            ]
            exchange._session.ask_each(_uploads(folder), streams)
    with running_exchange.source(name) as source, imap.target(imap.new_mailbox("full")) as target:
        roads.carry(source, target).is_whole(MANY)


def _uploads(folder: str) -> Callable[[Sequence[bytes]], Element]:
    return lambda some: upload_items([new_upload(folder, one) for one in some])
