from __future__ import annotations

import base64
from datetime import UTC, datetime

import pytest

from skyflytt.outlook.mapi import tags
from skyflytt.outlook.mapi.times import filetime
from skyflytt.outlook.mime import Delivery, from_mime
from skyflytt.outlook.mime.provenance import MIME_HEADER
from tests.outlook.mime.inbound.written import HEADER, mail

SENT = filetime(datetime(2024, 5, 17, 7, 30, tzinfo=UTC))


def bag(header: str, delivery: Delivery | None = None) -> dict:
    return from_mime(mail("\nHej\n", header), delivery or Delivery()).properties


def test_times_from_the_date_and_the_mailbox() -> None:
    received = datetime(2024, 5, 18, tzinfo=UTC)
    found = bag(HEADER, Delivery(received=received))
    assert found[tags.CLIENT_SUBMIT_TIME] == SENT
    assert found[tags.MESSAGE_DELIVERY_TIME] == found[tags.CREATION_TIME] == filetime(received)
    assert found[tags.LAST_MODIFICATION_TIME] == filetime(received)


def test_a_mailbox_that_does_not_know_when_it_came() -> None:
    assert bag(HEADER)[tags.MESSAGE_DELIVERY_TIME] == SENT
    hop = bag("Received: from a by b; Fri, 17 May 2024 07:30:00 +0000\nSubject: x\n")
    assert hop[tags.MESSAGE_DELIVERY_TIME] == SENT
    assert tags.CLIENT_SUBMIT_TIME not in hop


@pytest.mark.parametrize("date", ["", "soon", "Fri, 99 May 99999 99:99:99 +9999", "1 Jan 1601 00:00:00 +2300"])
def test_a_date_that_is_none(date: str) -> None:
    found = bag(f"Date: {date}\n")
    assert found.get(tags.CLIENT_SUBMIT_TIME, 0) == 0


@pytest.mark.parametrize(
    ("subject", "prefix", "rest"),
    [
        ("RE: x", "RE: ", "x"),
        ("SV: Offert på åtta  stolar", "SV: ", "Offert på åtta  stolar"),
        ("Re: Re: x", "Re: ", "Re: x"),
        ("RE:x", "", "RE:x"),
        ("Note: x", "", "Note: x"),
        ("10: x", "", "10: x"),
        ("", "", ""),
    ],
)
def test_subject(subject: str, prefix: str, rest: str) -> None:
    found = bag(f"Subject: {subject}\n")
    assert found[tags.SUBJECT] == subject
    assert found[tags.SUBJECT_PREFIX] == prefix
    assert found[tags.NORMALIZED_SUBJECT] == found[tags.CONVERSATION_TOPIC] == rest


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        (b"=?utf-8?Q?Hej_p=C3=A5?=\r\n =?utf-8?Q?_dig?=", "Hej på dig"),
        (b"=?utf-8?B?4oI=?= =?utf-8?B?rA==?=", "€"),
        ("rått på utf-8".encode(), "rått på utf-8"),
        ("rått på latin".encode("latin-1"), "rått på latin"),
        (b"folded\r\n\tonce", "folded\tonce"),
        (b"=?x-unknown?Q?a?= b", "a b"),
        (b"=?utf-8?B?%%%?=", "%%%"),
        (b"a\0b", "ab"),
    ],
)
def test_what_a_subject_can_be_written_in(raw: bytes, shown: str) -> None:
    assert from_mime(b"Subject: " + raw + b"\r\n\r\n").properties[tags.SUBJECT] == shown


def test_thread_and_identifiers() -> None:
    found = bag(
        HEADER + "Thread-Topic: Stolar\nThread-Index: AdqoAAAAAAAAAAAAAAAAAAAAAAAAAA==\n"
        "References: <a@x>\n <b@x>\nIn-Reply-To: <b@x>\nList-Unsubscribe: <mailto:u@x>\n"
    )
    assert found[tags.CONVERSATION_TOPIC] == "Stolar"
    assert len(found[tags.CONVERSATION_INDEX]) == 22
    assert found[tags.INTERNET_MESSAGE_ID] == "<1@example.com>"
    assert found[tags.INTERNET_REFERENCES] == "<a@x> <b@x>"
    assert found[tags.IN_REPLY_TO_ID] == "<b@x>"
    assert found[tags.LIST_UNSUBSCRIBE] == "<mailto:u@x>"
    assert tags.CONVERSATION_INDEX not in bag("Thread-Index: !!\n")


@pytest.mark.parametrize(
    ("header", "importance"),
    [
        ("Importance: high", 2),
        ("X-Priority: 5 (Lowest)", 0),
        ("X-Priority: 1", 2),
        ("Priority: urgent", 2),
        ("X-MSMail-Priority: Low", 0),
        ("X-Nothing: x", 1),
    ],
)
def test_importance(header: str, importance: int) -> None:
    found = bag(header + "\n")
    assert (found[tags.IMPORTANCE], found[tags.PRIORITY]) == (importance, importance - 1)


def test_sensitivity_and_receipts() -> None:
    found = bag("Sensitivity: Company-Confidential\nDisposition-Notification-To: Åsa <asa@example.com>\n")
    assert found[tags.SENSITIVITY] == 3
    assert found[tags.READ_RECEIPT_REQUESTED] is True
    assert found[tags.READ_RECEIPT_SEARCH_KEY] == b"SMTP:ASA@EXAMPLE.COM\0"
    assert tags.READ_RECEIPT_REQUESTED not in bag(HEADER)


def test_the_header_is_kept_in_full() -> None:
    raw = b"Subject: x\r\nX-A: \xc3\xa5\r\n folded\r\n\r\nHej"
    found = from_mime(raw).properties
    assert found[tags.TRANSPORT_MESSAGE_HEADERS] == "Subject: x\r\nX-A: å\r\n folded\r\n"
    assert MIME_HEADER not in found
    assert from_mime(raw.replace(b"\r\n", b"\n")).properties[tags.TRANSPORT_MESSAGE_HEADERS].count("\r\n") == 3


@pytest.mark.parametrize("value", [b"\xe5", b"a\0b", b"a\r b", b"\xed\xa0\x80"])
def test_header_bytes_that_are_no_text_can_be_had_back(value: bytes) -> None:
    block = b"Subject: \xc3\xa5\r\nX-A: " + value + b"\r\n"
    found = from_mime(block + b"\r\nHej").properties
    assert found[MIME_HEADER] == block
    shown = found[tags.TRANSPORT_MESSAGE_HEADERS]
    shown.encode("utf-16-le")  # a lone surrogate would not
    assert "Subject: å\r\n" in shown
    assert "\0" not in shown


@pytest.mark.parametrize(
    ("charset", "codec", "text"),
    [
        ("Shift_JIS", "cp932", "髙﨑①"),
        ("ks_c_5601-1987", "cp949", "뷁"),
        ("gb2312", "gbk", "镕"),
        ("iso-8859-8-i", "iso8859-8", "שלום"),
        ("iso-8859-8-i*he", "iso8859-8", "שלום"),
    ],
)
def test_a_charset_is_what_its_name_stands_for_on_windows(charset: str, codec: str, text: str) -> None:
    word = base64.b64encode(text.encode(codec)).decode()
    assert bag(f"Subject: =?{charset}?B?{word}?=\n")[tags.SUBJECT] == text
