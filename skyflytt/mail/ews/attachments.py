"""Attachments of an item that comes without MIME and without a stream ([MS-OXWSATT])."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Sequence

from exchangelib import errors as ews

from skyflytt.mail.ews.session import Session
from skyflytt.mail.ews.xml import Element, attribute_at, find, find_all, m, name_of, t, text_at
from skyflytt.outlook.mapi import Attachment, Properties, tags
from skyflytt.outlook.mime.inbound import from_mime

BY_VALUE, EMBEDDED = 1, 5
"""PidTagAttachMethod."""


def attachments_of(session: Session, item: Element) -> list[Attachment]:
    """Raises exchangelib's error of the first that the server does not give: half an item is none."""
    return list(_fetched(session, find_all(item, "t:Attachments/*")))


def _fetched(session: Session, named: Sequence[Element]) -> Iterator[Attachment]:
    for element in named:
        id_ = attribute_at(element, "t:AttachmentId", "Id")
        shape = m("AttachmentShape", t("IncludeMimeContent", "true"))
        answer = session.ask_one(m("GetAttachment", shape, m("AttachmentIds", t("AttachmentId", Id=id_))))
        attached = find(answer, "m:Attachments/*")
        if attached is None:
            raise ews.ErrorItemCorrupt("the server does not give an attachment of it")
        yield _attachment(attached)


def _attachment(element: Element) -> Attachment:
    name = text_at(element, "t:Name")
    properties: Properties = {tags.ATTACH_LONG_FILENAME: name, tags.DISPLAY_NAME: name, tags.RENDERING_POSITION: -1}
    for tag, path in ((tags.ATTACH_MIME_TAG, "t:ContentType"), (tags.ATTACH_CONTENT_ID, "t:ContentId")):
        if value := text_at(element, path):
            properties[tag] = value
    if name_of(element) == "ItemAttachment" and (raw := _decoded(text_at(element, "*/t:MimeContent"))):
        return Attachment(properties | {tags.ATTACH_METHOD: EMBEDDED}, from_mime(raw))
    if name_of(element) != "FileAttachment":
        raise ews.ErrorItemCorrupt(f"the server gives only the name of an attachment of it: {name}")
    data = _decoded(text_at(element, "t:Content"))
    return Attachment(properties | {tags.ATTACH_METHOD: BY_VALUE, tags.ATTACH_DATA: data})


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text)
    except binascii.Error as error:
        raise ews.ErrorItemCorrupt("the base64 of an attachment of it is not whole") from error
