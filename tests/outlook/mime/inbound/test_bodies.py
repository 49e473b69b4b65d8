from __future__ import annotations

import pytest

from skyflytt.outlook.mapi import tags
from skyflytt.outlook.mapi.named import ORIGINAL_MIME
from skyflytt.outlook.mime import from_mime
from skyflytt.outlook.mime.provenance import TEXT_PART_LENGTHS
from skyflytt.outlook.rtf import decompress
from tests.outlook.mime.inbound.written import PNG, file, mail, multipart, text


def test_text_alone() -> None:
    bag = from_mime(mail(text("Hej på dig\n"))).properties
    assert bag[tags.BODY] == "Hej på dig\r\n"
    assert (bag[tags.NATIVE_BODY], bag[tags.INTERNET_CODEPAGE]) == (1, 65001)
    assert tags.HTML not in bag


def test_text_with_bare_line_feeds_gets_outlooks_line_ends() -> None:
    assert from_mime(mail(text("a\nb\n")).replace(b"\r\n", b"\n")).properties[tags.BODY] == "a\r\nb\r\n"


def test_html_alone_gets_no_text_made_up() -> None:
    bag = from_mime(mail(text("<p>Hej på dig</p>", "html"))).properties
    assert bag[tags.HTML] == "<p>Hej på dig</p>".encode()
    assert (bag[tags.NATIVE_BODY], bag[tags.INTERNET_CODEPAGE]) == (3, 65001)
    assert tags.BODY not in bag


def test_alternatives() -> None:
    message = from_mime(mail(multipart("alternative", text("Hej"), text("<p>Hej</p>", "html"))))
    assert message.properties[tags.BODY] == "Hej"
    assert message.properties[tags.HTML] == b"<p>Hej</p>"
    assert not message.attachments


def test_other_forms_of_the_body_are_kept_out_of_sight() -> None:
    parts = (text("Hej"), text("<html amp4email></html>", "x-amp-html"), text("<p>Hej</p>", "html"))
    message = from_mime(mail(multipart("alternative", *parts)))
    assert message.properties[tags.HTML] == b"<p>Hej</p>"
    (amp,) = message.attachments
    assert amp.properties[tags.ATTACHMENT_HIDDEN] is True
    assert amp.properties[tags.ATTACH_MIME_TAG] == "text/x-amp-html"
    assert amp.properties[tags.ATTACH_DATA] == b"<html amp4email></html>"


def test_rtf_among_the_alternatives() -> None:
    rtf = "{\\rtf1\\ansi Hej}"
    bag = from_mime(mail(multipart("alternative", text("Hej"), text(rtf, "rtf")))).properties
    assert decompress(bag[tags.RTF_COMPRESSED]) == rtf.encode()
    assert bag[tags.NATIVE_BODY] == 2


def test_several_texts_are_one_body() -> None:
    message = from_mime(mail(multipart("mixed", text("Hej\n"), file(PNG, "image/png"), text("-- \nlistan"))))
    assert message.properties[tags.BODY] == "Hej\r\n\r\n-- \r\nlistan"
    assert message.properties[TEXT_PART_LENGTHS] == (5, 11)
    assert len(message.attachments) == 1


def test_what_follows_html_stays_visible() -> None:
    message = from_mime(
        mail(multipart("mixed", text("<p>Hej</p>", "html"), text("-- \nlistan"), text("<p>2</p>", "html")))
    )
    assert message.properties[tags.HTML] == b"<p>Hej</p>"
    names = [attachment.properties[tags.ATTACH_LONG_FILENAME] for attachment in message.attachments]
    assert names == ["ATT00001.txt", "ATT00002.htm"]
    assert all(tags.ATTACHMENT_HIDDEN not in attachment.properties for attachment in message.attachments)


def test_html_with_its_images_inside_an_alternative() -> None:
    related = multipart(
        "related", text('<img src="cid:a@x">', "html"), file(PNG, "image/png", "Content-ID: <a@x>\n"), boundary="r"
    )
    message = from_mime(mail(multipart("alternative", text("Hej"), related)))
    assert message.properties[tags.BODY] == "Hej"
    assert message.properties[tags.HTML] == b'<img src="cid:a@x">'
    assert message.attachments[0].properties[tags.ATTACH_FLAGS] == 4


