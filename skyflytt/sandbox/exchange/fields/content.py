"""The fields that are more than one property: MIME, bodies, attachments, headers, ids, rights."""

from __future__ import annotations

import base64
import re
from xml.etree.ElementTree import Element

from skyflytt.outlook.mapi import Attachment, Message, tags
from skyflytt.sandbox.exchange import ids
from skyflytt.sandbox.exchange.failing import ResponseError
from skyflytt.sandbox.exchange.fields.view import View
from skyflytt.sandbox.exchange.mimecontent import regenerated
from skyflytt.sandbox.exchange.xml import t, text_at

UTF_8 = 65001
EMBEDDED = 5
_FIELD = re.compile(r"^([!-9;-~]+)[ \t]*:[ \t]*(.*(?:\r?\n[ \t].*)*)", re.M)


def mime_content(view: View) -> Element:
    raw = view.mime or regenerated(view.message)
    return t("MimeContent", base64.b64encode(raw).decode(), CharacterSet="UTF-8")


def item_id(view: View) -> Element:
    return t("ItemId", Id=view.id, ChangeKey=view.change_key)


def parent_folder_id(view: View) -> Element:
    return t("ParentFolderId", Id=ids.write("folder", view.store, view.item.folder), ChangeKey="AQAAAA==")


def body(view: View) -> Element | None:
    """HTML where there is some, else text; what EWS calls the best body."""
    bag = view.message.properties
    html = bag.get(tags.HTML)
    if isinstance(html, bytes):
        page = bag.get(tags.INTERNET_CODEPAGE, UTF_8)
        return t("Body", html.decode(_codec(page), "replace"), BodyType="HTML")
    text = bag.get(tags.BODY)
    return t("Body", str(text), BodyType="Text") if text is not None else None


def text_body(view: View) -> Element | None:
    text = view.message.properties.get(tags.BODY)
    return t("TextBody", str(text), BodyType="Text") if text is not None else None


def write_body(message: Message, element: Element | None) -> None:
    for tag in (tags.BODY, tags.HTML, tags.RTF_COMPRESSED, tags.RTF_IN_SYNC):
        message.properties.pop(tag, None)
    if element is None:
        return
    if element.get("BodyType") == "HTML":
        message.properties |= {tags.HTML: (element.text or "").encode(), tags.INTERNET_CODEPAGE: UTF_8}
    else:
        message.properties[tags.BODY] = element.text or ""


def attachments(view: View) -> Element | None:
    """Names and sizes; GetAttachment has the contents."""
    shown = [attachment(view, number, one) for number, one in enumerate(view.message.attachments)]
    return t("Attachments", None, *shown) if shown else None


def attachment(view: View, number: int, one: Attachment, *content: Element) -> Element:
    bag = one.properties
    name = str(bag.get(tags.ATTACH_LONG_FILENAME) or bag.get(tags.ATTACH_FILENAME) or bag.get(tags.DISPLAY_NAME, ""))
    data = bag.get(tags.ATTACH_DATA, b"")
    size = len(data) if isinstance(data, bytes) else 0
    mime_type, content_id = bag.get(tags.ATTACH_MIME_TAG), bag.get(tags.ATTACH_CONTENT_ID)
    details = [t("AttachmentId", Id=ids.attachment(view.id, number)), t("Name", name)]
    details += [t("ContentType", str(mime_type))] if mime_type else []
    details += [t("ContentId", str(content_id))] if content_id else []
    details += [t("Size", str(size)), t("IsInline", "true" if content_id else "false")]
    return t("ItemAttachment" if one.embedded else "FileAttachment", None, *details, *content)


def write_attachments(message: Message, element: Element | None) -> None:
    """File attachments; items attached as XML are not taken."""
    message.attachments = []
    for one in element if element is not None else ():
        if not one.tag.endswith("}FileAttachment"):
            raise ResponseError(
                "ErrorInvalidOperation", "This server takes attached items only inside MIME or streams."
            )
        name = text_at(one, "t:Name")
        added = Attachment({tags.ATTACH_METHOD: 1, tags.ATTACH_LONG_FILENAME: name, tags.DISPLAY_NAME: name})
        added.properties[tags.ATTACH_DATA] = base64.b64decode(text_at(one, "t:Content"))
        for path, tag in (("t:ContentType", tags.ATTACH_MIME_TAG), ("t:ContentId", tags.ATTACH_CONTENT_ID)):
            if text := text_at(one, path):
                added.properties[tag] = text
        message.attachments.append(added)


def headers(view: View) -> Element | None:
    header = view.message.properties.get(tags.TRANSPORT_MESSAGE_HEADERS)
    found = _FIELD.findall(header) if isinstance(header, str) else []
    shown = [t("InternetMessageHeader", " ".join(value.split()), HeaderName=name) for name, value in found]
    return t("InternetMessageHeaders", None, *shown) if shown else None


def effective_rights(_: object) -> Element:
    names = ("CreateAssociated", "CreateContents", "CreateHierarchy", "Delete", "Modify", "Read", "ViewPrivateItems")
    return t("EffectiveRights", None, *(t(name, "true") for name in names))


def conversation_id(view: View) -> Element | None:
    index = view.message.properties.get(tags.CONVERSATION_INDEX)
    known = base64.b64encode(index[:22]).decode() if isinstance(index, bytes) and index else None
    return t("ConversationId", Id=known) if known else None


def _codec(page: object) -> str:
    return {65001: "utf-8", 20127: "ascii", 28591: "latin-1"}.get(page if isinstance(page, int) else 0, f"cp{page}")
