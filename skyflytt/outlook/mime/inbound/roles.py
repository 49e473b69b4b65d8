"""What each leaf of a message is to its reader: body, attachment, or another form of the body ([MS-OXCMAIL] 2.2.3.4).

Text parts after one another are joined, as long as there is no HTML: a reader shows HTML or text, never both. What follows an HTML
body, and HTML that follows a text, is an attachment, as Exchange makes it. A part with a file's name or with the disposition
"attachment" is an attachment always.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from skyflytt.outlook.mime.inbound.parameters import value_and_parameters
from skyflytt.outlook.mime.inbound.structure import Entity

_RTF = frozenset(("text/rtf", "text/richtext", "application/rtf", "application/x-rtf"))


class Role(Enum):
    """Where a leaf's content goes."""

    TEXT = "text"
    HTML = "html"
    RTF = "rtf"
    ATTACHMENT = "attachment"
    ALTERNATIVE = "alternative"
    """Another form of the body that Outlook cannot show: kept as a hidden attachment."""


@dataclass(slots=True)
class Leaf:
    """`disposition`, `details` (Content-Disposition) and `name` are read once; `name` is empty where there is none."""

    entity: Entity
    disposition: str
    name: str
    role: Role = Role.ATTACHMENT
    related: bool = False

    @property
    def content_id(self) -> str:
        """Without its angle brackets; empty if there is none."""
        if b"content-id" not in self.entity.header.first:
            return ""
        return self.entity.header.text(b"content-id").strip("<> ")


@dataclass(slots=True, frozen=True)
class _Place:
    """`slot` is the outermost alternative, `branch` the child of it, that a leaf is in."""

    slot: int = 0
    branch: int = 0
    alternative: bool = False
    related: bool = False


def roles_of(message: Entity) -> list[Leaf]:
    """Every leaf in order with its role."""
    return _Casting().cast(message)


class _Casting:
    def __init__(self) -> None:
        self.leaves: list[Leaf] = []
        self._slots = 0
        self._text: _Place | None = None
        self._html: _Place | None = None
        self._rtf: _Place | None = None

    def cast(self, message: Entity) -> list[Leaf]:
        self._walk(message, _Place())
        return self.leaves

    def _walk(self, entity: Entity, place: _Place) -> None:
        if entity.children is None:
            self._leaf(entity, place)
            return
        alternative, related = entity.type == "multipart/alternative", entity.type == "multipart/related"
        root = _root(entity) if related else -1
        for position, child in enumerate(entity.children):
            self._walk(child, self._place(place, alternative, position, related and position != root))

    def _place(self, place: _Place, alternative: bool, position: int, related: bool) -> _Place:
        if place.alternative:
            return _Place(place.slot, place.branch, True, place.related or related)
        if position == 0 or not alternative:
            self._slots += 1
        return _Place(self._slots, position if alternative else 0, alternative, place.related or related)

    def _leaf(self, entity: Entity, place: _Place) -> None:
        disposition, details = value_and_parameters(entity.header.first.get(b"content-disposition"))
        leaf = Leaf(
            entity, disposition, details.get("filename") or entity.parameters.get("name") or "", related=place.related
        )
        self.leaves.append(leaf)
        if disposition != "attachment" and not leaf.name and not place.related:
            leaf.role = self._body_role(entity.type, place)

    def _body_role(self, kind: str, place: _Place) -> Role:
        if kind == "text/plain":
            return self._text_role(place)
        if kind == "text/html":
            if self._html is None and self._joins(place):
                self._html = place
                return Role.HTML
            return Role.ATTACHMENT
        if kind in _RTF and place.alternative and self._rtf is None and self._joins(place):
            self._rtf = place
            return Role.RTF
        if kind.startswith("text/") and kind != "text/calendar" and place.alternative:
            return Role.ALTERNATIVE
        return Role.ATTACHMENT

    def _text_role(self, place: _Place) -> Role:
        rich = self._html or self._rtf
        if self._text is None and (rich is None or rich.slot == place.slot):
            self._text = place
            return Role.TEXT
        if self._text is not None and self._text.slot == place.slot:
            if self._text.branch == place.branch:
                return Role.TEXT
            return Role.ATTACHMENT if self._html is not None and self._html.branch == place.branch else Role.ALTERNATIVE
        return Role.TEXT if rich is None else Role.ATTACHMENT

    def _joins(self, place: _Place) -> bool:
        """Whether HTML here is the body: nothing came before, or it is another form of what did."""
        return all(other is None or other.slot == place.slot for other in (self._text, self._html, self._rtf))


def _root(entity: Entity) -> int:
    """The child of a multipart/related that the others belong to (RFC 2387 §3.2)."""
    start = entity.parameters.get("start", "").strip("<> ")
    for position, child in enumerate(entity.children or ()):
        if start and child.header.text(b"content-id").strip("<> ") == start:
            return position
    return 0
