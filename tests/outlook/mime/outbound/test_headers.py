"""Headers made from properties: what a reader decodes is what the properties say."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.headerregistry import Address
from email.message import EmailMessage

import pytest

from skyflytt.outlook.mapi import Message, Named, Properties, tags
from skyflytt.outlook.mapi.named import KEYWORDS, PS_INTERNET_HEADERS
from skyflytt.outlook.mime.outbound import to_mime

SENT = 133_604_118_000_000_000
ONE_OFF = bytes(4) + bytes.fromhex("812B1FA4BEA310199D6E00DD010F5402") + b"\0\0\0\x80"


def entry(name: str, address: str) -> bytes:
    return ONE_OFF + f"{name}\0SMTP\0{address}\0".encode("utf-16-le")


def written(properties: Properties, recipients: list[Properties] | None = None) -> EmailMessage:
    raw = to_mime(Message({tags.BODY: "x", **properties}, recipients or []))
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    parsed = message_from_bytes(raw, policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    return parsed


def test_everybody_is_named() -> None:
    mail = written(
        {
            tags.SENT_REPRESENTING_NAME: "Öst, Åsa",
            tags.SENT_REPRESENTING_ADDRESS_TYPE: "EX",
            tags.SENT_REPRESENTING_EMAIL_ADDRESS: "/o=Org/cn=asa",
            tags.SENT_REPRESENTING_SMTP_ADDRESS: "asa@example.com",
            tags.SENDER_NAME: "Sekreterare",
            tags.SENDER_ADDRESS_TYPE: "SMTP",
            tags.SENDER_EMAIL_ADDRESS: "sek@example.com",
            tags.REPLY_RECIPIENT_ENTRIES: (1).to_bytes(4, "little")
            + bytes(4)
            + len(entry("Svar", "svar@example.com")).to_bytes(4, "little")
            + entry("Svar", "svar@example.com"),
            tags.REPLY_RECIPIENT_NAMES: "Svar",
        },
        [
            {tags.RECIPIENT_TYPE: 1, tags.DISPLAY_NAME: "Bo", tags.SMTP_ADDRESS: "bo@example.com"},
            {tags.RECIPIENT_TYPE: 2, tags.DISPLAY_NAME: "'cc@example.com'"},
            {tags.RECIPIENT_TYPE: 3, tags.ENTRY_ID: entry("Hemlig", "b@example.com")},
        ],
    )
    assert mail["From"].addresses == (Address("Öst, Åsa", addr_spec="asa@example.com"),)
    assert mail["Sender"].addresses == (Address("Sekreterare", addr_spec="sek@example.com"),)
    assert mail["Reply-To"].addresses == (Address("Svar", addr_spec="svar@example.com"),)
    assert mail["To"].addresses == (Address("Bo", addr_spec="bo@example.com"),)
    assert mail["Cc"].addresses == (Address("", addr_spec="cc@example.com"),)
    assert mail["Bcc"].addresses == (Address("Hemlig", addr_spec="b@example.com"),)


def test_an_exchange_address_takes_the_smtp_address_that_a_recipient_has_for_it() -> None:
    asa: Properties = {
        tags.SENDER_NAME: "Åsa",
        tags.SENDER_ADDRESS_TYPE: "EX",
        tags.SENDER_EMAIL_ADDRESS: "/o=Org/cn=ASA",
    }
    known = written(
        asa, [{tags.ADDRESS_TYPE: "EX", tags.EMAIL_ADDRESS: "/o=org/cn=asa", tags.SMTP_ADDRESS: "asa@example.com"}]
    )
    assert known["From"].addresses == (Address("Åsa", addr_spec="asa@example.com"),)
    assert written(asa)["From"].addresses[0].addr_spec == "IMCEAEX-_o=Org_cn=ASA@invalid"


def test_a_name_without_an_address_is_an_empty_group() -> None:
    mail = written({}, [{tags.DISPLAY_NAME: "Alla på kontoret"}])
    assert [group.display_name for group in mail["To"].groups] == ["Alla på kontoret"]
    assert mail["To"].addresses == ()


def test_two_thousand_recipients() -> None:
    boxes: list[Properties] = [
        {tags.DISPLAY_NAME: f"Nr {n}", tags.SMTP_ADDRESS: f"n{n}@example.com"} for n in range(2000)
    ]
    assert [address.addr_spec for address in written({}, boxes)["To"].addresses] == [
        f"n{n}@example.com" for n in range(2000)
    ]


@pytest.mark.parametrize(
    "subject",
    [
        "Kort",
        "Offert på åtta stolar – svar senast fredag, annars går det inte " * 5,
        "x" * 3000,
        "=?utf-8?Q?no?= word",
        "👩‍👩‍👧 " * 40,
        "RE: a",
    ],
)
def test_subjects_come_back(subject: str) -> None:
    mail = written({tags.SUBJECT: subject})
    assert mail["Subject"] == subject.strip()


def test_the_signs_before_the_subject_of_a_pst_are_none_of_its_own() -> None:
    assert written({tags.SUBJECT: "\x01\x05RE: x"})["Subject"] == "RE: x"
    assert written({tags.SUBJECT_PREFIX: "RE: ", tags.NORMALIZED_SUBJECT: "x"})["Subject"] == "RE: x"


def test_the_rest_of_the_header() -> None:
    mail = written(
        {
            tags.CLIENT_SUBMIT_TIME: SENT,
            tags.INTERNET_MESSAGE_ID: "<1@example.com>",
            tags.INTERNET_REFERENCES: " ".join(f"<{n}@example.com>" for n in range(30)),
            tags.IN_REPLY_TO_ID: "<0@example.com>",
            tags.IMPORTANCE: 2,
            tags.PRIORITY: 1,
            tags.SENSITIVITY: 3,
            tags.CONVERSATION_TOPIC: "Ämnet",
            tags.CONVERSATION_INDEX: bytes(range(22)),
            tags.READ_RECEIPT_REQUESTED: True,
            tags.SENDER_EMAIL_ADDRESS: "a@example.com",
            KEYWORDS: ("Röd kategori", "b,c"),
            Named(PS_INTERNET_HEADERS, "x-own", 0x1F): "Värde",
        }
    )
    assert mail["Date"].datetime.isoformat() == "2024-05-17T09:30:00+00:00"
    assert mail["Message-ID"] == "<1@example.com>"
    assert str(mail["References"]).split() == [f"<{n}@example.com>" for n in range(30)]
    assert mail["In-Reply-To"] == "<0@example.com>"
    assert (mail["Importance"], mail["X-Priority"], mail["Priority"]) == ("high", "1", "urgent")
    assert mail["Sensitivity"] == "Company-Confidential"
    assert mail["Thread-Topic"] == "Ämnet"
    assert mail["Thread-Index"] == "AAECAwQFBgcICQoLDA0ODxAREhMUFQ=="
    assert mail["Disposition-Notification-To"] == "a@example.com"
    assert mail["Keywords"] == 'Röd kategori, "b,c"'
    assert mail["x-own"] == "Värde"


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\x85", "\u2028", "\0\r\n"])
def test_no_value_begins_a_header_of_its_own(end: str) -> None:
    evil = f"x{end}Bcc: evil@example.com{end}{end}body"
    mail = written(
        {
            tags.SUBJECT: evil,
            tags.SENDER_NAME: evil,
            tags.SENDER_EMAIL_ADDRESS: f"a@b{end}Bcc: c",
            tags.INTERNET_MESSAGE_ID: evil,
            tags.CONVERSATION_TOPIC: evil,
            KEYWORDS: (evil,),
        },
        [{tags.DISPLAY_NAME: evil, tags.SMTP_ADDRESS: f"{end}Bcc: evil@example.com"}],
    )
    assert mail["Bcc"] is None
    assert mail.get_content() == "x"


def test_transport_headers_are_kept_and_only_the_structural_ones_replaced() -> None:
    kept = "Received: from x by y;\r\n\tFri, 17 May 2024 09:30:00 +0200\r\nfrom: Bo  <bo@example.com>\r\nX-Tom:\r\n"
    structural = 'Content-Type: multipart/mixed;\r\n\tboundary="lost"\r\nMIME-version: 1.0\r\n'
    subject = "Subject: =?utf-8?q?=C3=A5?=\r\n"
    parts = "\r\n--lost\r\nContent-Type: text/plain\r\n\r\n"
    transport = (
        "Microsoft Mail Internet Headers Version 2.0\r\n" + kept + structural + "no header this\r\n" + subject + parts
    )
    hidden: Properties = {tags.RECIPIENT_TYPE: 3, tags.SMTP_ADDRESS: "hemlig@example.com"}
    raw = to_mime(Message({tags.TRANSPORT_MESSAGE_HEADERS: transport, tags.BODY: "Hej", tags.SUBJECT: " å"}, [hidden]))
    made = (
        "X-Unparsed-Header: no header this\r\n"
        + subject
        + "Bcc: hemlig@example.com\r\nMIME-Version: 1.0\r\nContent-Type: text/plain"
    )
    assert raw.startswith((kept + made).encode())
    assert raw.endswith(b"\r\n\r\nHej")
