from __future__ import annotations

import base64

import pytest

from skyflytt.outlook.mapi import tags
from skyflytt.outlook.mime import from_mime
from skyflytt.outlook.mime.inbound.iso2022jp import decode

KANJI, KANA, ASCII = b"\x1b$B", b"\x1b(I", b"\x1b(B"
CIRCLED_ONE = KANJI + b"-!" + ASCII


def test_the_standard_is_read_as_python_reads_it() -> None:
    text = "日本語の件名、漢字カナー亜腕弌熙\r\nabc"
    assert decode(text.encode("iso2022_jp")) == (text, len(text.encode("iso2022_jp")))


def test_characters_that_windows_added() -> None:
    assert decode(CIRCLED_ONE + b"x")[0] == "①x"
    assert decode(KANA + b"1 2" + ASCII)[0] == "ｱ ｲ"


@pytest.mark.parametrize("broken", [KANJI + b"-", KANJI + b"-\x20", KANJI + b"\x7f!", KANJI + b"\xff\xff", b"\x81"])
def test_what_is_no_character_is_an_error(broken: bytes) -> None:
    with pytest.raises(UnicodeDecodeError):
        decode(broken)


def test_subject_name_and_body() -> None:
    word = base64.b64encode(CIRCLED_ONE)
    raw = (
        b'Subject: =?ISO-2022-JP?B?%s?=\r\nContent-Type: text/plain; charset=iso-2022-jp; name="=?iso-2022-jp?B?%s?="\r\n'
        b"\r\n%s" % (word, word, CIRCLED_ONE)
    )
    assert from_mime(raw).properties[tags.SUBJECT] == "①"
    assert from_mime(raw).attachments[0].properties[tags.ATTACH_LONG_FILENAME] == "①"
    unnamed = raw.replace(b"; name=", b"; x=")
    assert from_mime(unnamed).properties[tags.BODY] == "①"
