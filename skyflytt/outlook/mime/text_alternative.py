"""The plain text of a message that has HTML too, kept where a store keeps one body only.

Exchange holds one body and makes the others from it ([MS-OXCMAIL] 2.2.3.3.2.1, [MS-OXCMSG] 3.2.4.1): of `multipart/alternative` it
keeps the HTML, and its plain text is then what Exchange made of it, not what somebody wrote. `TEXT_ALTERNATIVE` holds the text as
it was, behind a digest of the HTML that it belongs to, so that a text whose HTML was edited since does not come back.
"""

from __future__ import annotations

import hashlib

from skyflytt.outlook.mapi import Message, Properties, tags
from skyflytt.outlook.mime.inbound.charsets import codec_of
from skyflytt.outlook.mime.outbound.charsets import charset_of_html
from skyflytt.outlook.mime.outbound.values import number
from skyflytt.outlook.mime.provenance import TEXT_ALTERNATIVE

_DIGEST = 16


def keep_text(message: Message) -> None:
    """Keep the plain text beside the HTML, in the message and in all that are attached to it."""
    text = message.properties.get(tags.BODY)
    if isinstance(text, str) and (digest := _digest(message.properties)):
        message.properties[TEXT_ALTERNATIVE] = digest + text.encode("utf-8", "surrogatepass")
    for attachment in message.attachments:
        if attachment.embedded is not None:
            keep_text(attachment.embedded)


def kept_text(properties: Properties) -> str | None:
    """The text that was kept for this HTML; None where none was, or the HTML is another one now."""
    kept = properties.get(TEXT_ALTERNATIVE)
    if not isinstance(kept, bytes) or kept[:_DIGEST] != _digest(properties):
        return None
    return kept[_DIGEST:].decode("utf-8", "replace")


def _digest(properties: Properties) -> bytes:
    """Of the HTML as text, white space aside: a store may write another charset and other line ends."""
    html = properties.get(tags.HTML)
    if not isinstance(html, bytes):
        return b""
    charset = charset_of_html(html, number(properties, tags.INTERNET_CODEPAGE))
    words = " ".join(html.decode(codec_of(charset) or "utf-8", "replace").split())
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).digest()[:_DIGEST]