def test_a_root_that_is_not_the_first() -> None:
    related = multipart(
        "related",
        file(PNG, "image/png", "Content-ID: <a@x>\n"),
        text("<p>Hej</p>", "html").replace("\n\n", "\nContent-ID: <root@x>\n\n"),
        parameters='; start="<root@x>"',
    )
    assert from_mime(mail(related)).properties[tags.HTML] == b"<p>Hej</p>"


@pytest.mark.parametrize(
    ("charset", "page"),
    [
        ("iso-8859-1", 28591),
        ("windows-1252", 1252),
        ("koi8-r", 20866),
        ("shift_jis", 932),
        ("gb18030", 54936),
        ("big5", 950),
        ("euc-kr", 949),
        ("iso-2022-jp", 50220),
        ("iso-8859-15", 28605),
    ],
)
def test_html_keeps_its_bytes_and_says_their_code_page(charset: str, page: int) -> None:
    words = {
        "koi8-r": "Привет",
        "shift_jis": "こんにちは",
        "gb18030": "你好",
        "big5": "你好",
        "euc-kr": "안녕",
        "iso-2022-jp": "日本",
    }
    html = f"<p>{words.get(charset, 'på')}</p>".encode(charset)
    bag = from_mime(mail(f"Content-Type: text/html; charset={charset}\n\n".encode() + html)).properties
    assert bag[tags.HTML] == html
    assert bag[tags.INTERNET_CODEPAGE] == page
    assert ORIGINAL_MIME not in bag


@pytest.mark.parametrize("charset", ["iso-8859-10", "utf-7", "utf-16"])
def test_html_without_a_code_page_becomes_utf_8(charset: str) -> None:
    part = file("<p>på</p>".encode(charset), f"text/html; charset={charset}")
    bag = from_mime(mail(part)).properties
    assert bag[tags.HTML].decode() == "<p>på</p>"
    assert bag[tags.INTERNET_CODEPAGE] == 65001


@pytest.mark.parametrize(
    ("html", "page"),
    [
        (b"<p>x</p>", 65001),
        ("<p>på</p>".encode(), 65001),
        ("<p>på</p>".encode("cp1252"), 1252),
        ('<meta charset="iso-8859-2"><p>Łódź</p>'.encode("iso-8859-2"), 28592),
    ],
)
def test_html_that_does_not_say(html: bytes, page: int) -> None:
    bag = from_mime(mail(b"Content-Type: text/html\n\n" + html)).properties
    assert (bag[tags.HTML], bag[tags.INTERNET_CODEPAGE]) == (html, page)


@pytest.mark.parametrize(
    ("charset", "word"),
    [("windows-874", "สวัสดี"), ("gb2312", "镕"), ("x-sjis", "①"), ("iso-2022-jp", "①"), ("ks_c_5601-1987", "똠")],
)
def test_charsets_that_mean_more_than_they_say(charset: str, word: str) -> None:
    codec = {"windows-874": "cp874", "gb2312": "gbk", "x-sjis": "cp932", "iso-2022-jp": "iso2022_jp_ext"}.get(
        charset, "cp949"
    )
    if charset == "iso-2022-jp":
        word, codec = "日本", "iso2022_jp"
    raw = mail(f"Content-Type: text/plain; charset={charset}\n\n".encode() + word.encode(codec))
    assert from_mime(raw).properties[tags.BODY] == word


@pytest.mark.parametrize("body", [b"\xff\xfe\xfd", b"a\0b", "på".encode()])
def test_text_that_is_not_what_it_says_keeps_the_original(body: bytes) -> None:
    raw = mail(b"Content-Type: text/plain; charset=us-ascii\n\n" + body)
    bag = from_mime(raw).properties
    assert bag[ORIGINAL_MIME] == raw
    assert "\0" not in bag[tags.BODY]


def test_quoted_printable_and_format_flowed() -> None:
    part = "Content-Type: text/plain; charset=utf-8; format=flowed\nContent-Transfer-Encoding: quoted-printable\n\np=C3=A5 =\nen rad"
    assert from_mime(mail(part)).properties[tags.BODY] == "på en rad"


def test_a_text_of_another_kind_is_shown_as_it_is() -> None:
    raw = mail("Content-Type: text/enriched\n\n<bold>Hej</bold>")
    bag = from_mime(raw).properties
    assert bag[tags.BODY] == "<bold>Hej</bold>"
    assert bag[ORIGINAL_MIME] == raw
