"""Gmail's folders that show messages once more, and what Exchange's IMAP service says in its own way."""

from __future__ import annotations

import pytest

from skyflytt.errors.connection import ServerBusy
from skyflytt.errors.mail import MailboxMissing, MessageUnreadable
from skyflytt.mail.imap import open_imap, open_imap_source
from skyflytt.mail.port import Fetched, FetchFailure, FolderRole
from tests.contract.mail_messages import message, new
from tests.mail.imap.scripts import INBOX, Script, Settings, Start

GMAIL: Script = {
    "CAPABILITY": b"* CAPABILITY IMAP4rev1 X-GM-EXT-1 SPECIAL-USE\r\n{tag} OK\r\n",
    "LIST": (
        b'* LIST () "/" INBOX\r\n* LIST (\\Noselect) "/" "[Gmail]"\r\n* LIST (\\All) "/" "[Gmail]/Alla mejl"\r\n'
        b'* LIST (\\Flagged) "/" "[Gmail]/Stj&AOQ-rnm&AOQ-rkt"\r\n* LIST (\\Important) "/" "[Gmail]/Viktigt"\r\n'
        b'* LIST (\\Sent) "/" "[Gmail]/Skickat"\r\n* LIST () "/" Kunder\r\n{tag} OK\r\n'
    ),
    "STATUS": b"* STATUS x (MESSAGES 7)\r\n{tag} OK\r\n",
    "EXAMINE": b"* 7 EXISTS\r\n* OK [UIDVALIDITY 9] ok\r\n* FLAGS (\\Seen)\r\n{tag} OK [READ-ONLY] ok\r\n",
    "FETCH 1:7 (UID FLAGS INTERNALDATE RFC822.SIZE X-GM-LABELS)": b"".join(
        (b"* %d FETCH (UID %d X-GM-LABELS (%s) FLAGS () " % (uid, uid, labels))
        + b'INTERNALDATE "17-May-2024 09:30:15 +0200" RFC822.SIZE 3)\r\n'
        for uid, labels in enumerate(
            (
                b'"\\\\Inbox"',
                b"",
                b'"\\\\Important" "\\\\Starred"',
                b"Kunder",
                b'"\\\\Sent"',
                b'"Kund (A) \\"x\\""',
                b'"\\\\Important"',
            ),
            1,
        )
    )
    + b"* 2 FETCH (UID 2 FLAGS (\\Seen))\r\n{tag} OK\r\n",
}


def test_gmails_views_are_no_folders_and_all_mail_is_what_was_archived(talking: Start, settings: Settings) -> None:
    with talking(GMAIL) as server, open_imap_source(settings(server.port), "anna", "x") as source:
        folders = {folder.path: folder.role for folder in source.folders()}
        changes = source.changes(("[Gmail]", "Alla mejl"), "9:5")
    assert folders == {
        INBOX: FolderRole.INBOX,
        ("[Gmail]", "Alla mejl"): FolderRole.ARCHIVE,
        ("[Gmail]", "Skickat"): FolderRole.SENT,
        ("Kunder",): None,
    }
    assert [entry.ref for entry in changes.entries] == ["9:2", "9:3", "9:7"]
    assert [entry.ref for entry in changes.elsewhere] == ["9:1", "9:4", "9:5", "9:6"]
    assert (changes.complete, changes.token) == (True, None)


def test_a_label_as_a_literal_counts_as_shown_elsewhere(talking: Start, settings: Settings) -> None:
    labels = (
        b'* 1 FETCH (UID 1 X-GM-LABELS ({4}\r\nKund) FLAGS () INTERNALDATE "17-May-2024 09:30:15 +0200" RFC822.SIZE 3)\r\n'
        b'* 2 FETCH (X-GM-LABELS () UID 2 FLAGS () INTERNALDATE "17-May-2024 09:30:15 +0200" RFC822.SIZE 3)\r\n{tag} OK\r\n'
    )
    changes = GMAIL | {"FETCH 1:7": labels, "FETCH 1:7 (UID FLAGS INTERNALDATE RFC822.SIZE X-GM-LABELS)": labels}
    with talking(changes) as server, open_imap_source(settings(server.port), "anna", "x") as source:
        found = source.changes(("[Gmail]", "Alla mejl"), None)
    assert [entry.ref for entry in found.entries] == ["9:2"]
    assert [entry.ref for entry in found.elsewhere] == ["9:1"]


NOTE = (
    b"From: Microsoft Exchange <x@example.com>\r\nSubject: Retrieval using the IMAP4 protocol failed for the following message: 6\r\n"
    b"\r\nThe server couldn't retrieve the following message:\r\n"
)


def test_exchanges_note_is_not_taken_for_the_message(talking: Start, settings: Settings) -> None:
    reply = (
        b"Subject: Re: hej\r\n\r\nSubject: Retrieval using the IMAP4 protocol failed for the following message: 5\r\n"
    )
    body = b"* 1 FETCH (UID 5 BODY[] {%d}\r\n%s)\r\n* 2 FETCH (UID 6 BODY[] {%d}\r\n%s)\r\n{tag} OK\r\n"
    filled = body.replace(b"%d", str(len(reply)).encode(), 1).replace(b"%s", reply, 1)
    filled = filled.replace(b"%d", str(len(NOTE)).encode(), 1).replace(b"%s", NOTE, 1)
    with (
        talking({"UID FETCH 5:6 (UID BODY.PEEK[])": filled}) as server,
        open_imap_source(settings(server.port), "anna", "x") as source,
    ):
        first, second = sorted(source.fetch(INBOX, ["9:5", "9:6"]), key=lambda answer: answer.ref)
    assert first == Fetched("9:5", reply)
    assert isinstance(second, FetchFailure)
    assert isinstance(second.failure, MessageUnreadable)


def test_exchange_throttles_with_words(talking: Start, settings: Settings) -> None:
    busy = b"{tag} BAD Request is throttled. Suggested Backoff Time: 29500 milliseconds\r\n"
    with (
        talking({"EXAMINE": busy, "APPEND": busy, "FETCH": b"{tag} OK\r\n"}) as server,
        open_imap(settings(server.port), "anna", "x") as mailbox,
    ):
        for act in (lambda: mailbox.changes(INBOX, None), lambda: mailbox.append(INBOX, [new(message(1))])):
            with pytest.raises(ServerBusy) as caught:
                act()
            assert caught.value.retry_after_s == 29.5


def test_exchange_knows_the_login_and_no_mailbox(talking: Start, settings: Settings) -> None:
    words = b"{tag} BAD User is authenticated but not connected.\r\n"
    with (
        talking({"LIST": words, 'LIST "" ""': words}) as server,
        open_imap_source(settings(server.port), "anna", "x") as source,
        pytest.raises(MailboxMissing),
    ):
        source.folders()
