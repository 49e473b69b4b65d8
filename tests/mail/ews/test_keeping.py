"""What is kept beside an item that a server makes of MIME, and the message that is made of both."""

from __future__ import annotations

import pytest

from skyflytt.mail.ews.keeping import kept_beside, with_kept
from skyflytt.mail.identity import fingerprint
from skyflytt.outlook.mapi.named import ORIGINAL_MIME
from skyflytt.outlook.mime.provenance import MIME_STRUCTURE
from skyflytt.sandbox.exchange.best_body import keep_one_body
from skyflytt.sandbox.exchange.mimecontent import message_of, regenerated
from tests.contract.mail_messages import corpus, message

RAWS = {name: raw for name, raw in corpus().items() if raw}
INLINE = (
    b'From: asa@example.com\r\nSubject: Bild\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="r"\r\n\r\n'
    b'--r\r\nContent-Type: text/html\r\n\r\n<img src="cid:a@b">\r\n'
    b"--r\r\nContent-Type: image/png\r\nContent-ID: <a@b>\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n--r--\r\n"
)


def served(raw: bytes) -> bytes:
    """What an Exchange writes of a message that it read."""
    held = message_of(raw)
    keep_one_body(held)
    return regenerated(held)


def same(one: bytes, other: bytes) -> bool:
    return fingerprint(one).fingerprint == fingerprint(other).fingerprint


@pytest.mark.parametrize("name", RAWS)
def test_every_message_of_the_collection_is_given_back(name: str) -> None:
    raw = RAWS[name]
    assert same(with_kept(served(raw), kept_beside(raw)), raw)


def test_an_inline_image_without_a_name() -> None:
    """A server names it: that alone would make another message of it."""
    assert not same(served(INLINE), INLINE)
    kept = kept_beside(INLINE)
    assert MIME_STRUCTURE in kept
    assert ORIGINAL_MIME not in kept
    assert with_kept(served(INLINE), kept) == INLINE


def test_one_plain_text_needs_nothing() -> None:
    assert kept_beside(message(1)) == {}


def test_contents_are_the_servers() -> None:
    """A message that was changed at the server is given as it is there."""
    changed = INLINE.replace(b"<img src", b"<p>Nytt</p><img src")
    assert with_kept(served(changed), kept_beside(INLINE)) == changed


def test_a_changed_subject_is_not_hidden() -> None:
    malformed = RAWS["mime4j/missing-boundary.msg"]
    for raw in (INLINE, malformed):
        changed = served(
            raw.replace(b"Subject: ", b"Subject: Nytt ", 1) if b"Subject: " in raw else b"Subject: Nytt\r\n" + raw
        )
        assert with_kept(changed, kept_beside(raw)) == changed


def test_malformed_mail_is_kept_whole() -> None:
    raw = RAWS["mime4j/missing-boundary.msg"]
    assert kept_beside(raw) == {ORIGINAL_MIME: raw}


def test_a_message_in_a_message_with_html_is_kept_whole() -> None:
    """Nothing can be kept beside an attached message."""
    inner = b"Subject: i\r\nFrom: bo@example.com\r\nContent-Type: text/html\r\n\r\n<p>Hej</p>\r\n"
    raw = (
        b'Subject: c\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="c"\r\n\r\n--c\r\n'
        b"Content-Type: message/rfc822\r\n\r\n" + inner + b"\r\n--c--\r\n"
    )
    assert kept_beside(raw) == {ORIGINAL_MIME: raw}
