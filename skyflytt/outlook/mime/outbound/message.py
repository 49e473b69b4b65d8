"""A whole message as RFC 5322 text."""

from __future__ import annotations

from skyflytt.outlook.mapi.message import Message
from skyflytt.outlook.mapi.named import ORIGINAL_MIME
from skyflytt.outlook.mime.outbound.attachments import Written
from skyflytt.outlook.mime.outbound.content import content_of
from skyflytt.outlook.mime.outbound.current import is_unedited
from skyflytt.outlook.mime.outbound.entity import Entity
from skyflytt.outlook.mime.outbound.kept import header_of
from skyflytt.outlook.mime.outbound.reports import report
from skyflytt.outlook.mime.outbound.restoration import restored
from skyflytt.outlook.mime.outbound.smime import clear_signed, sealed


def to_mime(message: Message) -> bytes:
    """The message as MIME; its original bytes where it has them. Never raises; the same message gives the same bytes."""
    written: dict[int, bytes] = {}
    # Innermost first and without recursion: a stream may hold messages in messages in messages beyond any stack.
    for each in reversed(_with_embedded(message)):
        written[id(each)] = _one(each, written)
    return written[id(message)]


def _with_embedded(message: Message) -> list[Message]:
    """The message and all it holds, each before those inside it."""
    order: list[Message] = []
    waiting, seen = [message], {id(message)}
    while waiting:
        order.append(waiting.pop())
        for attachment in order[-1].attachments:
            inner = attachment.embedded
            if inner is not None and id(inner) not in seen:
                seen.add(id(inner))
                waiting.append(inner)
    return order


def _one(message: Message, written: Written) -> bytes:
    original = message.properties.get(ORIGINAL_MIME)
    if isinstance(original, bytes) and is_unedited(message, original):
        return original
    if pieces := clear_signed(message) or restored(message, written):
        return b"".join(pieces)
    entity = sealed(message) or report(message, written) or content_of(message, written)
    return b"".join(_text(message, entity))


def _text(message: Message, entity: Entity) -> list[bytes]:
    lines = [*header_of(message), b"MIME-Version: 1.0", *entity.headers]
    return [b"".join(line + b"\r\n" for line in lines) + b"\r\n", *entity.body]
