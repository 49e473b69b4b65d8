"""Items that somebody edits in Exchange: told as another edition, fetched again, and replaced at the target; by streams and by MIME."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from skyflytt.deadline.clock import SystemClock
from skyflytt.mail.differences import contents, differences, places
from skyflytt.mail.ews import EwsMailbox, EwsSource
from skyflytt.mail.ews.listing import is_whole
from skyflytt.mail.ews.properties import extended_property
from skyflytt.mail.ews.requests import get_items, update_item
from skyflytt.mail.ews.xml import Element, t, text_at
from skyflytt.mail.identity import fingerprint
from skyflytt.mail.memory import MemoryMailbox
from skyflytt.mail.port import FolderPath, MailSource, MessageEntry
from skyflytt.outlook.fasttransfer import read_stream
from skyflytt.outlook.items.appointment import START_WHOLE
from skyflytt.outlook.items.contact import Contact, contact_message
from skyflytt.outlook.mapi import Attachment, Message, tags
from skyflytt.sandbox.exchange import ids
from skyflytt.sandbox.exchange.store import items, open_store
from tests.contract.mail_messages import message, new
from tests.mail.engine.mailboxes import Move
from tests.mail.ews.conftest import Server
from tests.mail.ews.test_items import CALENDAR, START, appointment, only

INBOX = ("INBOX",)
DRAFTS = ("Drafts",)
SEEN = frozenset({r"\Seen"})


@pytest.fixture(params=["by stream", "by MIME"])
def exchange(request: pytest.FixtureRequest) -> Server:
    server: Server = request.getfixturevalue("server" if request.param == "by stream" else "without_streams")
    return server


def update(client: EwsMailbox, ref: str, uri: str, element: str, *fields: Element) -> None:
    """As another client saves a change to one field."""
    change = t("SetItemField", t("FieldURI", FieldURI=uri), t(element, *fields))
    client._session.ask_one(update_item(ref, [change], suppress_receipts=False))


def subject(client: EwsMailbox, ref: str, text: str = "Ny rubrik") -> None:
    update(client, ref, "item:Subject", "Message", t("Subject", text))


def body(client: EwsMailbox, ref: str) -> None:
    update(client, ref, "item:Body", "Message", t("Body", "Vi ses klockan tio.", BodyType="Text"))


def later(client: EwsMailbox, ref: str) -> None:
    update(client, ref, "calendar:Start", "CalendarItem", t("Start", "2024-05-17T10:00:00Z"))
    update(client, ref, "calendar:End", "CalendarItem", t("End", "2024-05-17T11:00:00Z"))


def phone(client: EwsMailbox, ref: str) -> None:
    update(client, ref, "contacts:JobTitle", "Contact", t("JobTitle", "Platschef"))


def mark(client: EwsMailbox, ref: str) -> None:
    update(client, ref, "message:IsRead", "Message", t("IsRead", "true"))


def within(server: Server, ref: str, act: Callable[[Message], None]) -> None:
    """What no UpdateItem of the double can do, done to the item by the server itself."""
    database = open_store(server.exchange.store)
    there = items.by_id(database, ids.read(ref).number)
    assert there is not None
    content = items.message_in(database, there)
    act(content)
    items.replace(database, there, content, SystemClock().now())


def attach(content: Message) -> None:
    data = {tags.ATTACH_METHOD: 1, tags.ATTACH_LONG_FILENAME: "ritning.txt", tags.ATTACH_DATA: b"plan 2"}
    content.attachments.append(Attachment(dict(data)))


def entry_of(source: MailSource, folder: FolderPath, ref: str, since: str | None = None) -> MessageEntry:
    (entry,) = [one for one in source.changes(folder, since).entries if one.ref == ref]
    return entry


def test_every_edit_is_another_edition_and_a_read_mark_is_none(exchange: Server) -> None:
    name = exchange.new()
    with exchange.target(name) as client, exchange.source(name) as source:
        assert source.capabilities.editions
        (ref,) = [str(one) for one in client.append(INBOX, [new(message(1))])]
        editions = [entry_of(source, INBOX, ref).edition]
        for edit in (subject, body, lambda _, one: within(exchange, one, attach)):
            token = source.changes(INBOX, None).token
            edit(client, ref)
            editions.append(entry_of(source, INBOX, ref, token).edition)
            assert entry_of(source, INBOX, ref).edition == editions[-1]
        assert len(set(editions)) == 4
        token = source.changes(INBOX, None).token
        mark(client, ref)
        marked = entry_of(source, INBOX, ref, token)
        assert (marked.flags, marked.edition) == (SEEN, editions[-1])


def identities(box: Any) -> list[tuple[FolderPath, str]]:
    return sorted(
        (folder.path, fingerprint(answer.raw).fingerprint)
        for folder in box.folders()
        for answer in box.fetch(folder.path, box.refs(folder.path))
    )


EDITS: list[Any] = [
    pytest.param(INBOX, body, id="text"),
    pytest.param(DRAFTS, body, id="body of a draft"),
    pytest.param(CALENDAR, later, id="an appointment's time"),
    pytest.param(("Contacts",), phone, id="a contact"),
]


@pytest.mark.parametrize(("folder", "edit"), EDITS)
def test_an_edited_item_arrives_as_it_is_now(
    exchange: Server, move: Move, folder: FolderPath, edit: Callable[[EwsMailbox, str], None]
) -> None:
    name, new_name = exchange.new(), exchange.new()
    fill(exchange, name)
    with exchange.target(name) as client, exchange.source(name) as source, exchange.target(new_name) as target:
        move.source, move.target = source, target
        move.run()
        assert identities(target) == identities(client)
        before = {entry.ref: entry for entry in source.changes(folder, None).entries}
        (ref,) = before
        edit(client, ref)
        assert {one.kind for one in compared(source, target)} == {"missing", "extra"}
        assert [account.moved_now for account in move.run()] == [1, 1]
        assert identities(target) == identities(client)
        assert compared(source, target) == []
        assert [account.moved_now for account in move.run()] == [0, 0]
        assert move.archive.check() == []


def compared(source: EwsSource, target: EwsMailbox) -> list[Any]:
    """As `skyflytt mail compare`."""
    place = places(source.folders(), target.folders())
    return differences(
        contents(source, source.folders(), place), contents(target, target.folders(), lambda folder: folder)
    )


def fill(server: Server, name: str) -> None:
    with server.target(name) as client:
        client.append(INBOX, [new(message(1))])
        client.append(DRAFTS, [new(message(2), frozenset({r"\Draft"}))])
    server.put(name, appointment(), "Calendar", folder_class="IPF.Appointment")
    contact = Contact(name="Bo Ek", texts={"given": "Bo", "surname": "Ek"})
    server.put(name, contact_message(contact), "Contacts", folder_class="IPF.Contact")


def test_the_stream_of_an_edited_appointment_is_what_arrives(server: Server, name: str, move: Move) -> None:
    """What MIME has no place for as well."""
    fill(server, name)
    with server.target(name) as client, server.source(name) as source, server.target(server.new()) as target:
        move.source, move.target = source, target
        move.run()
        old = only(target, CALENDAR)
        (ref,) = client.refs(CALENDAR)
        later(client, ref)
        within(server, ref, lambda content: content.properties.update({0x66A0001F: "beside MIME"}))
        move.run()
        found = only(target, CALENDAR)
        assert found.ref != old.ref
        assert found.stream is not None
        there = read_stream(found.stream).properties
        assert there[START_WHOLE] != START
        assert there[0x66A0001F] == "beside MIME"


def test_marks_of_many_messages_download_nothing(server: Server, name: str, move: Move) -> None:
    with server.target(name) as client, server.source(name) as source:
        move.source, move.target = source, MemoryMailbox()
        refs = [str(ref) for ref in client.append(INBOX, [new(message(number)) for number in range(40)])]
        move.run()
        for ref in refs:
            mark(client, ref)
        server.exchange.forget_requests()
        move.run()
        assert "ExportItems" not in server.exchange.requests()["asked"]
        assert {entry.flags for entry in move.target.changes(INBOX, None).entries} == {SEEN}


def test_a_follow_up_flag_costs_a_download_and_is_only_set_at_a_target_of_mail(
    server: Server, name: str, move: Move
) -> None:
    with server.target(name) as client, server.source(name) as source:
        move.source, move.target = source, MemoryMailbox()
        refs = [str(ref) for ref in client.append(INBOX, [new(message(number)) for number in range(3)])]
        move.run()
        before = list(move.target.refs(INBOX))
        client.set_flags(INBOX, refs[1], frozenset({r"\Flagged"}))
        move.run()
        assert list(move.target.refs(INBOX)) == before
        flags = [entry.flags for entry in move.target.changes(INBOX, None).entries]
        assert flags == [frozenset(), {r"\Flagged"}, frozenset()]


def test_a_save_that_changed_nothing_replaces_nothing(exchange: Server, move: Move) -> None:
    name = exchange.new()
    fill(exchange, name)
    with exchange.target(name) as client, exchange.source(name) as source, exchange.target(exchange.new()) as target:
        move.source, move.target = source, target
        move.run()
        (ref,) = client.refs(INBOX)
        before = list(target.refs(INBOX))
        edition = entry_of(source, INBOX, ref).edition
        subject(client, ref, "Nummer 1")
        assert entry_of(source, INBOX, ref).edition != edition
        assert [account.moved_now for account in move.run()] == [0, 0]
        assert list(target.refs(INBOX)) == before


def test_after_the_cutover_an_edited_item_comes_beside_the_old_one(exchange: Server, move: Move) -> None:
    name = exchange.new()
    fill(exchange, name)
    with exchange.target(name) as client, exchange.source(name) as source, exchange.target(exchange.new()) as target:
        move.source, move.target = source, target
        move.run()
        move.cut_over()
        before = identities(target)
        (ref,) = client.refs(CALENDAR)
        later(client, ref)
        move.run()
        assert len(target.refs(CALENDAR)) == 2
        assert set(identities(target)) == set(before) | set(identities(client))
        assert [item.code for item in move.items() if item.code] == ["mail.earlier-version-stays"]
        assert move.run()[1].moved_now == 0


def test_an_edited_subject_arrives(exchange: Server, move: Move) -> None:
    name = exchange.new()
    fill(exchange, name)
    with exchange.target(name) as client, exchange.source(name) as source, exchange.target(exchange.new()) as target:
        move.source, move.target = source, target
        move.run()
        (ref,) = client.refs(INBOX)
        subject(client, ref)
        assert [account.moved_now for account in move.run()] == [1, 1]
        (copy,) = target.refs(INBOX)
        answer = target._session.ask_one(get_items([copy], ("item:Subject",), ()))
        assert text_at(answer, "m:Items/*/t:Subject") == "Ny rubrik"


def test_an_entry_without_its_change_key_is_not_whole() -> None:
    """It is asked for again by GetItem, as one without its flags is."""
    flags = extended_property(tags.MESSAGE_FLAGS, 1)
    assert is_whole(t("Message", t("ItemId", Id="AAA", ChangeKey="CQ"), flags))
    assert not is_whole(t("Message", t("ItemId", Id="AAA"), flags))
