"""An Exchange holds one body; the other one is made from it."""

from __future__ import annotations

from skyflytt.outlook.mapi import Attachment, Message, tags
from skyflytt.outlook.mime import from_mime
from skyflytt.sandbox.exchange.best_body import keep_one_body, plain_text
from skyflytt.sandbox.exchange.mimecontent import message_of, regenerated


def test_plain_text_gives_way_to_html() -> None:
    message = Message({tags.BODY: "Annat", tags.HTML: "<p>Hej på&nbsp;er</p>".encode(), tags.INTERNET_CODEPAGE: 65001})
    assert keep_one_body(message)
    assert message.properties[tags.BODY] == "Hej på\xa0er"
    assert not keep_one_body(message)


def test_text_alone_is_left_alone() -> None:
    message = Message({tags.BODY: "Hej"})
    assert not keep_one_body(message)
    assert message.properties == {tags.BODY: "Hej"}


def test_what_is_read_of_a_page() -> None:
    page = "<html><head><title>t</title><style>p{}</style></head><body><h1>Hej</h1>\n<p>Ett\n två<br>tre</p><script>x</script></body>"
    assert plain_text(page) == "Hej\r\n\r\nEtt två\r\ntre"


def test_an_attached_message_has_one_body_too() -> None:
    inner = Message({tags.BODY: "Annat", tags.HTML: b"<p>Hej</p>"})
    carrier = Message({}, [], [Attachment({tags.ATTACH_METHOD: 5}, inner)])
    assert keep_one_body(carrier)
    assert inner.properties[tags.BODY] == "Hej"


def test_names_that_no_file_can_have_are_changed() -> None:
    raw = b'Subject: a\r\nContent-Type: application/pdf; name="a/b:c.pdf"\r\n\r\nx\r\n'
    (attached,) = message_of(raw).attachments
    assert attached.properties[tags.ATTACH_LONG_FILENAME] == "a_b_c.pdf"


def test_what_stood_in_the_header_of_parts_is_not_in_the_new_mime() -> None:
    raw = (
        b'Subject: c\r\nContent-Type: multipart/mixed; boundary="c"\r\n\r\n--c\r\nContent-Type: message/rfc822\r\n\r\n'
        b"X-Own: 1\r\nSubject: i\r\nContent-Type: text/plain; charset=us-ascii; format=flowed\r\n\r\nHej\r\n--c--\r\n"
    )
    (attached,) = from_mime(regenerated(message_of(raw))).attachments
    assert attached.embedded is not None
    header = str(attached.embedded.properties[tags.TRANSPORT_MESSAGE_HEADERS])
    assert "X-Own: 1" in header
    assert "flowed" not in header
