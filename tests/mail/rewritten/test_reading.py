"""Copies of a message that an Exchange has read are known again, with the reason; a part of a message never is."""

from __future__ import annotations

import pytest

from skyflytt.mail.identity import fingerprint
from skyflytt.mail.rewritten import REASONS, Reason, reasons, sentence
from skyflytt.outlook.fasttransfer import read_stream, write_stream
from skyflytt.outlook.mime import to_mime
from skyflytt.sandbox.exchange.best_body import keep_one_body
from skyflytt.sandbox.exchange.mimecontent import message_of, regenerated
from tests.contract.mail_messages import corpus, message

RAWS = {name: raw for name, raw in corpus().items() if raw}
HEAD = b"From: asa@example.com\r\nSubject: Brev\r\nMessage-ID: <1@example.com>\r\nMIME-Version: 1.0\r\n"


def in_exchange(raw: bytes) -> tuple[bytes, bytes]:
    """The message as an Exchange gives it that got it from others: by a stream, and as MIME."""
    held = message_of(raw)
    keep_one_body(held)
    return to_mime(read_stream(write_stream(held))), regenerated(held)


def mixed(*parts: bytes) -> bytes:
    return (
        HEAD
        + b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
        + b"".join(b"--b\r\n" + part + b"\r\n" for part in parts)
        + b"--b--\r\n"
    )


TEXT = b"Content-Type: text/plain\r\n\r\nHej"
PICTURE = b"Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo="


@pytest.mark.parametrize("name", RAWS)
def test_every_copy_that_differs_is_explained(name: str) -> None:
    for copy in in_exchange(RAWS[name]):
        equal = fingerprint(copy).fingerprint == fingerprint(RAWS[name]).fingerprint
        assert equal or reasons(RAWS[name], copy)
        assert equal or reasons(RAWS[name], copy) == reasons(copy, RAWS[name])


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (mixed(TEXT, PICTURE), Reason.PART_NAMED),
        (mixed(TEXT, b"Content-Type: text/x-diff\r\n\r\n+a"), Reason.TEXT_ATTACHED),
        (mixed(TEXT, b'Content-Disposition: attachment; filename="a:b.txt"\r\n\r\na'), Reason.NAME_CHANGED),
        (HEAD + b"Content-Type: multipart/mixed\r\n\r\n--b\r\n\r\nHej", Reason.MALFORMED),
        (
            mixed(
                TEXT,
                b"Content-Type: message/rfc822\r\n\r\n"
                + mixed(PICTURE).replace(b"--b", b"--i").replace(b'"b"', b'"i"'),
            ),
            Reason.MESSAGE_INSIDE,
        ),
        (
            HEAD + b'Content-Type: multipart/alternative; boundary="b"\r\n\r\n--b\r\n\r\nAnnat\r\n'
            b"--b\r\nContent-Type: text/html\r\n\r\n<p>Hej</p>\r\n--b--\r\n",
            Reason.TEXT_OF_HTML,
        ),
    ],
)
def test_reasons(raw: bytes, reason: Reason) -> None:
    for copy in in_exchange(raw):
        assert fingerprint(copy).fingerprint != fingerprint(raw).fingerprint
        assert reasons(raw, copy) == (reason,)
    assert sentence([reason]) == REASONS[reason].what


def test_a_part_that_is_gone_is_no_rewriting() -> None:
    whole = mixed(TEXT, PICTURE)
    assert reasons(whole, mixed(TEXT)) == ()
    assert reasons(mixed(TEXT), whole) == ()
    assert reasons(whole, mixed(TEXT, PICTURE.replace(b"iVBOR", b"iVBOS"))) == ()


def test_a_malformed_message_that_was_cut_off_is_no_rewriting() -> None:
    malformed = HEAD + b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n\r\nHej\r\n--b\r\n' + PICTURE
    assert reasons(malformed, HEAD + b"\r\nHej\r\n") == ()


def test_other_messages_are_not_taken_for_copies() -> None:
    assert reasons(message(1), message(2)) == ()
    assert reasons(message(1), message(1, text="Annat\r\n")) == ()
    assert reasons(message(1), message(1)) == ()


def test_a_date_that_was_made_up() -> None:
    undated = b"Subject: Brev\r\nMessage-ID: <1@example.com>\r\n\r\nHej\r\n"
    dated = b"Date: Fri, 17 May 2024 09:30:00 +0200\r\n" + undated
    assert reasons(undated, dated) == reasons(dated, undated) == (Reason.DATED,)
    assert reasons(dated, dated.replace(b"09:30", b"10:30")) == ()
    assert reasons(undated, dated.replace(b"Hej", b"Nej")) == ()
