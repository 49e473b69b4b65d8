"""Archive mailboxes, public and shared folders, folders of every class, and what people do not see."""

from __future__ import annotations

import pytest

from skyflytt.errors.mail import MailboxMissing
from skyflytt.mail.port import Fetched, FolderRole, NewMessage
from skyflytt.outlook.fasttransfer import write_stream
from skyflytt.outlook.items.appointment import START_WHOLE
from skyflytt.outlook.mapi import Message, tags
from skyflytt.outlook.mime import from_mime, to_mime
from tests.contract.mail_messages import RECEIVED, message, new
from tests.mail.ews.conftest import SWEDISH, Server

INBOX = ("INBOX",)


def test_an_archive_mailbox_is_another_one(server: Server, name: str) -> None:
    with server.target(name, store="archive") as archive:
        old = archive.ensure_folder(("Gammalt", "2010"), None)
        archive.append(old, [new(message(1))])
        assert INBOX not in [folder.path for folder in archive.folders()]
    with server.source(name, store="archive") as archive:
        (entry,) = archive.changes(old, None).entries
        (answer,) = archive.fetch(old, [entry.ref])
        assert isinstance(answer, Fetched)
        token = archive.changes(old, None).token
        assert not archive.changes(old, token).complete
    with server.source(name) as primary:
        assert old not in [folder.path for folder in primary.folders()]


def test_a_mailbox_without_an_archive_says_so(server: Server) -> None:
    with (
        pytest.raises(MailboxMissing, match="no archive"),
        server.source("info@exchange.example", user=server.new(), access="delegation", store="archive"),
    ):
        pass


def test_public_folders_have_no_sync_and_are_listed_whole(server: Server, name: str) -> None:
    with server.target(name, store="public") as public:
        deep = public.ensure_folder(("Projekt", name, "Bilder"), None)
        refs = public.append(deep, [new(message(number)) for number in range(3)])
        assert not public.capabilities.change_tokens
    with server.source(name, store="public") as public:
        assert deep in [folder.path for folder in public.folders()]
        changes = public.changes(deep, "ews1 x y")
        assert (changes.complete, changes.token) == (True, None)
        assert {entry.ref for entry in changes.entries} == set(refs)
        assert all(isinstance(answer, Fetched) for answer in public.fetch(deep, [str(ref) for ref in refs]))


def test_names_of_another_language(server: Server) -> None:
    with server.target(SWEDISH) as target:
        roles = {folder.role: folder.path for folder in target.folders()}
        assert roles[FolderRole.SENT] == ("Skickat",)
        assert roles[FolderRole.INBOX] == INBOX
        assert roles[FolderRole.TRASH] == ("Borttaget",)
        assert target.ensure_folder(("Sent Items",), FolderRole.SENT) == ("Skickat",)
        # The mailbox's own calendar, and whatever is below it is a calendar too.
        assert target.ensure_folder(("Calendar",), None) == ("Kalender",)
        assert target.ensure_folder(("Calendar", "Resor"), None) == ("Kalender", "Resor")
        assert target._place(("Kalender", "Resor")).kind == "IPF.Appointment"
        assert target.ensure_folder(("inbox~",), None) == ("inbox~",)


def test_folders_are_found_whatever_the_case_of_their_names(server: Server, name: str) -> None:
    with server.target(name) as target:
        made = target.ensure_folder(("Projekt",), None)
        assert target.ensure_folder(("PROJEKT",), None) == made
        assert target.ensure_folder(("projekt", "Ett"), None) == (*made, "Ett")


def test_items_of_every_class_are_listed_and_fetched(server: Server, name: str) -> None:
    appointment = Message(
        {tags.MESSAGE_CLASS: "IPM.Appointment", tags.SUBJECT: "Möte", START_WHOLE: 133_600_000_000_000_000}
    )
    contact = Message({tags.MESSAGE_CLASS: "IPM.Contact", tags.DISPLAY_NAME: "Åsa Öst", tags.GIVEN_NAME: "Åsa"})
    note = Message({tags.MESSAGE_CLASS: "IPM.StickyNote", tags.SUBJECT: "Lapp", tags.BODY: "Köp mjölk"})
    for item, folder in ((appointment, "Calendar"), (contact, "Contacts"), (note, "Notes")):
        server.put(name, item, folder)
    with server.source(name) as source:
        for folder in ("Calendar", "Contacts", "Notes"):
            (entry,) = source.changes((folder,), None).entries
            (answer,) = source.fetch((folder,), [entry.ref])
            assert isinstance(answer, Fetched)
            assert answer.stream


def test_recoverable_items_on_request(server: Server, name: str) -> None:
    server.put(name, from_mime(message(1)), "Inbox")
    with server.source(name, recoverable_items=True) as source:
        paths = [folder.path for folder in source.folders()]
        assert ("Recoverable Items", "Deletions") in paths
        assert source.changes(("Recoverable Items", "Deletions"), None).complete
    with server.source(name) as source:
        assert not [folder for folder in source.folders() if folder.path[0] == "Recoverable Items"]


def test_hidden_items_on_request(server: Server, name: str) -> None:
    view = Message(
        {tags.MESSAGE_CLASS: "IPM.Microsoft.FolderDesign.NamedView", tags.SUBJECT: "Vy", tags.MESSAGE_FLAGS: 0x41}
    )
    with server.target(name, hidden_items=True) as target:
        (ref,) = target.append(INBOX, [NewMessage(to_mime(view), frozenset({r"\Seen"}), RECEIVED, write_stream(view))])
        assert target.refs(INBOX) == [ref]
        (answer,) = target.fetch(INBOX, [str(ref)])
        assert isinstance(answer, Fetched)
    with server.source(name) as source:
        assert source.changes(INBOX, None).entries == []
