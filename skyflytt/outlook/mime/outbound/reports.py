"""Delivery and read reports (RFC 3462, 3464, 8098) out of Exchange's report classes ([MS-OXCMAIL] 2.1.3.6)."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.outlook.mapi import tags
from skyflytt.outlook.mapi.message import Message, Properties
from skyflytt.outlook.mime.outbound.addresses import Mailbox, addr_spec, author, mailbox_of, sender
from skyflytt.outlook.mime.outbound.attachments import Written, attachment_entity
from skyflytt.outlook.mime.outbound.bodies import bodies_of, html_entity, text_entity
from skyflytt.outlook.mime.outbound.entity import Entity, multipart
from skyflytt.outlook.mime.outbound.headers import subject_of
from skyflytt.outlook.mime.outbound.headertext import one_line
from skyflytt.outlook.mime.outbound.values import number, text

_DELIVERY = {"NDR": ("failed", "5.0.0"), "DR": ("delivered", "2.0.0"), "DELAYED": ("delayed", "4.0.0")}
_EXPANDED, _RELAYED = ("EXPANDED.DR", "expanded"), ("RELAYED.DR", "relayed")
_MACHINE = frozenset(("message/delivery-status", "message/disposition-notification"))
_READ = {"IPNRN": "displayed", "IPNNRN": "deleted"}


def report(message: Message, written: Written) -> Entity | None:
    """`multipart/report`; None for any other class. The machine-readable part is made where it is not among the attachments."""
    message_class = text(message.properties, tags.MESSAGE_CLASS).upper()
    if not message_class.startswith("REPORT."):
        return None
    rest = [attachment_entity(attachment, written) for attachment in message.attachments]
    if kind := _status_kind(message):
        return multipart("report", [_words(message), *rest], [("report-type", kind)])
    ending = message_class.rpartition(".")[2]
    if ending in _READ:
        kind, fields = "disposition-notification", _disposition(message, _READ[ending])
    elif ending in _DELIVERY:
        kind, fields = "delivery-status", _delivery(message, message_class, *_DELIVERY[ending])
    else:
        return None
    status = "".join(f"{line}\r\n" for line in fields).encode("utf-8", "replace")
    encoding = b"Content-Transfer-Encoding: " + (b"7bit" if status.isascii() else b"8bit")
    machine = Entity([f"Content-Type: message/{kind}".encode(), encoding], [status])
    return multipart("report", [_words(message), machine, *rest], [("report-type", kind)])


def _status_kind(message: Message) -> str:
    kinds = (text(attachment.properties, tags.ATTACH_MIME_TAG).lower() for attachment in message.attachments)
    return next((kind.removeprefix("message/") for kind in kinds if kind in _MACHINE), "")


def _words(message: Message) -> Entity:
    bodies = bodies_of(message)
    page = number(message.properties, tags.INTERNET_CODEPAGE)
    said = bodies.text or text(message.properties, tags.REPORT_TEXT)
    said = said or "\r\n".join(filter(None, (text(bag, tags.SUPPLEMENTARY_INFO) for bag in message.recipients)))
    plain = text_entity(said or subject_of(message.properties), page)
    if bodies.html is None:
        return plain
    html = html_entity(bodies.html, bodies.html_charset)
    return multipart("alternative", [plain, html]) if said else html


def _delivery(message: Message, message_class: str, action: str, status: str) -> Iterator[str]:
    for ending, other in (_EXPANDED, _RELAYED):
        action = other if message_class.endswith(ending) else action
    yield "Reporting-MTA: dns; " + (one_line(_domain(sender(message) or author(message))) or "unknown")
    for bag in message.recipients:
        yield ""
        box = mailbox_of(bag)
        yield "Final-Recipient: rfc822; " + (addr_spec(box.address) if box and box.address else "unknown@invalid")
        yield f"Action: {action}"
        yield f"Status: {status}"
        if words := one_line(text(bag, tags.SUPPLEMENTARY_INFO)):
            yield f"Diagnostic-Code: smtp; {words[:900]}"


def _disposition(message: Message, disposition: str) -> Iterator[str]:
    box = author(message)
    yield "Final-Recipient: rfc822; " + (addr_spec(box.address) if box and box.address else "unknown@invalid")
    if original := _original_id(message.properties):
        yield f"Original-Message-ID: {original}"
    yield f"Disposition: manual-action/MDN-sent-manually; {disposition}"


def _original_id(bag: Properties) -> str:
    return one_line(text(bag, tags.ORIGINAL_MESSAGE_ID) or text(bag, tags.IN_REPLY_TO_ID))


def _domain(box: Mailbox | None) -> str:
    return box.address.rpartition("@")[2] if box else ""
