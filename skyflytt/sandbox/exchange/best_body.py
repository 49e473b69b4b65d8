"""One body per message, as an Exchange store has it: beside HTML the plain text is what the store makes of that HTML.

[MS-OXCMAIL] 2.2.3.3.2.1 (which part of `multipart/alternative` is taken), [MS-OXCMSG] 3.2.4.1 (the others are made from it).
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

from skyflytt.outlook.mapi import Message, tags
from skyflytt.outlook.mime.inbound.charsets import codec_of
from skyflytt.outlook.mime.outbound.charsets import charset_of_html

_LINES = frozenset(("br", "p", "div", "tr", "li", "ul", "ol", "table", "blockquote", "pre", "h1", "h2", "h3", "h4"))
_NOT_SHOWN = frozenset(("script", "style", "title"))
_BLANKS = re.compile(r"[ \t\r\n\f]+")
_MANY_LINES = re.compile(r" ?\n[ \n]*\n ?")


def keep_one_body(message: Message) -> bool:
    """Whether the plain text of the message, or of one that is attached to it, had to give way."""
    changed = [keep_one_body(one.embedded) for one in message.attachments if one.embedded is not None]
    bag = message.properties
    html, page = bag.get(tags.HTML), bag.get(tags.INTERNET_CODEPAGE, 0)
    if not isinstance(html, bytes):
        return any(changed)
    charset = charset_of_html(html, page if isinstance(page, int) else 0)
    text = plain_text(html.decode(codec_of(charset) or "utf-8", "replace"))
    if bag.get(tags.BODY) == text:
        return any(changed)
    bag[tags.BODY] = text
    return True


def plain_text(html: str) -> str:
    """What is read of a page, its blocks on lines of their own."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return _MANY_LINES.sub("\n\n", "".join(reader.pieces)).strip().replace("\0", "").replace("\n", "\r\n")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - HTMLParser's signature
        self._unseen += tag in _NOT_SHOWN
        if tag in _LINES:
            self.pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._unseen = max(0, self._unseen - (tag in _NOT_SHOWN))
        if tag in _LINES and tag != "br":
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.pieces.append(_BLANKS.sub(" ", data))
