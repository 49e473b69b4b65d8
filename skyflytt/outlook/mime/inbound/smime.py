"""S/MIME: the message is one attachment, byte for byte ([MS-OXOSMIME] 2.1.3)."""

from __future__ import annotations

from skyflytt.outlook.mapi import Attachment, Named, Properties, PropertyType, tags
from skyflytt.outlook.mapi.named import PS_INTERNET_HEADERS
from skyflytt.outlook.mime.inbound.attachments import BY_VALUE
from skyflytt.outlook.mime.inbound.filenames import named
from skyflytt.outlook.mime.inbound.header import shown
from skyflytt.outlook.mime.inbound.structure import Entity
from skyflytt.outlook.mime.inbound.transfer import content_of

OPAQUE_CLASS, CLEAR_SIGNED_CLASS = "IPM.Note.SMIME", "IPM.Note.SMIME.MultipartSigned"
CONTENT_TYPE = Named(PS_INTERNET_HEADERS, "Content-Type", PropertyType.STRING)

_OPAQUE = frozenset(("application/pkcs7-mime", "application/x-pkcs7-mime"))
_SIGNATURES = frozenset(("application/pkcs7-signature", "application/x-pkcs7-signature"))


def is_opaque(message: Entity, name: str) -> bool:
    """Encrypted, or signed with the content inside the signature; `name` is the part's, for a type that was lost."""
    unnamed_type = message.type == "application/octet-stream" and name.lower().endswith(".p7m")
    return message.children is None and (message.type in _OPAQUE or unnamed_type)


def is_clear_signed(message: Entity) -> bool:
    """S/MIME's multipart/signed; PGP's is no matter of Outlook's, which would call its signature broken."""
    if message.type != "multipart/signed" or not message.children:
        return False
    return message.parameters.get("protocol", "").lower() in _SIGNATURES or message.children[-1].type in _SIGNATURES


def opaque(message: Entity, name: str, faults: set[str]) -> tuple[Properties, Attachment]:
    """The CMS object as `smime.p7m` ([MS-OXOSMIME] 2.1.3.2)."""
    bag = _attachment(name or "smime.p7m", message.type, content_of(message, faults))
    content_type = shown(message.header.first.get(b"content-type", b""))
    return {tags.MESSAGE_CLASS: OPAQUE_CLASS, CONTENT_TYPE: content_type}, Attachment(bag)


def clear_signed(message: Entity) -> tuple[Properties, Attachment]:
    """The whole entity with its Content-Type and nothing else of the message's header ([MS-OXOSMIME] 2.1.3.1)."""
    line_end = b"\r\n" if b"\r\n" in message.header.block else b"\n"
    content_type = message.header.first.get(b"content-type", b"").strip()
    data = b"Content-Type: " + content_type + line_end * 2 + message.body
    return {tags.MESSAGE_CLASS: CLEAR_SIGNED_CLASS}, Attachment(_attachment("SMIME.txt", message.type, data))


def _attachment(name: str, kind: str, data: bytes) -> Properties:
    return {
        tags.ATTACH_METHOD: BY_VALUE,
        tags.ATTACH_DATA: data,
        tags.RENDERING_POSITION: -1,
        tags.ATTACH_MIME_TAG: kind,
        **named(name),
    }
