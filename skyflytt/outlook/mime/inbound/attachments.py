"""Leaf parts as attachments ([MS-OXCMAIL] 2.2.3.4.2)."""

from __future__ import annotations

import re
from urllib.parse import unquote

from skyflytt.outlook.mapi import Attachment, Properties, tags
from skyflytt.outlook.mime.inbound.filenames import named, nameless
from skyflytt.outlook.mime.inbound.roles import Leaf, Role

BY_VALUE, EMBEDDED_MESSAGE = 1, 5
"""PidTagAttachMethod."""
RENDERED_IN_BODY = 4
"""PidTagAttachFlags attRenderedInBody."""

_CONTENT_ID = re.compile(rb"cid:([^\"'\s<>)\\]{1,400})", re.I)
_NOT_IN_NAMES = re.compile("[\0\r\n]")


def attachment_of(leaf: Leaf, data: bytes, position: int) -> Attachment:
    """A file; `position`, from 1, is for the name of a part without one."""
    properties: Properties = {tags.ATTACH_METHOD: BY_VALUE, tags.ATTACH_DATA: data, tags.RENDERING_POSITION: -1}
    name = _NOT_IN_NAMES.sub("", leaf.name)
    properties |= named(name) if name else nameless(leaf.entity.type, position)
    properties |= described(leaf)
    return Attachment(properties)


def described(leaf: Leaf) -> Properties:
    """What a part's header says of it besides its name."""
    properties: Properties = {tags.ATTACH_MIME_TAG: _storable(leaf.entity.type)}
    if content_id := leaf.content_id:
        properties[tags.ATTACH_CONTENT_ID] = content_id
    if location := leaf.entity.header.text(b"content-location"):
        properties[tags.ATTACH_CONTENT_LOCATION] = location
    charset = leaf.entity.parameters.get("charset")
    if charset and leaf.entity.type.startswith("text/"):
        properties[tags.TEXT_ATTACHMENT_CHARSET] = _storable(charset)
    if leaf.role is Role.ALTERNATIVE:
        properties[tags.ATTACHMENT_HIDDEN] = True
    return properties


def _storable(parameter: str) -> str:
    """A parameter's raw bytes are lone surrogates, which no reader of a PST file takes."""
    return parameter.encode("utf-8", "replace").decode().replace("\0", "")


def show_inline(attachments: list[Attachment], html: bytes) -> None:
    """What the HTML shows by its Content-ID or Content-Location is no attachment to the reader; whatever it does not show is one."""
    shown = {unquote(match.decode("latin-1")).lower() for match in _CONTENT_ID.findall(html)}
    for attachment in attachments:
        bag = attachment.properties
        content_id, location = bag.get(tags.ATTACH_CONTENT_ID), bag.get(tags.ATTACH_CONTENT_LOCATION)
        by_id = isinstance(content_id, str) and content_id.lower() in shown
        by_location = isinstance(location, str) and location.encode("utf-8", "replace") in html
        if by_id or by_location:
            bag[tags.ATTACH_FLAGS] = RENDERED_IN_BODY
            bag[tags.ATTACHMENT_HIDDEN] = True
