"""Signed and encrypted messages: their one attachment is the message's whole content ([MS-OXOSMIME] 2.1)."""

from __future__ import annotations

import re

from skyflytt.outlook.mapi import tags
from skyflytt.outlook.mapi.message import Message
from skyflytt.outlook.mapi.named import PS_INTERNET_HEADERS, Named
from skyflytt.outlook.mime.outbound.attachments import data_of, file_name
from skyflytt.outlook.mime.outbound.entity import Entity
from skyflytt.outlook.mime.outbound.headertext import parameter
from skyflytt.outlook.mime.outbound.kept import block_of
from skyflytt.outlook.mime.outbound.transfer import base64, crlf
from skyflytt.outlook.mime.outbound.values import text

_FIELDS = re.compile(rb"(?:[!-9;-~]+[ \t]*:[^\r\n]*(?:\r\n|\r|\n)(?:[ \t][^\r\n]*(?:\r\n|\r|\n))*)+")
_CONTENT_TYPE = re.compile(rb"^content-type[ \t]*:", re.I | re.M)
_LINE_END = re.compile(rb"\r\n|\r|\n")
_CMS = re.compile(r"application/(?:x-)?pkcs7-mime\b", re.I)
_SMIME_TYPE = re.compile(r';\s*smime-type\s*=\s*"?([A-Za-z0-9-]+)', re.I)


def sealed(message: Message) -> Entity | None:
    """The message's content as it was signed or encrypted, to the byte; None for a message that is neither."""
    if ".SMIME" not in text(message.properties, tags.MESSAGE_CLASS).upper() or len(message.attachments) != 1:
        return None
    bag = message.attachments[0].properties
    data, kind = data_of(bag), text(bag, tags.ATTACH_MIME_TAG)
    fields = _FIELDS.match(data)
    if fields and _CONTENT_TYPE.search(fields[0]) and (gap := _LINE_END.match(data, fields.end())):
        return Entity(_lines(fields[0]), [data[gap.end() :]])
    if data and _CMS.match(kind or "application/pkcs7-mime"):
        return _cms(data, kind or "application/pkcs7-mime", _smime_type(message, kind), file_name(bag) or "smime.p7m")
    return None


def clear_signed(message: Message) -> list[bytes] | None:
    """The whole message where its own header describes the signed content: that header and that content, to the byte."""
    entity = sealed(message)
    block = block_of(message)
    signed = b"multipart/signed" in b"".join(entity.headers).lower() if entity else False
    if (
        entity is None
        or not signed
        or not re.search(rb"^content-type[ \t]*:[ \t\r\n]*multipart/signed", block, re.I | re.M)
    ):
        return None
    line_end = b"\r\n" if any(b"\r\n" in piece for piece in entity.body) else b"\n"
    return [block.replace(b"\r\n", line_end), line_end, *entity.body]


def _lines(fields: bytes) -> list[bytes]:
    return [line for line in re.split(rb"\r\n(?![ \t])", crlf(fields)) if line]


def _smime_type(message: Message, kind: str) -> str:
    """What the CMS object is, from the type of the attachment or from the Content-Type that Exchange keeps beside it."""
    named = (tag for tag in message.properties if isinstance(tag, Named) and tag.set == PS_INTERNET_HEADERS)
    kept = [text(message.properties, tag) for tag in named if str(tag.name).lower() == "content-type"]
    found = (_SMIME_TYPE.search(each) for each in (kind, *kept))
    return next((match[1] for match in found if match), "")


def _cms(data: bytes, kind: str, smime_type: str, name: str) -> Entity:
    described = f"Content-Type: {kind.partition(';')[0].strip().lower()}"
    if smime_type:
        described += f"; smime-type={smime_type}"
    lines = (
        described + parameter("name", name),
        "Content-Transfer-Encoding: base64",
        "Content-Disposition: attachment" + parameter("filename", name),
    )
    return Entity([line.encode("utf-8", "replace") for line in lines], base64(data), closed=True)
