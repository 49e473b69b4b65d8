"""A message's tree of parts, as offsets into its bytes (RFC 2046). Nothing is copied, and base64 is passed over at memchr's speed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from skyflytt.outlook.mime.inbound.header import Header, read_header
from skyflytt.outlook.mime.inbound.parameters import value_and_parameters

MAX_DEPTH = 40
MAX_PARTS = 10_000
"""Of one message; a hostile one has more."""

_DELIMITER_END = re.compile(rb"(--)?[ \t]*(?:\r\n|\r|\n|\Z)")
_LINE_END = re.compile(rb"[\r\n]")


@dataclass(slots=True)
class Entity:
    """A MIME entity. `children` is None for a leaf, whose content, still encoded, is `source[start:end]`."""

    source: bytes
    header: Header
    type: str
    parameters: dict[str, str]
    start: int
    end: int
    children: list[Entity] | None = None

    @property
    def body(self) -> bytes:
        """The bytes between the entity's header and its end."""
        return self.source[self.start : self.end]


class Dissection:
    """Takes one message apart; what is wrong with it is in `faults`, what its leaves do not hold in `structure`."""

    def __init__(self, source: bytes, depth: int) -> None:
        self.source = source
        self.faults: set[str] = set()
        self._depth = depth
        self._parts = 0

    def message(self) -> Entity:
        """The whole message as an entity."""
        return self._entity(0, len(self.source), self._depth, "text/plain")

    def _entity(self, start: int, end: int, depth: int, default: str) -> Entity:
        header, body = read_header(self.source, start, end, self.faults)
        kind, parameters = value_and_parameters(header.first.get(b"content-type"))
        kind = kind if kind.count("/") == 1 else default
        entity = Entity(self.source, header, kind, parameters, body, end)
        if kind.startswith("multipart/"):
            self._divide(entity, depth)
        return entity

    def _divide(self, entity: Entity, depth: int) -> None:
        boundary = entity.parameters.get("boundary", "").encode("utf-8", "surrogateescape")
        if not boundary or depth >= MAX_DEPTH or self._parts >= MAX_PARTS:
            self.faults.add("structure-lost")
            return
        below = "message/rfc822" if entity.type == "multipart/digest" else "text/plain"
        pieces = list(self._pieces(entity, boundary))
        if pieces:
            entity.children = [self._entity(start, end, depth + 1, below) for start, end in pieces]
        else:
            self.faults.add("boundary-not-found")

    def _pieces(self, entity: Entity, boundary: bytes) -> Iterator[tuple[int, int]]:
        begin: int | None = None
        for at, after, closing in _delimiters(entity, b"--" + boundary):
            if begin is not None:
                yield begin, max(begin, at - _length_of_line_end(self.source, at))
            begin = after
            self._parts += 1
            if closing:
                return
            if self._parts >= MAX_PARTS:
                break
        if begin is not None:
            self.faults.add("closing-boundary-missing")
            yield begin, entity.end


def _delimiters(entity: Entity, marker: bytes) -> Iterator[tuple[int, int, bool]]:
    source, end = entity.source, entity.end
    at = source.find(marker, entity.start, end)
    while at >= 0:
        line_begins = at == entity.start or source[at - 1] in b"\r\n"
        match = _DELIMITER_END.match(source, at + len(marker), end) if line_begins else None
        if match:
            yield at, match.end(), match[1] is not None
        line_end = match or _LINE_END.search(source, at, end)
        if line_end is None:
            return
        at = source.find(marker, line_end.end(), end)


def _length_of_line_end(source: bytes, at: int) -> int:
    return 2 if source[at - 2 : at] == b"\r\n" else 1


def leaves(entity: Entity) -> Iterator[Entity]:
    """Every leaf below, in order."""
    if entity.children is None:
        yield entity
        return
    for child in entity.children:
        yield from leaves(child)


def without_contents(message: Entity) -> bytes:
    """The body of a multipart with the contents of its leaves taken out."""
    kept, at = [], message.start
    for leaf in leaves(message):
        kept.append(message.source[at : leaf.start])
        at = leaf.end
    kept.append(message.source[at : message.end])
    return b"".join(kept)
