from __future__ import annotations

import pytest

from skyflytt.outlook.mapi import Attachment, tags
from skyflytt.outlook.mapi.named import ORIGINAL_MIME
from skyflytt.outlook.mime import from_mime
from skyflytt.outlook.mime.inbound.filenames import short_name
from skyflytt.outlook.mime.provenance import GENERATED_NAME, MIME_STRUCTURE
from tests.outlook.mime.inbound.written import HEADER, PNG, file, mail, multipart, text


def attached(*parts: str | bytes) -> list[Attachment]:
    joined = b"".join(
        b"--b\n" + (part.encode() if isinstance(part, str) else part) + b"\n" for part in (text("Hej"), *parts)
    )
    return from_mime(mail(b"Content-Type: multipart/mixed; boundary=b\n\n" + joined + b"--b--\n")).attachments


def test_a_file() -> None:
    (one,) = attached(file(PNG, "image/png", 'Content-Disposition: attachment; filename="Bilden på katten.PNG"\n'))
    assert one.properties == {
        tags.ATTACH_METHOD: 1,
        tags.ATTACH_DATA: PNG,
        tags.RENDERING_POSITION: -1,
        tags.ATTACH_LONG_FILENAME: "Bilden på katten.PNG",
        tags.ATTACH_FILENAME: "BILDEN~1.PNG",
        tags.DISPLAY_NAME: "Bilden på katten.PNG",
        tags.ATTACH_EXTENSION: ".PNG",
        tags.ATTACH_MIME_TAG: "image/png",
    }
    assert one.embedded is None


@pytest.mark.parametrize(
    ("written", "name"),
    [
        (b"filename*=utf-8''offert%20%C3%A5.pdf", "offert å.pdf"),
        (b"filename*0*=utf-8''%F0%9F%98; filename*1*=%80; filename*2=.pdf", "😀.pdf"),
        (b"filename*=iso-8859-1'sv'%E5.pdf; filename=a.pdf", "å.pdf"),
        (b'filename="=?utf-8?B?w6UucGRm?="', "å.pdf"),
        (b"filename==?utf-8?Q?=C3=A5?=\n =?utf-8?Q?.pdf?=", "å.pdf"),
        ('filename="å.pdf"'.encode(), "å.pdf"),
        ('filename="å.pdf"'.encode("latin-1"), "å.pdf"),
        (b"filename=a b.pdf", "a b.pdf"),
        (b'filename="a;b\\"c.pdf"', 'a;b"c.pdf'),
        ("filename=👩‍👩‍👧.txt".encode(), "👩‍👩‍👧.txt"),
        (b"filename*=x-nothing''%E5.pdf", "å.pdf"),
    ],
)
def test_names(written: bytes, name: str) -> None:
    head = b"Content-Type: application/pdf\nContent-Disposition: attachment; " + written
    (one,) = attached(head + b"\nContent-Transfer-Encoding: base64\n\nAAAA")
    assert one.properties[tags.ATTACH_LONG_FILENAME] == name
    assert one.properties[tags.ATTACH_DATA] == b"\0\0\0"


def test_a_name_in_the_content_type_alone() -> None:
    (one,) = attached(file(b"x", "application/pdf; name=a.pdf"))
    assert one.properties[tags.ATTACH_LONG_FILENAME] == "a.pdf"


def test_a_part_without_a_name_gets_one() -> None:
    names = [one.properties for one in attached(file(b"x", "application/x-odd"), file(PNG, "image/png"))]
    assert [bag[tags.ATTACH_LONG_FILENAME] for bag in names] == ["ATT00001.dat", "ATT00002.png"]
    assert all(bag[GENERATED_NAME] is True for bag in names)


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("a.pdf", "A.PDF"),
        ("README", "README"),
        ("long name.html", "LONGNA~1.HTM"),
        ("offert å.pdf", "OFFERT~1.PDF"),
        ("a.tar.gz", "ATAR~1.GZ"),
        ("😀.txt", "~1.TXT"),
    ],
)
def test_short_names(name: str, short: str) -> None:
    assert short_name(name) == short


def test_a_text_file_is_an_attachment() -> None:
    (one,) = attached("Content-Type: text/plain; charset=iso-8859-1; name=a.txt\n\nrad 1\nrad 2")
    assert one.properties[tags.ATTACH_DATA] == b"rad 1\r\nrad 2"
    assert one.properties[tags.TEXT_ATTACHMENT_CHARSET] == "iso-8859-1"


def test_an_empty_one() -> None:
    (one,) = attached(file(b"", "application/pdf; name=a.pdf"))
    assert one.properties[tags.ATTACH_DATA] == b""


def test_four_hundred() -> None:
    found = attached(*(file(bytes([number % 256]), f"application/pdf; name={number}.pdf") for number in range(400)))
    assert [one.properties[tags.ATTACH_LONG_FILENAME] for one in found] == [f"{number}.pdf" for number in range(400)]


