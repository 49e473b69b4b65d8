"""The bodies of a message, each as a text part ([MS-OXCMAIL] 2.1.3.3, [MS-OXBBODY])."""

from __future__ import annotations

from dataclasses import dataclass

from skyflytt.outlook.mapi import tags
from skyflytt.outlook.mapi.message import Message
from skyflytt.outlook.mime.outbound.charsets import charset_of_html, encoded
from skyflytt.outlook.mime.outbound.entity import Entity
from skyflytt.outlook.mime.outbound.transfer import crlf, encoded_text
from skyflytt.outlook.mime.outbound.values import binary, number
from skyflytt.outlook.mime.text_alternative import kept_text
from skyflytt.outlook.rtf import decompress, html_of, origin_of, text_of

_NATIVE_TEXT = 1
_HTML_AS_STRING = tags.HTML & 0xFFFF0000 | 0x001F


@dataclass(slots=True)
class Bodies:
    """What a message says, in up to three forms. `html` is in `html_charset`; `rtf` is RTF that was not made from HTML or text."""

    text: str | None = None
    html: bytes | None = None
    html_charset: str = "utf-8"
    rtf: bytes | None = None


def bodies_of(message: Message) -> Bodies:
    """The bodies as they are in the properties; HTML and text that stand only in the RTF are taken out of it."""
    bag = message.properties
    body, known = bag.get(tags.BODY), kept_text(bag)
    bodies = Bodies(known if known is not None else body if isinstance(body, str) else None)
    page = number(bag, tags.INTERNET_CODEPAGE)
    if tags.HTML in bag and (html := binary(bag, tags.HTML) or None):
        bodies.html, bodies.html_charset = html, charset_of_html(html, page)
    elif isinstance(string := bag.get(_HTML_AS_STRING), str):
        bodies.html, bodies.html_charset = encoded(string, page)
    else:
        _from_rtf(message, bodies)
    return bodies


def _from_rtf(message: Message, bodies: Bodies) -> None:
    compressed = binary(message.properties, tags.RTF_COMPRESSED)
    native_text = number(message.properties, tags.NATIVE_BODY) == _NATIVE_TEXT
    if not compressed or (native_text and bodies.text is not None):
        return
    rtf = decompress(compressed)
    origin = origin_of(rtf)
    if origin == "html":
        bodies.html = (html_of(rtf) or "").encode("utf-8", "replace")
    elif origin == "rtf" and rtf:
        bodies.rtf = rtf
    if bodies.text is None and origin != "html" and rtf:
        bodies.text = text_of(rtf)


def text_entity(text: str, code_page: int) -> Entity:
    """A text/plain part; line ends become CRLF."""
    data, charset = encoded(text, code_page)
    return _entity("text/plain", charset, crlf(data))


def html_entity(html: bytes, charset: str) -> Entity:
    """A text/html part of exactly these bytes."""
    return _entity("text/html", charset, html)


def rtf_entity(rtf: bytes) -> Entity:
    """A text/rtf part of exactly these bytes."""
    return _entity("text/rtf", "", rtf)


def _entity(kind: str, charset: str, data: bytes) -> Entity:
    encoding, body = encoded_text(data)
    described = f"Content-Type: {kind}" + (f"; charset={charset}" if charset else "")
    headers = [described.encode("ascii"), f"Content-Transfer-Encoding: {encoding}".encode()]
    return Entity(headers, body, closed=encoding == "base64")
