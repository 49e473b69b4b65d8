from __future__ import annotations

import pytest

from skyflytt.outlook.mapi import tags
from skyflytt.outlook.mime import from_mime
from skyflytt.outlook.mime.inbound.addresses import mailboxes
from skyflytt.outlook.mime.inbound.people import flat_entry_list, one_off_entry_id
from tests.outlook.mime.inbound.written import HEADER, mail


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (b"a@b.c", [("", "a@b.c")]),
        (b"<a@b.c>", [("", "a@b.c")]),
        (b"Bo Ek <a@b.c>", [("Bo Ek", "a@b.c")]),
        (b'"Ek, Bo \\"B\\"" <a@b.c>, d@e.f', [('Ek, Bo "B"', "a@b.c"), ("", "d@e.f")]),
        (b"a@b.c (Bo Ek)", [("Bo Ek", "a@b.c")]),
        (b"Bo (the (nested) one) Ek <a@b.c>", [("Bo  Ek", "a@b.c")]),
        (b"=?utf-8?B?w4VzYSwgw5ZzdA==?= <a@b.c>", [("Åsa, Öst", "a@b.c")]),
        (b'"=?utf-8?Q?=C3=85sa?=" <a@b.c>', [("Åsa", "a@b.c")]),
        ("Åsa <a@b.c>".encode("latin-1"), [("Åsa", "a@b.c")]),
        ("Åsa <åsa@blåbär.se>".encode(), [("Åsa", "åsa@blåbär.se")]),
        (b"Team: a@b.c, Bo <d@e.f>;, g@h.i", [("", "a@b.c"), ("Bo", "d@e.f"), ("", "g@h.i")]),
        (b"undisclosed-recipients:;", []),
        (b"<@x,@y:a@b.c>", [("", "a@b.c")]),
        (b"Bo Ek a@b.c", [("Bo Ek", "a@b.c")]),
        (b"a@b.c; d@e.f", [("", "a@b.c"), ("", "d@e.f")]),
        (b"a@b.c,, ,", [("", "a@b.c")]),
        (b"Bo\r\n Ek <a@b.c>", [("Bo Ek", "a@b.c")]),
        (b"a@b.c <a@b.c>", [("", "a@b.c")]),
        (b'"open <a@b.c>', [("open", "a@b.c")]),
        (b"jdoe@test   . example", [("", "jdoe@test.example")]),
        (b"Bo(A nice \\) chap) <bo(his account)@silly.test(his host)>", [("Bo", "bo@silly.test")]),
        (b"Hidden  :(nobody(that I know))  ;", []),
        (b"John Q. Public", [("", "John Q. Public")]),
        (b"", []),
    ],
)
def test_address_lists(value: bytes, found: list[tuple[str, str]]) -> None:
    assert [tuple(mailbox) for mailbox in mailboxes(value)] == found


def test_the_entry_id_of_an_address() -> None:
    head = "00000000812b1fa4bea310199d6e00dd010f540200000190"
    assert one_off_entry_id("Bo", "a@b.c") == bytes.fromhex(head) + "Bo\0SMTP\0a@b.c\0".encode("utf-16-le")


def test_a_flat_list_pads_its_entries() -> None:
    assert flat_entry_list([b"abcde", b"abcd"]).hex() == (
        "02000000" + "14000000" + "05000000" + "6162636465000000" + "04000000" + "61626364"
    )


def test_who_wrote_who_sent_and_who_is_answered() -> None:
    message = from_mime(mail("Sender: Cy <cy@example.com>\nReply-To: D <d@x.y>, e@x.y\n\nHej\n"))
    bag = message.properties
    assert bag[tags.SENT_REPRESENTING_NAME] == "Åsa"
    assert bag[tags.SENT_REPRESENTING_EMAIL_ADDRESS] == bag[tags.SENT_REPRESENTING_SMTP_ADDRESS] == "asa@example.com"
    assert bag[tags.SENT_REPRESENTING_SEARCH_KEY] == b"SMTP:ASA@EXAMPLE.COM\0"
    assert bag[tags.SENDER_NAME] == "Cy"
    assert bag[tags.SENDER_EMAIL_ADDRESS] == bag[tags.SENDER_SMTP_ADDRESS] == "cy@example.com"
    assert bag[tags.SENDER_ADDRESS_TYPE] == bag[tags.SENT_REPRESENTING_ADDRESS_TYPE] == "SMTP"
    assert bag[tags.REPLY_RECIPIENT_NAMES] == "D;e@x.y"
    assert bag[tags.REPLY_RECIPIENT_ENTRIES].startswith(b"\2\0\0\0")


def test_a_sender_that_is_not_named_is_the_author() -> None:
    bag = from_mime(mail("\nHej\n")).properties
    assert bag[tags.SENDER_NAME] == "Åsa"
    assert (
        bag[tags.SENDER_ENTRY_ID] == bag[tags.SENT_REPRESENTING_ENTRY_ID] == one_off_entry_id("Åsa", "asa@example.com")
    )


def test_recipients() -> None:
    message = from_mime(mail("Cc: Team: C <c@x.y>, d@x.y;\nBcc: e@x.y\nTo: f@x.y\n\nHej\n"))
    rows = message.recipients
    assert [(row[tags.RECIPIENT_TYPE], row[tags.DISPLAY_NAME], row[tags.SMTP_ADDRESS]) for row in rows] == [
        (1, "Bo", "bo@example.com"),
        (1, "f@x.y", "f@x.y"),
        (2, "C", "c@x.y"),
        (2, "d@x.y", "d@x.y"),
        (3, "e@x.y", "e@x.y"),
    ]
    assert rows[0] == {
        tags.RECIPIENT_TYPE: 1,
        tags.DISPLAY_NAME: "Bo",
        tags.ADDRESS_TYPE: "SMTP",
        tags.EMAIL_ADDRESS: "bo@example.com",
        tags.SMTP_ADDRESS: "bo@example.com",
        tags.ENTRY_ID: one_off_entry_id("Bo", "bo@example.com"),
        tags.SEARCH_KEY: b"SMTP:BO@EXAMPLE.COM\0",
        tags.OBJECT_TYPE: 6,
        tags.DISPLAY_TYPE: 0,
        tags.RESPONSIBILITY: True,
        tags.SEND_RICH_INFO: False,
    }
    shown = [message.properties[tag] for tag in (tags.DISPLAY_TO, tags.DISPLAY_CC, tags.DISPLAY_BCC)]
    assert shown == ["Bo; f@x.y", "C; d@x.y", "e@x.y"]


def test_two_thousand_recipients() -> None:
    many = ",\n ".join(f'"Person, {number}" <p{number}@example.com>' for number in range(2_000))
    message = from_mime(mail("\nHej\n", HEADER.replace("Bo <bo@example.com>", many)))
    assert len(message.recipients) == 2_000
    assert message.recipients[-1][tags.DISPLAY_NAME] == "Person, 1999"
