"""Attachments as MIME parts ([MS-OXCMAIL] 2.1.3.4). None is left out: what MIME cannot carry becomes a part that says what it was."""

from __future__ import annotations

import re
from collections.abc import Mapping
from email.utils import format_datetime
from pathlib import PureWindowsPath
from urllib.parse import quote

from skyflytt.outlook.mapi import tags
from skyflytt.outlook.mapi.message import Attachment, Message, Properties
from skyflytt.outlook.mapi.times import moment
from skyflytt.outlook.mime.outbound.entity import Entity
from skyflytt.outlook.mime.outbound.headertext import is_token, one_line, parameter
from skyflytt.outlook.mime.outbound.transfer import base64, fits
from skyflytt.outlook.mime.outbound.values import binary, number, text
from skyflytt.outlook.mime.provenance import GENERATED_NAME

BY_REFERENCE = frozenset((2, 3, 4, 7))
EMBEDDED, OLE = 5, 6
_MHTML_REFERENCE = 4
_OCTETS = "application/octet-stream"
_LOOKS_LIKE_MAIL = re.compile(rb"(?:[!-9;-~]+[ \t]*:[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*\r?\n)+")

Written = Mapping[int, bytes]
"""Embedded messages that are written already, by the identity of the object."""


def attachment_entity(attachment: Attachment, written: Written, *, inline: bool = False) -> Entity:
    """The part of one attachment."""
    if attachment.embedded is not None and id(attachment.embedded) in written:
        return _embedded(attachment, attachment.embedded, written)
    bag = attachment.properties
    data = data_of(bag)
    if not data and number(bag, tags.ATTACH_METHOD, 1) in BY_REFERENCE and (target := _target(bag)):
        return _by_reference(bag, target)
    kind = media_type(bag)
    if kind == "message/rfc822" and _is_mail(data):
        return Entity(_headers(bag, kind, _eight_bit(data), inline), [data])
    if kind.startswith("message/") and kind != "message/rfc822" and fits(data):
        return Entity(_headers(bag, kind, _eight_bit(data), inline), [data])
    if kind.startswith(("multipart/", "message/")):
        kind = _OCTETS
    return Entity(_headers(bag, kind, "base64", inline), base64(data), closed=True)


def data_of(bag: Properties) -> bytes:
    """The attachment's bytes, whichever of its two properties has them."""
    return binary(bag, tags.ATTACH_DATA) or binary(bag, tags.ATTACH_DATA_OBJECT)


def media_type(bag: Properties) -> str:
    """The MIME type in lower case; that of unknown bytes where there is none or a malformed one."""
    kind = text(bag, tags.ATTACH_MIME_TAG).partition(";")[0].strip().lower()
    main, _, sub = kind.partition("/")
    if is_token(main) and is_token(sub):
        return kind
    return "application/x-ole-storage" if number(bag, tags.ATTACH_METHOD) == OLE else _OCTETS


def file_name(bag: Properties) -> str:
    """The name to save it by; empty where its part had none."""
    if bag.get(GENERATED_NAME):
        return ""
    names = (text(bag, tag) for tag in (tags.ATTACH_LONG_FILENAME, tags.ATTACH_FILENAME, tags.DISPLAY_NAME))
    return next((name for name in map(one_line, names) if name), "")


def content_id(bag: Properties) -> str:
    """The Content-ID without its brackets."""
    return "".join(one_line(text(bag, tags.ATTACH_CONTENT_ID)).split()).strip("<>")


def _is_mail(data: bytes) -> bool:
    return bool(_LOOKS_LIKE_MAIL.match(data[:65536])) and b"\0" not in data


def _eight_bit(data: bytes) -> str:
    return "7bit" if data.isascii() else "8bit"


def _embedded(attachment: Attachment, message: Message, written: Written) -> Entity:
    bag = attachment.properties
    data = written[id(message)]
    name = "" if bag.get(GENERATED_NAME) else text(bag, tags.ATTACH_LONG_FILENAME) or text(bag, tags.ATTACH_FILENAME)
    headers = _headers(bag, "message/rfc822", _eight_bit(data), inline=False, name=one_line(name))
    return Entity(headers, [data])


def _headers(bag: Properties, kind: str, encoding: str, inline: bool, name: str | None = None) -> list[bytes]:
    name = file_name(bag) if name is None else name
    described = f"Content-Type: {kind}"
    charset = text(bag, tags.TEXT_ATTACHMENT_CHARSET)
    if kind.startswith("text/") and is_token(charset):
        described += f"; charset={charset}"
    shown = parameter("filename", name) if name else ""
    shown_in_place = inline or _unnamed_text(bag, kind)
    disposition = f"Content-Disposition: {'inline' if shown_in_place else 'attachment'}{shown}{_dates(bag)}"
    lines = [
        described + (parameter("name", name) if name else ""),
        f"Content-Transfer-Encoding: {encoding}",
        disposition,
    ]
    if identifier := content_id(bag):
        lines.append(f"Content-ID: <{identifier}>")
    if location := "".join(one_line(text(bag, tags.ATTACH_CONTENT_LOCATION)).split()):
        lines.append(f"Content-Location: {location}")
    return [line.encode("utf-8", "replace") for line in lines]


def _dates(bag: Properties) -> str:
    """The dates of the file (RFC 2183 §2.4)."""
    dates = ""
    for name, tag in (("creation-date", tags.CREATION_TIME), ("modification-date", tags.LAST_MODIFICATION_TIME)):
        if (filetime := number(bag, tag)) > 0 and (when := moment(filetime)):
            dates += f';\r\n {name}="{format_datetime(when)}"'
    return dates


def _target(bag: Properties) -> str:
    return one_line(text(bag, tags.ATTACH_LONG_PATHNAME) or text(bag, tags.ATTACH_PATHNAME))


def _by_reference(bag: Properties, target: str) -> Entity:
    """A file or link that the message only points to, as an Internet shortcut that opens it."""
    is_url = re.match(r"[A-Za-z][A-Za-z0-9+.-]+:", target)
    path = target.replace("\\", "/")
    # A drive's letter is no host: its path begins behind an empty one (RFC 8089).
    path = path if path.startswith("//") else "///" + path.lstrip("/")
    url = quote(target, safe="!#$%&'()*+,/:;=?@[]~-._") if is_url else "file:" + quote(path, safe="/:")
    name = file_name(bag) or PureWindowsPath(target).name or "link"
    data = f"[InternetShortcut]\r\nURL={url}\r\n".encode("utf-8", "replace")
    headers = _headers(bag, "application/internet-shortcut", "base64", inline=False, name=f"{name}.url")
    return Entity(headers, base64(data), closed=True)


def referenced(bag: Properties, html: bytes, cited: frozenset[str]) -> bool:
    """Whether the HTML shows the attachment: by its Content-ID, or by its location if it came as part of a web page."""
    identifier = content_id(bag)
    if identifier and identifier.lower() in cited:
        return True
    location = text(bag, tags.ATTACH_CONTENT_LOCATION).strip()
    return (
        bool(location)
        and number(bag, tags.ATTACH_FLAGS) & _MHTML_REFERENCE > 0
        and location.encode("utf-8", "replace") in html
    )


def _unnamed_text(bag: Properties, kind: str) -> bool:
    """Text that came without a name, in a part that was to be read in its place."""
    return bool(bag.get(GENERATED_NAME)) and kind.startswith("text/") and kind not in ("text/plain", "text/html")
