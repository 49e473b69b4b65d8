"""Headers without encoded words, and HTML that nobody wrote."""

from __future__ import annotations

import pytest

from skyflytt.mail.ews.plainly import in_ascii, without_added
from skyflytt.mail.identity import fingerprint, matches
from tests.contract.mail_messages import corpus, message

SUBJECT = "Räksmörgås " * 20
RAW = (
    f'From: Åsa Öst <asa@example.com>, "Öst, Å" <b@example.com>\r\nSubject: {SUBJECT}\r\nX-Own: å\r\n\tvikt\r\n'
    "To: bo@example.com\r\nMessage-ID: <1@example.com>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nHej å\r\n"
)
SERVED = b"""MIME-Version: 1.0
From: "asa@example.com" <asa@example.com>
To: "bo@example.com" <bo@example.com>
Date: Fri, 17 May 2024 07:01:00 +0000
Subject: Nummer 1
Message-ID: <1@example.com>
Content-Type: multipart/alternative;
\tboundary="=_x"

This is a multi-part message in MIME format.

--=_x
Content-Transfer-Encoding: quoted-printable
Content-Type: text/plain;
\tcharset="utf-8"

Hej p=C3=A5 er!
--=_x
Content-Transfer-Encoding: quoted-printable
Content-Type: text/html;
\tcharset="utf-8"

<html><head><meta name=3D"Generator" content=3D"gromox-texttohtml">
</head>
<body>
<pre>Hej p=C3=A5 er!</pre>
</body>
</html>
--=_x--
""".replace(b"\n", b"\r\n")


@pytest.mark.parametrize("charset", ["utf-8", "latin-1"])
def test_headers_become_ascii_and_say_the_same(charset: str) -> None:
    raw = RAW.encode(charset)
    written = in_ascii(raw)
    head, _, body = written.partition(b"\r\n\r\n")
    assert head.isascii()
    assert max(map(len, head.split(b"\r\n"))) < 100
    assert body == raw.partition(b"\r\n\r\n")[2]
    assert fingerprint(written).subject == SUBJECT.strip()
    assert matches(written, raw)
    assert b"<asa@example.com>" in head
    assert b"<b@example.com>" in head
    assert in_ascii(written) == written


def test_every_message_of_the_collection_stays_what_it_is() -> None:
    for raw in corpus().values():
        written = in_ascii(raw)
        assert written == raw or matches(written, raw)
        assert written.partition(b"\r\n\r\n")[0].isascii() or written == raw
        assert without_added(raw) == raw


@pytest.mark.parametrize("field", ["From: å", "To: ingen å; ,,<>", "From: <å@exämple.com>", "Räk: 1", "ingenting å"])
def test_what_is_no_address(field: str) -> None:
    raw = f"{field}\r\nSubject: Hej\r\n\r\nHej\r\n".encode()
    assert fingerprint(in_ascii(raw)).fingerprint == fingerprint(raw).fingerprint


def test_html_that_the_server_made_of_the_text_is_left_out() -> None:
    assert matches(SERVED, message(1)) is None
    assert matches(without_added(SERVED), message(1))


def test_html_that_somebody_wrote_stays() -> None:
    quoted = SERVED.replace(b'<meta name=3D"Generator" content=3D"gromox-texttohtml">', b"")
    assert without_added(quoted) == quoted


def test_who_has_no_name_is_the_same_person_with_his_address_as_one() -> None:
    raw = message(1).replace("Åsa Öst <asa@example.com>".encode(), b"%b")
    bare, named = raw % b"asa@example.com", raw % b'"asa@example.com" <asa@example.com>'
    assert matches(bare, named)
    assert matches(bare, raw % b'"bo@example.com" <asa@example.com>') is None
