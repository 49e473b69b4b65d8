"""Items: made, read, changed, moved, found, deleted."""

from __future__ import annotations

import email
import email.policy
from datetime import UTC, datetime

import exchangelib
import pytest
from exchangelib import CalendarItem, Contact, ExtendedProperty, HTMLBody, Message, Task
from exchangelib.errors import ErrorInvalidIdMalformed, ErrorIrresolvableConflict, ErrorItemNotFound
from exchangelib.items import SEND_TO_NONE

from skyflytt.outlook.mapi import Message as MapiMessage
from skyflytt.outlook.mapi import tags
from skyflytt.outlook.mime import Delivery
from skyflytt.sandbox.exchange.running import Exchange
from skyflytt.sandbox.exchange.store import Database, folders, items, mailboxes

pytestmark = pytest.mark.real
RAW = (
    b"Received: from a by b; Mon, 1 Jan 2024 10:00:01 +0100\r\n"
    b"X-Own: kept\r\nSubject: =?utf-8?q?Sm=C3=B6rg=C3=A5s?=\r\nMessage-ID: <1@x>\r\nFrom: Anna <a@b.example>\r\n"
    b"To: Bengt <c@d.example>\r\nDate: Mon, 1 Jan 2024 10:00:00 +0100\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: multipart/mixed; boundary="old"\r\n\r\n'
    b"--old\r\nContent-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    b"R=E4ksm=F6rg=E5s\r\n--old\r\nContent-Type: application/pdf; name=a.pdf\r\nContent-Disposition: attachment; filename=a.pdf\r\n"
    b"Content-Transfer-Encoding: base64\r\n\r\nJVBERg==\r\n--old--\r\n"
)


class Flags(ExtendedProperty):
    property_tag = 0x0E07
    property_type = "Integer"


class Received(ExtendedProperty):
    property_tag = 0x0E06
    property_type = "SystemTime"


class Key(ExtendedProperty):
    property_set_id = "5b1c4e2a-6f0d-4c53-9a7e-2d8c0f4b7a61"
    property_name = "ItemKey"
    property_type = "String"


class Tags(ExtendedProperty):
    distinguished_property_set_id = "PublicStrings"
    property_name = "Färger"
    property_type = "StringArray"


@pytest.fixture(autouse=True)
def extended() -> object:
    names = {"flags_": Flags, "received_": Received, "key_": Key, "tags_": Tags}
    for name, kind in names.items():
        Message.register(name, kind)
    yield
    for name in names:
        Message.deregister(name)


def the_message(account: exchangelib.Account) -> Message:
    (found,) = account.inbox.all()
    return found


def test_mime_is_written_anew_and_says_the_same(account: exchangelib.Account) -> None:
    Message(account=account, folder=account.inbox, mime_content=RAW).save()
    again = the_message(account).mime_content
    assert again != RAW
    assert b"old" not in again
    message = email.message_from_bytes(again, policy=email.policy.default)
    assert (message["subject"], message["message-id"], message["x-own"]) == ("Smörgås", "<1@x>", "kept")
    assert message.get_body().get_content().strip() == "Räksmörgås"
    assert [part.get_content() for part in message.iter_attachments()] == [b"%PDF"]


def test_an_item_made_is_a_draft_of_this_hour_unless_it_says_otherwise(account: exchangelib.Account) -> None:
    Message(account=account, folder=account.inbox, mime_content=RAW).save()
    draft = the_message(account)
    assert draft.is_draft
    assert draft.datetime_received.year >= 2026
    draft.delete()
    when = exchangelib.EWSDateTime(2020, 2, 3, 4, 5, 6, tzinfo=exchangelib.UTC)
    Message(account=account, folder=account.inbox, mime_content=RAW, is_read=True, flags_=1, received_=when).save()
    kept = the_message(account)
    assert not kept.is_draft
    assert kept.datetime_received == when
    assert kept.flags_ & 0x19 == 0x11


def test_extended_properties_come_back(account: exchangelib.Account) -> None:
    Message(account=account, folder=account.inbox, subject="s", key_="å/1", tags_=["röd", "blå"]).save()
    found = the_message(account)
    assert (found.key_, found.tags_) == ("å/1", ["röd", "blå"])
    assert list(account.inbox.filter(key_="å/1").values_list("subject")) == [("s",)]
    assert list(account.inbox.filter(key_="å/2")) == []
    found.key_ = None
    found.save(update_fields=["key_"])
    assert the_message(account).key_ is None


