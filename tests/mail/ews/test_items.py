"""Items that are no mail, over servers with and without streams."""

from __future__ import annotations

from skyflytt.errors.mail import MessageRefused
from skyflytt.mail.ews import EwsMailbox
from skyflytt.mail.port import Fetched, NewMessage
from skyflytt.outlook.fasttransfer import read_stream, write_stream
from skyflytt.outlook.items.appointment import BUSY_STATUS, END_WHOLE, LOCATION, START_WHOLE
from skyflytt.outlook.mapi import Attachment, Message, Property, tags
from skyflytt.outlook.mapi.named import KEYWORDS
from skyflytt.outlook.mime import delivery_of, to_mime
from tests.contract.mail_messages import RECEIVED, message, new
from tests.mail.ews.conftest import Server

START, END = 133_604_118_000_000_000, 133_604_154_000_000_000
CALENDAR = ("Calendar",)
TOLD: tuple[Property, ...] = (
    tags.MESSAGE_CLASS,
    tags.SUBJECT,
    tags.BODY,
    START_WHOLE,
    END_WHOLE,
    LOCATION,
    BUSY_STATUS,
    KEYWORDS,
)


def appointment() -> Message:
    return Message(
        {
            tags.MESSAGE_CLASS: "IPM.Appointment",
            tags.SUBJECT: "Besök av revisorn",
            tags.BODY: "Ta med pärmarna",
            tags.MESSAGE_FLAGS: 1,
            START_WHOLE: START,
            END_WHOLE: END,
            LOCATION: "Rum Öst",
            BUSY_STATUS: 3,
            KEYWORDS: ("Viktigt möte",),
        }
    )


def only(target: EwsMailbox, folder: tuple[str, ...]) -> Fetched:
    (ref,) = target.refs(folder)
    (answer,) = target.fetch(folder, [ref])
    assert isinstance(answer, Fetched)
    return answer


def described(stream: bytes | None) -> dict[Property, object]:
    assert stream is not None
    there = read_stream(stream).properties
    return {key: there.get(key) for key in TOLD}


def wanted() -> dict[Property, object]:
    return {key: appointment().properties[key] for key in TOLD}


def item() -> NewMessage:
    return NewMessage(to_mime(appointment()), delivery_of(appointment()).flags, RECEIVED, write_stream(appointment()))


def test_an_appointment_by_stream(server: Server, name: str) -> None:
    server.put(name, appointment(), "Calendar")
    with server.source(name) as source:
        (entry,) = source.changes(CALENDAR, None).entries
        (answer,) = source.fetch(CALENDAR, [entry.ref])
    assert isinstance(answer, Fetched)
    assert described(answer.stream) == wanted()


def test_an_appointment_without_streams(without_streams: Server) -> None:
    name = without_streams.new()
    server = without_streams
    server.put(name, appointment(), "Calendar")
    with server.source(name) as source:
        (entry,) = source.changes(CALENDAR, None).entries
        (answer,) = source.fetch(CALENDAR, [entry.ref])
    assert isinstance(answer, Fetched)
    assert described(answer.stream) == wanted()


def test_an_appointment_is_created_where_it_cannot_be_uploaded(without_streams: Server) -> None:
    with without_streams.target(without_streams.new()) as target:
        assert not target.capabilities.takes_streams
        (ref,) = target.append(CALENDAR, [item()])
        assert isinstance(ref, str), ref
        found = only(target, CALENDAR)
    assert described(found.stream) == wanted()


def test_nobody_is_invited(server: Server, without_streams: Server) -> None:
    for each in (server, without_streams):
        with each.target(each.new()) as target:
            (ref,) = target.append(CALENDAR, [item()])
            target.set_flags(CALENDAR, str(ref), frozenset({r"\Seen", r"\Flagged"}))
            target.delete(CALENDAR, [str(ref)])
        assert each.exchange.requests()["invitations"] == 0


def test_an_uploaded_item_is_what_it_was(server: Server, name: str) -> None:
    with server.target(name) as target:
        assert target.capabilities.takes_streams
        target.append(CALENDAR, [item()])
        found = only(target, CALENDAR)
    assert described(found.stream) == wanted()


def test_what_would_lose_its_attachments_is_refused(without_streams: Server) -> None:
    with_file = appointment()
    with_file.attachments = [
        Attachment({tags.ATTACH_METHOD: 1, tags.ATTACH_LONG_FILENAME: "a.txt", tags.ATTACH_DATA: b"a"})
    ]
    new_item = NewMessage(to_mime(with_file), frozenset(), RECEIVED, write_stream(with_file))
    with without_streams.target(without_streams.new()) as target:
        refused, written = target.append(CALENDAR, [new_item, item()])
        assert isinstance(refused, MessageRefused)
        assert refused.item == "0"
        assert isinstance(written, str)


def test_attachments_of_an_item_that_comes_without_a_stream(without_streams: Server) -> None:
    name = without_streams.new()
    with_file = appointment()
    with_file.attachments = [
        Attachment({tags.ATTACH_METHOD: 1, tags.ATTACH_LONG_FILENAME: "a.txt", tags.ATTACH_DATA: b"\0a"})
    ]
    without_streams.put(name, with_file, "Calendar")
    with without_streams.source(name) as source:
        (entry,) = source.changes(CALENDAR, None).entries
        (answer,) = source.fetch(CALENDAR, [entry.ref])
    assert isinstance(answer, Fetched)
    assert answer.stream is not None
    (attachment,) = read_stream(answer.stream).attachments
    assert (attachment.properties[tags.ATTACH_LONG_FILENAME], attachment.properties[tags.ATTACH_DATA]) == (
        "a.txt",
        b"\0a",
    )


def test_categories_keep_their_spelling_when_flags_change(server: Server, name: str) -> None:
    server.put(name, appointment(), "Calendar")
    with server.target(name) as target, server.source(name) as source:
        (entry,) = source.changes(CALENDAR, None).entries
        target.set_flags(CALENDAR, entry.ref, entry.flags | {r"\Flagged"})
        assert described(only(target, CALENDAR).stream)[KEYWORDS] == ("Viktigt möte",)


def test_flags_and_receipt_are_those_given_not_those_of_the_stream(server: Server, name: str) -> None:
    inbox = ("INBOX",)
    with server.target(name) as target:
        target.append(inbox, [new(message(1), frozenset({r"\Seen"}))])
        stream = only(target, inbox).stream
        copy = target.ensure_folder(("Kopia",), None)
        target.append(copy, [NewMessage(message(1), frozenset({r"\Flagged"}), new(message(1)).received, stream)])
        (entry,) = target.changes(copy, None).entries
    assert (entry.flags, entry.received) == ({r"\Flagged"}, RECEIVED)
