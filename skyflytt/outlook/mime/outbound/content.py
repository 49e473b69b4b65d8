"""A message's content as one entity: its bodies side by side, what they show beside them, everything else attached."""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

from skyflytt.outlook.mapi import tags
from skyflytt.outlook.mapi.message import Attachment, Message
from skyflytt.outlook.mime.outbound.attachments import Written, attachment_entity, referenced
from skyflytt.outlook.mime.outbound.bodies import Bodies, bodies_of, html_entity, rtf_entity, text_entity
from skyflytt.outlook.mime.outbound.entity import Entity, multipart
from skyflytt.outlook.mime.outbound.items import is_carried, is_mail, item_entities, readable
from skyflytt.outlook.mime.outbound.values import number

_CITED = re.compile(rb"cid:([^\"'\s>)]+)", re.I)


def content_of(message: Message, written: Written) -> Entity:
    """The entity that stands below the message's header."""
    bodies = bodies_of(message)
    item = item_entities(message)
    if not (bodies.text or bodies.html or is_mail(message)):
        bodies.text = readable(message)
    cited = _cited(bodies.html)
    inline: list[Attachment] = []
    others: list[Attachment] = []
    for attachment in message.attachments:
        if item and is_carried(attachment):
            continue
        shown = bodies.html is not None and referenced(attachment.properties, bodies.html, cited)
        (inline if shown else others).append(attachment)
    body = _body(message, bodies, inline, item.alternatives if item else [], written)
    attached = [*(item.attached if item else []), *(attachment_entity(each, written) for each in others)]
    if not attached:
        return body or text_entity("", number(message.properties, tags.INTERNET_CODEPAGE))
    if body is None and len(attached) == 1:
        return attached[0]
    return multipart("mixed", [body, *attached] if body else attached)


def _body(
    message: Message, bodies: Bodies, inline: list[Attachment], alternatives: list[Entity], written: Written
) -> Entity | None:
    """The forms of the body from the plainest to the richest (RFC 2046 §5.1.4)."""
    page = number(message.properties, tags.INTERNET_CODEPAGE)
    forms: list[Entity] = []
    if bodies.text is not None and (bodies.text or bodies.html is None):
        forms.append(text_entity(bodies.text, page))
    if bodies.rtf is not None:
        forms.append(rtf_entity(bodies.rtf))
    if bodies.html is not None:
        forms.append(_with_images(bodies, inline, written))
    forms += alternatives
    return multipart("alternative", forms) if len(forms) > 1 else forms[0] if forms else None


def _with_images(bodies: Bodies, inline: list[Attachment], written: Written) -> Entity:
    html = html_entity(bodies.html or b"", bodies.html_charset)
    if not inline:
        return html
    images = [attachment_entity(image, written, inline=True) for image in inline]
    return multipart("related", [html, *images], [("type", "text/html")])


def _cited(html: bytes | None) -> frozenset[str]:
    """The Content-IDs that the HTML shows, in lower case."""
    if html is None:
        return frozenset()
    return frozenset(unquote_to_bytes(found).decode("utf-8", "replace").lower() for found in _CITED.findall(html))