def test_an_item_of_properties_alone(account: exchangelib.Account) -> None:
    Message(
        account=account,
        folder=account.inbox,
        subject="Hej",
        body=HTMLBody("<p>Å</p>"),
        to_recipients=[exchangelib.Mailbox(name="Åsa", email_address="a@b.example")],
        categories=["Röd"],
        importance="High",
        attachments=[exchangelib.FileAttachment(name="a.txt", content=b"hej")],
    ).save()
    found = the_message(account)
    assert (found.subject, found.body, found.importance, found.categories) == ("Hej", "<p>Å</p>", "High", ["Röd"])
    assert [(one.name, one.email_address) for one in found.to_recipients] == [("Åsa", "a@b.example")]
    assert [(one.name, one.content) for one in found.attachments] == [("a.txt", b"hej")]


def test_items_of_every_kind_keep_their_kind(account: exchangelib.Account) -> None:
    when = exchangelib.EWSDateTime(2026, 1, 2, 3, 0, tzinfo=exchangelib.UTC)
    CalendarItem(
        account=account,
        folder=account.calendar,
        subject="Möte",
        start=when,
        end=when,
        required_attendees=["a@b.example"],
    ).save(send_meeting_invitations=SEND_TO_NONE)
    Contact(account=account, folder=account.contacts, display_name="Åsa", given_name="Åsa").save()
    Task(account=account, folder=account.tasks, subject="Göra").save()
    (meeting,), (contact,), (task,) = account.calendar.all(), account.contacts.all(), account.tasks.all()
    assert (type(meeting), meeting.subject, meeting.start) == (CalendarItem, "Möte", when)
    assert (type(contact), contact.display_name) == (Contact, "Åsa")
    assert (type(task), task.subject, task.status) == (Task, "Göra", "NotStarted")


def test_invitations_that_a_client_wants_sent_are_counted(account: exchangelib.Account, exchange: Exchange) -> None:
    when = exchangelib.EWSDateTime(2026, 1, 2, 3, 0, tzinfo=exchangelib.UTC)
    item = CalendarItem(account=account, folder=account.calendar, subject="Möte", start=when, end=when)
    item.save(send_meeting_invitations="SendToAllAndSaveCopy")
    assert exchange.requests()["invitations"] == 1


def test_the_read_flag_the_rest_moves_and_deletions_are_synchronised_as_such(account: exchangelib.Account) -> None:
    for number in range(5):
        Message(account=account, folder=account.inbox, subject=f"{number}", is_read=False).save()
    created = {
        item.subject: item for kind, item in account.inbox.sync_items(max_changes_returned=2) if kind == "create"
    }
    assert sorted(created) == ["0", "1", "2", "3", "4"]
    assert list(account.inbox.sync_items()) == []
    list(account.sent.sync_items())
    created["0"].is_read = True
    created["0"].save(update_fields=["is_read"])
    created["1"].subject = "ett"
    created["1"].save(update_fields=["subject"])
    before = created["2"].id
    created["2"].move(account.sent)
    gone = created["3"].id
    created["3"].delete()
    changes = list(account.inbox.sync_items())
    assert sorted(kind for kind, _ in changes) == ["delete", "delete", "read_flag_change", "update"]
    by_kind = dict(changes)
    assert by_kind["read_flag_change"][0].id == created["0"].id
    assert by_kind["read_flag_change"][1] is True
    assert by_kind["update"].subject == "ett"
    assert {item.id for kind, item in changes if kind == "delete"} == {before, gone}
    ((kind, moved),) = account.sent.sync_items()
    assert (kind, moved.subject) == ("create", "2")
    assert moved.id == created["2"].id != before


def test_every_round_ends_and_no_change_is_missed_while_the_folder_changes(account: exchangelib.Account) -> None:
    items_made = [Message(account=account, folder=account.inbox, subject=f"{number}").save() for number in range(6)]
    seen: dict[str, str] = {}
    for number, (kind, item) in enumerate(account.inbox.sync_items(max_changes_returned=2)):
        seen[item.id] = kind
        if number == 1:
            items_made[5].delete()
            Message(account=account, folder=account.inbox, subject="late").save()
    for kind, item in account.inbox.sync_items():
        seen[item.id] = kind
    there = {item.id for item in account.inbox.all()}
    assert {number for number, kind in seen.items() if kind != "delete"} == there


def test_copies_moves_and_soft_deletions(account: exchangelib.Account) -> None:
    item = Message(account=account, folder=account.inbox, subject="a").save()
    item.copy(account.sent)
    assert account.sent.all().count() == 1
    item.soft_delete()
    assert account.recoverable_items_deletions.all().count() == 1
    (other,) = account.sent.all()
    other.move_to_trash()
    assert [found.subject for found in account.trash.all()] == ["a"]
    account.trash.empty(delete_type="HardDelete")
    assert account.trash.all().count() == 0


