"""Whatever a message's properties are, MIME comes out that others can read, with every attachment and no header of their making."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from email import message as email_message
from email import message_from_bytes
from hashlib import sha256

from hypothesis import HealthCheck, given, settings

from skyflytt.outlook.mapi import Message, tags
from skyflytt.outlook.mime.inbound import from_mime
from skyflytt.outlook.mime.outbound import delivery_of, to_mime
from tests.outlook.mime.outbound.messages import MESSAGES

MADE = frozenset(
    b"from sender to cc bcc reply-to subject date message-id in-reply-to references importance x-priority priority sensitivity "
    b"thread-topic thread-index disposition-notification-to return-receipt-to keywords x-own mime-version content-type "
    b"content-transfer-encoding content-disposition content-id content-location".decode().split()
)


def digests(message: Message) -> Iterator[str]:
    for attachment in message.attachments:
        if attachment.embedded is not None:
            yield from digests(attachment.embedded)
        elif data := attachment.properties.get(tags.ATTACH_DATA, b""):
            yield sha256(data).hexdigest()


def parts(message: email_message.Message) -> Iterator[email_message.Message]:
    yield from (part for part in message.walk() if not part.is_multipart())


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None)
@given(MESSAGES)
def test_it_is_written_and_can_be_read(message: Message) -> None:
    raw = to_mime(message)
    assert raw == to_mime(message)
    parsed = message_from_bytes(raw)
    for part in parsed.walk():
        assert not part.defects
        assert {name.lower() for name in part} <= MADE | {
            "final-recipient",
            "action",
            "status",
            "reporting-mta",
        } | {
            "disposition",
            "original-message-id",
            "diagnostic-code",
        }
    found = Counter(sha256(part.get_payload(decode=True) or b"").hexdigest() for part in parts(parsed))
    assert not Counter(digests(message)) - found


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None)
@given(MESSAGES)
def test_what_came_back_is_written_the_same(message: Message) -> None:
    raw = to_mime(message)
    assert to_mime(from_mime(raw)) == raw
    header = raw.partition(b"\r\n\r\n")[0]
    assert not set(b"\r\n") & set(header.replace(b"\r\n", b""))


@settings(deadline=None)
@given(MESSAGES)
def test_its_delivery_can_be_told(message: Message) -> None:
    delivery = delivery_of(message)
    assert delivery.received is None or delivery.received.tzinfo is not None
    for flag in delivery.flags:
        assert flag.isascii()
        assert not set(flag.removeprefix("\\")) & set(' (){%*"\\]\r\n\0')
