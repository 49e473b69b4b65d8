"""The plain text beside HTML outlives a store of one body."""

from __future__ import annotations

from skyflytt.outlook.fasttransfer import read_stream, write_stream
from skyflytt.outlook.mapi import Message, tags
from skyflytt.outlook.mime import from_mime, to_mime
from skyflytt.outlook.mime.provenance import TEXT_ALTERNATIVE
from skyflytt.outlook.mime.text_alternative import keep_text, kept_text
from skyflytt.outlook.mime.without_kept import without_kept

HTML = "<p>Hej på er, hälsar&nbsp;Åsa</p>"
RAW = (
    "From: asa@example.com\r\nSubject: a\r\nMIME-Version: 1.0\r\n"
    'Content-Type: multipart/alternative; boundary="b"\r\n\r\n'
    "--b\r\nContent-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: 8bit\r\n\r\nSagt på annat sätt\r\n"
    f"--b\r\nContent-Type: text/html; charset=iso-8859-1\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{HTML}\r\n--b--\r\n"
).encode("latin-1")


def stored(raw: bytes) -> Message:
    """As a store holds it that makes the text of the HTML."""
    message = from_mime(raw)
    keep_text(message)
    message.properties[tags.BODY] = "Hej på er, hälsar Åsa"
    return read_stream(write_stream(message))


def test_the_text_comes_back() -> None:
    assert to_mime(stored(RAW)) == RAW


def test_it_comes_back_beside_html_in_another_charset() -> None:
    message = stored(RAW)
    message.properties |= {tags.HTML: HTML.encode(), tags.INTERNET_CODEPAGE: 65001}
    assert to_mime(message) == RAW


def test_it_does_not_come_back_beside_other_html() -> None:
    message = stored(RAW)
    message.properties[tags.HTML] = b"<p>Nytt</p>"
    assert kept_text(message.properties) is None
    again = from_mime(to_mime(message))
    assert again.properties[tags.BODY] == "Hej på er, hälsar Åsa"


def test_html_alone_stays_alone() -> None:
    raw = b"Subject: a\r\nContent-Type: text/html\r\n\r\n<p>Hej</p>\r\n"
    message = from_mime(raw)
    keep_text(message)
    assert TEXT_ALTERNATIVE not in message.properties
    message.properties[tags.BODY] = "Hej"
    assert to_mime(message) == raw


def test_in_an_attached_message() -> None:
    carrier = (
        b'Subject: c\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="c"\r\n\r\n--c\r\n'
        b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" + RAW + b"\r\n--c--\r\n"
    )
    message = from_mime(carrier)
    keep_text(message)
    (attached,) = message.attachments
    assert attached.embedded is not None
    attached.embedded.properties[tags.BODY] = "Annat"
    assert to_mime(message) == carrier


def test_without_kept_takes_every_property_of_our_own_set() -> None:
    message = from_mime(RAW)
    keep_text(message)
    bare = without_kept(message)
    assert TEXT_ALTERNATIVE in message.properties
    assert kept_text(bare.properties) is None
    assert bare.properties[tags.HTML] == message.properties[tags.HTML]