def test_ids_of_what_has_gone_or_never_was(account: exchangelib.Account) -> None:
    item = Message(account=account, folder=account.inbox, subject="a").save()
    known = (item.id, item.changekey)
    item.delete()
    gone, malformed = account.fetch([known, (known[0].lower(), known[1])])
    assert isinstance(gone, ErrorItemNotFound)
    assert isinstance(malformed, ErrorInvalidIdMalformed | ErrorItemNotFound)


def test_find_pages_sorts_and_restricts(account: exchangelib.Account) -> None:
    for number in range(7):
        Message(account=account, folder=account.inbox, subject=f"nr {number}", is_read=number % 2 == 0).save()
    found = account.inbox.all().order_by("-subject")
    found.page_size = 3
    assert [item.subject for item in found] == [f"nr {number}" for number in range(6, -1, -1)]
    assert account.inbox.filter(is_read=False).count() == 3
    assert [item.subject for item in account.inbox.filter(subject__contains="NR 5")] == []
    assert [item.subject for item in account.inbox.filter(subject__icontains="NR 5")] == ["nr 5"]
    assert account.inbox.filter(subject__in=["nr 1", "nr 2"]).count() == 2
    assert account.inbox.exclude(subject="nr 1").count() == 6


def test_what_is_delivered_keeps_its_time_and_flags(
    account: exchangelib.Account, database: Database, address: str
) -> None:
    store = mailboxes.find(database, address)
    assert store is not None
    folder = folders.by_path(database, store, ("Inbox",))
    when = datetime(2021, 3, 4, 5, 6, 7, tzinfo=UTC)
    items.deliver(database, folder.id, RAW, Delivery(when, frozenset({"\\Seen"})), when)
    found = the_message(account)
    assert (found.datetime_received, found.is_read, found.is_draft) == (when, True, False)


def test_a_calendar_item_from_icalendar_comes_back_as_such(account: exchangelib.Account) -> None:
    raw = (
        b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:own-1\r\nDTSTAMP:20260101T000000Z\r\n"
        b"DTSTART:20260102T090000Z\r\nDTEND:20260102T100000Z\r\nSUMMARY:M\xc3\xb6te\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    start = exchangelib.EWSDateTime(2026, 1, 2, 9, 0, tzinfo=exchangelib.UTC)
    end = exchangelib.EWSDateTime(2026, 1, 2, 10, 0, tzinfo=exchangelib.UTC)
    CalendarItem(account=account, folder=account.calendar, mime_content=raw, subject="Möte", start=start, end=end).save(
        send_meeting_invitations=SEND_TO_NONE
    )
    (found,) = account.calendar.all()
    assert (found.subject, found.start, found.end) == ("Möte", start, end)
    assert b"BEGIN:VEVENT" in found.mime_content
    assert b"UID:own-1" in found.mime_content


def test_a_stale_change_key_is_a_conflict_for_who_never_overwrites(account: exchangelib.Account) -> None:
    item = Message(account=account, folder=account.inbox, subject="one").save()
    stale = Message(account=account, folder=account.inbox, id=item.id, changekey=item.changekey, subject="three")
    item.subject = "two"
    item.save(update_fields=["subject"])
    with pytest.raises(ErrorIrresolvableConflict):
        stale.save(update_fields=["subject"], conflict_resolution="NeverOverwrite")
    stale.save(update_fields=["subject"])
    assert the_message(account).subject == "three"


def test_a_message_attached_to_a_message_is_an_item_attachment(account: exchangelib.Account) -> None:
    raw = (
        b"From: a@b.example\r\nSubject: outer\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
        b"--b\r\nContent-Type: message/rfc822\r\n\r\nFrom: c@d.example\r\nSubject: inner\r\n\r\ntext\r\n--b--\r\n"
    )
    Message(account=account, folder=account.inbox, mime_content=raw).save()
    (attached,) = the_message(account).attachments
    assert attached.item.subject == "inner"
    assert b"text" in attached.item.mime_content


def test_user_configurations_are_read(account: exchangelib.Account, database: Database, address: str) -> None:
    store = mailboxes.find(database, address)
    assert store is not None
    folder = folders.by_path(database, store, ("Calendar",))
    configuration = MapiMessage({tags.MESSAGE_CLASS: "IPM.Configuration.CategoryList", 0x7C080102: b"<categories/>"})
    items.add(database, folder.id, configuration, datetime(2026, 1, 1, tzinfo=UTC), associated=True)
    assert account.calendar.get_user_configuration(name="CategoryList").xml_data == b"<categories/>"
    with pytest.raises(ErrorItemNotFound):
        account.calendar.get_user_configuration(name="Other")
