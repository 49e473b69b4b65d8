"""Names of attachments: 8.3 beside the long one, and one for a part that has none ([MS-OXCMSG] 2.2.2.10-11, [MS-OXCMAIL] 2.2.3.4.2)."""

from __future__ import annotations

import re

from skyflytt.outlook.mapi import Properties, tags
from skyflytt.outlook.mime.provenance import GENERATED_NAME

_NOT_SHORT = re.compile(r"[^A-Z0-9$%'_@~`!(){}^#&-]")
_NOT_ALLOWED = re.compile(r'[\0-\x1f\x7f"/:<>|\\\u2028\u2029]')
_EXTENSION = re.compile(r"\.[^./\\\s]{1,40}\Z")
_EXTENSIONS = {
    "text/plain": ".txt",
    "text/html": ".htm",
    "text/calendar": ".ics",
    "text/vcard": ".vcf",
    "text/x-vcard": ".vcf",
    "text/rfc822-headers": ".txt",
    "message/rfc822": ".eml",
    "message/global": ".eml",
    "message/delivery-status": ".txt",
    "message/disposition-notification": ".txt",
    "application/pdf": ".pdf",
    "application/pgp-encrypted": ".asc",
    "application/pgp-signature": ".asc",
    "application/pkcs7-mime": ".p7m",
    "application/x-pkcs7-mime": ".p7m",
    "application/pkcs7-signature": ".p7s",
    "application/x-pkcs7-signature": ".p7s",
    "application/rtf": ".rtf",
    "application/xml": ".xml",
    "application/zip": ".zip",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
    "image/bmp": ".bmp",
    "image/svg+xml": ".svg",
    "image/tiff": ".tif",
    "image/webp": ".webp",
    "audio/mpeg": ".mp3",
    "audio/wav": ".wav",
    "video/mp4": ".mp4",
    "video/mpeg": ".mpg",
}


def named(name: str) -> Properties:
    """The properties of an attachment that say its name."""
    extension = match[0] if (match := _EXTENSION.search(name)) else ""
    properties: Properties = {
        tags.ATTACH_LONG_FILENAME: name,
        tags.ATTACH_FILENAME: short_name(name),
        tags.DISPLAY_NAME: name,
    }
    if extension:
        properties[tags.ATTACH_EXTENSION] = extension
    return properties


def nameless(kind: str, position: int) -> Properties:
    """A name as Exchange would make it, and that it was made up; `position` counts from 1."""
    extension = _EXTENSIONS.get(kind, ".txt" if kind.startswith("text/") else ".dat")
    return named(f"ATT{position:05}{extension}") | {GENERATED_NAME: True}


def allowed_name(name: str) -> str:
    """The name as a reader of MIME may have to write it: no letter in it that file names cannot have ([MS-OXCMAIL] 2.2.3.4.1.1)."""
    return _NOT_ALLOWED.sub("_", name.strip())


def short_name(name: str) -> str:
    """8.3, as Windows would shorten it."""
    stem, dot, extension = name.upper().rpartition(".")
    if not dot:
        stem, extension = extension, ""
    short_stem, short_extension = _NOT_SHORT.sub("", stem), _NOT_SHORT.sub("", extension)[:3]
    if short_stem != stem or len(stem) > 8:
        short_stem = short_stem[:6] + "~1"
    return f"{short_stem}.{short_extension}" if short_extension else short_stem
