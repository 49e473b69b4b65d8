"""HTML and plain text that were wrapped in RTF, and the text of RTF itself ([MS-OXRTFEX] 2.1.3, 3.1.3)."""

from __future__ import annotations

import re
from typing import Literal

from skyflytt.outlook.rtf.reader import RtfReader, View

_HEAD = 4096
"""Bytes in which the mark must stand: it is among the first ten tokens ([MS-OXRTFEX] 2.1.3.1.1)."""
_MARK = re.compile(rb"\\from(html1?|text)(?![a-zA-Z0-9])")
_TABLES = re.compile(rb"\{\s*\\(?:fonttbl|colortbl|stylesheet|\*)")


def origin_of(rtf: bytes) -> Literal["html", "text", "rtf"]:
    """What the RTF was made from, by its `\\fromhtml` or `\\fromtext`."""
    head = rtf[:_HEAD]
    tables = _TABLES.search(head)
    mark = _MARK.search(head, 0, tables.start() if tables else len(head))
    if mark is None or not head.lstrip().startswith(b"{\\rtf"):
        return "rtf"
    return "text" if mark[1] == b"text" else "html"


def html_of(rtf: bytes) -> str | None:
    """The HTML that the RTF was made from, with CRLF line ends; None where it was not made from HTML."""
    return RtfReader(rtf, View.HTML).text() if origin_of(rtf) == "html" else None


def text_of(rtf: bytes) -> str:
    """The text with CRLF line ends: the original one where the RTF was made from text, otherwise what a reader would see."""
    return RtfReader(rtf, View.ENCAPSULATED_TEXT if origin_of(rtf) == "text" else View.SHOWN).text()
