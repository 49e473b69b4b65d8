"""Reading a multi-status answer (RFC 4918, section 13) while it arrives, from a server that may be hostile.

WebDAV has no use for a document type, so one is refused before an entity could be declared; depth and texts are limited.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.parsers import expat

from skyflytt.errors.files import PathRefused

DEEPEST = 64
LONGEST_TEXT = 1 << 16
RESPONSE = ["DAV: multistatus", "DAV: response"]
PROPSTAT = [*RESPONSE, "DAV: propstat"]
PROPERTIES = [*PROPSTAT, "DAV: prop"]


@dataclass(slots=True)
class Answered:
    """One `response`: `status` where it has one of its own; `properties` are those with status 2xx, as `namespace name` to text."""

    href: str = ""
    status: int = 0
    properties: dict[str, str] = field(default_factory=dict)
    refused: dict[str, int] = field(default_factory=dict)
    """Properties with another status."""
    collection: bool = False


class Multistatus:
    """A parser that is fed pieces and gives the responses that are complete; `item` is what was asked about."""

    def __init__(self, item: str) -> None:
        self._item = item
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = self._refuse_doctype
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters
        self._open: list[str] = []
        self._text: list[str] = []
        self._text_length = 0
        self._response = Answered()
        self._found: dict[str, str] = {}
        self._status = 0
        self._complete: list[Answered] = []

    def feed(self, piece: bytes, *, last: bool = False) -> list[Answered]:
        """Raises `PathRefused` for what is not well-formed XML with the root `multistatus`."""
        try:
            self._parser.Parse(piece, last)
        except expat.ExpatError as error:
            raise self._failure(str(error)) from error
        if last:
            self._let_go()
        complete, self._complete = self._complete, []
        return complete

    def _let_go(self) -> None:
        """The parser holds this object by its handlers: a cycle that would stay in memory until it is looked for."""
        self._parser.StartDoctypeDeclHandler = None
        self._parser.StartElementHandler = None
        self._parser.EndElementHandler = None
        self._parser.CharacterDataHandler = None

    def _failure(self, why: str) -> PathRefused:
        return PathRefused(self._item, f"the server's answer is no multi-status: {why}")

    def _refuse_doctype(self, *_declared: object) -> None:
        raise self._failure("it declares a document type")

    def _start(self, name: str, _attributes: object) -> None:
        self._open.append(name)
        if self._open[0] != "DAV: multistatus" or len(self._open) > DEEPEST:
            raise self._failure(f"it holds {name[:80]} at depth {len(self._open)}")
        self._text.clear()
        self._text_length = 0
        if self._open == RESPONSE:
            self._response = Answered()
        elif self._open == PROPSTAT:
            self._found, self._status = {}, 0
        elif self._open == [*PROPERTIES, "DAV: resourcetype", "DAV: collection"]:
            self._response.collection = True

    def _characters(self, text: str) -> None:
        self._text_length += len(text)
        if self._text_length > LONGEST_TEXT:
            raise self._failure(f"it holds a text of more than {LONGEST_TEXT} characters")
        self._text.append(text)

    def _end(self, name: str) -> None:
        text = "".join(self._text).strip()
        self._text.clear()
        within = self._open[:-1]
        if within == PROPERTIES:
            self._found[name] = text
        elif within == PROPSTAT and name == "DAV: status":
            self._status = _code(text)
        elif within == RESPONSE:
            self._end_in_response(name, text)
        elif self._open == RESPONSE:
            self._complete.append(self._response)
        self._open.pop()

    def _end_in_response(self, name: str, text: str) -> None:
        if name == "DAV: href":
            self._response.href = self._response.href or text
        elif name == "DAV: status":
            self._response.status = _code(text)
        elif name == "DAV: propstat" and 200 <= self._status < 300:
            self._response.properties.update(self._found)
        elif name == "DAV: propstat":
            self._response.refused.update(dict.fromkeys(self._found, self._status))


def _code(status_line: str) -> int:
    """`HTTP/1.1 200 OK` is 200 (section 14.28); 0 for what is no status line."""
    words = status_line.split(" ")
    return int(words[1]) if len(words) > 1 and words[1].isascii() and words[1].isdigit() else 0