def test_images_that_the_html_shows_are_no_attachments_to_the_reader() -> None:
    parts = (
        text('<img src="cid:a%40x"><img src=3D><img src="http://x/c.png">', "html"),
        file(PNG, "image/png; name=a.png", "Content-ID: <a@x>\nContent-Disposition: inline\n"),
        file(PNG, "image/png; name=b.png", "Content-ID: <b@x>\n"),
        file(PNG, "image/png; name=c.png", "Content-Location: http://x/c.png\n"),
    )
    shown, other, located = (one.properties for one in from_mime(mail(multipart("related", *parts))).attachments)
    assert shown[tags.ATTACH_CONTENT_ID] == "a@x"
    assert (shown[tags.ATTACH_FLAGS], shown[tags.ATTACHMENT_HIDDEN]) == (4, True)
    assert tags.ATTACHMENT_HIDDEN not in other
    assert located[tags.ATTACH_CONTENT_LOCATION] == "http://x/c.png"
    assert located[tags.ATTACHMENT_HIDDEN] is True


def test_a_message_that_is_one_file() -> None:
    message = from_mime(mail(file(PNG, "image/png", "Content-Disposition: attachment; filename=a.png\n")))
    assert message.attachments[0].properties[tags.ATTACH_DATA] == PNG
    assert tags.BODY not in message.properties


@pytest.mark.parametrize(
    "encoded",
    ["iVBORw0KGgo", "iVBORw0K\nGgo=\n!!!!", "iVBORw0KGgo=iVBO", "iVBORw0KG"],
    ids=["no padding", "other characters", "padding inside", "cut off"],
)
def test_base64_that_is_none_is_decoded_as_far_as_it_goes(encoded: str) -> None:
    raw = mail(f"Content-Type: image/png; name=a.png\nContent-Transfer-Encoding: base64\n\n{encoded}")
    message = from_mime(raw)
    assert message.attachments[0].properties[tags.ATTACH_DATA].startswith(PNG[:6])
    assert message.properties[ORIGINAL_MIME] == raw


def test_uuencode() -> None:
    part = "Content-Type: text/plain; name=a.txt\nContent-Transfer-Encoding: x-uuencode\n\nbegin 644 a.txt\n#0V%T\n`\nend\n"
    (one,) = attached(part)
    assert one.properties[tags.ATTACH_DATA] == b"Cat"


def test_what_has_no_property_is_in_the_structure() -> None:
    part = file(PNG, "image/png; name=a.png", "X-Attachment-Id: f_1\nContent-Description: En bild\n")
    raw = (
        mail(multipart("mixed", text("Hej"), part)).replace(b"\r\n\r\n--b", b"\r\n\r\nThis is MIME.\r\n--b", 1)
        + b"slut\r\n"
    )
    bag = from_mime(raw).properties
    assert ORIGINAL_MIME not in bag
    for kept in (b"This is MIME.", b"X-Attachment-Id: f_1", b"Content-Description: En bild", b"--b--\r\nslut\r\n"):
        assert kept in bag[MIME_STRUCTURE]
    assert b"Hej" not in bag[MIME_STRUCTURE]


def embedded(depth: int) -> bytes:
    raw = mail(text("innerst"), HEADER.replace("Offert", f"Nivå {depth}"))
    for level in range(depth - 1, -1, -1):
        part = b"Content-Type: message/rfc822\r\nContent-Disposition: attachment\r\n\r\n" + raw
        raw = mail(
            b"Content-Type: multipart/mixed; boundary=b%d\n\n" % level, HEADER.replace("Offert", f"Nivå {level}")
        ) + b"--b%d\r\n%s\r\n--b%d--\r\n" % (level, part, level)
    return raw


def test_messages_in_messages() -> None:
    message = from_mime(embedded(5))
    for level in range(1, 6):
        (attachment,) = message.attachments
        assert attachment.properties[tags.ATTACH_METHOD] == 5
        assert attachment.properties[tags.DISPLAY_NAME] == f"Nivå {level}"
        assert tags.ATTACH_DATA not in attachment.properties
        assert attachment.embedded
        message = attachment.embedded
        assert message.properties[tags.SUBJECT] == f"Nivå {level}"
        assert message.properties[tags.MESSAGE_FLAGS] & 1
    assert message.properties[tags.BODY] == "innerst"


def test_the_original_is_kept_once() -> None:
    raw = mail(
        multipart("mixed", "Content-Type: message/rfc822\n\nSubject: x\nContent-Transfer-Encoding: x-odd\n\nHej")
    )
    inner = from_mime(raw)
    assert inner.attachments[0].embedded
    assert ORIGINAL_MIME in inner.attachments[0].embedded.properties
    both = from_mime(raw + b"\0")
    assert both.properties[ORIGINAL_MIME] == raw + b"\0"
    assert both.attachments[0].embedded
    assert ORIGINAL_MIME not in both.attachments[0].embedded.properties


def test_an_attached_message_that_is_none() -> None:
    (one,) = attached("Content-Type: message/rfc822\n\nno header here")
    assert one.embedded is None
    assert one.properties[tags.ATTACH_DATA] == b"no header here"


def test_a_digest() -> None:
    inner = "\nSubject: {}\n\nHej"
    raw = mail(
        "Content-Type: multipart/digest; boundary=b\n\n--b\n"
        + inner.format(1)
        + "\n--b\n"
        + inner.format(2)
        + "\n--b--\n"
    )
    found = [one.embedded.properties[tags.SUBJECT] for one in from_mime(raw).attachments if one.embedded]
    assert found == ["1", "2"]
