"""iCalendar and vCard text as a tree of components with content lines (RFC 5545 3.1, RFC 6350 3.3), whatever is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from icalendar.parser import Contentline

from skyflytt.outlook.items.icalendar.text import unescaped

_FOLD = re.compile(r"\r?\n[ \t]")
_BREAK = re.compile(r"\r\n|\n|\r")
_DEEPEST = 8


@dataclass(frozen=True)
class Line:
    """`value` as it is in the text, still escaped; parameters' values are lists, their names in capitals."""

    name: str
    params: dict[str, list[str]]
    value: str
    raw: str
    group: str = ""

    @property
    def text(self) -> str:
        """The value with its escapes resolved."""
        return unescaped(self.value)

    def param(self, name: str) -> str:
        """The first value of a parameter; empty without one."""
        return self.params.get(name, [""])[0]


@dataclass
class Component:
    """`unread` are lines that are no content lines. `raw` is the whole text, BEGIN and END included."""

    name: str
    lines: list[Line] = field(default_factory=list)
    children: list[Component] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    raw: list[str] = field(default_factory=list)

    def all(self, name: str) -> list[Line]:
        """The lines of that name in their order."""
        return [line for line in self.lines if line.name == name]

    def first(self, name: str) -> Line | None:
        """The first line of that name."""
        return next((line for line in self.lines if line.name == name), None)

    def text(self, name: str) -> str:
        """The first such line's value without escapes; empty without one."""
        line = self.first(name)
        return line.text.strip() if line is not None else ""

    @property
    def source(self) -> str:
        """The text of the component."""
        return "\r\n".join(self.raw) + "\r\n"


def decoded(data: bytes | str) -> str:
    """The text: UTF-8 or UTF-16 with its mark, UTF-8, or the Windows code page of western Europe."""
    if isinstance(data, str):
        return data.removeprefix("\ufeff")
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def unfolded(text: str) -> list[str]:
    """The content lines."""
    return [line for line in _BREAK.split(_FOLD.sub("", text)) if line.strip()]


def components(lines: list[str]) -> list[Component]:
    """The outermost components. One that is not ended ends with the text; what stands outside of all is dropped."""
    root = Component("")
    stack = [root]
    for raw in lines:
        head, _, value = raw.strip().partition(":")
        keyword = head.strip().upper()
        if keyword == "BEGIN" and len(stack) < _DEEPEST:
            child = Component(value.strip().upper())
            stack[-1].children.append(child)
            stack.append(child)
        for component in stack:
            component.raw.append(raw)
        if keyword == "END" and any(each.name == value.strip().upper() for each in stack[1:]):
            while stack.pop().name != value.strip().upper():
                continue
        elif keyword != "BEGIN":
            _add(stack[-1], raw)
    return root.children


def _add(component: Component, raw: str) -> None:
    try:
        component.lines.append(parsed(raw))
    except ValueError:
        component.unread.append(raw)


def parsed(raw: str) -> Line:
    """ValueError where it is no content line."""
    split = Contentline(raw).value_separator_index()  # type: ignore[no-untyped-call]
    head = raw[:split] if split > 0 else ""
    if not head:
        raise ValueError("no content line")
    group, dot, name = head.partition(";")[0].rpartition(".")
    simple = ";" not in head
    params = {} if simple else _params(head)
    return Line(name.strip().upper(), params, raw[split + 1 :], raw, group if dot else "")


def _params(head: str) -> dict[str, list[str]]:
    named = ";".join(_named(head.split(";", 1)[1]))
    _, found, _ = Contentline(f"X;{named}:").raw_parts()  # type: ignore[no-untyped-call]
    params: dict[str, list[str]] = {}
    for name, value in found.items():
        params.setdefault(str(name).upper(), []).extend([value] if isinstance(value, str) else map(str, value))
    return params


def _named(text: str) -> Iterator[str]:
    """vCard 2.1 leaves the names of parameters out: HOME for TYPE=HOME. Several of one name become one with a list."""
    values: dict[str, list[str]] = {}
    for part in re.findall(r'(?:"[^"]*"|[^;"])+', text):
        name, equals, value = part.partition("=")
        if not equals:
            name, value = _bare_name(part.strip().upper()), part
        values.setdefault(name.strip().upper(), []).append(value.strip())
    return (f"{name}={','.join(each for each in found if each)}" for name, found in values.items())


def _bare_name(value: str) -> str:
    if value in {"QUOTED-PRINTABLE", "BASE64", "7BIT", "8BIT", "B"}:
        return "ENCODING"
    return "VALUE" if value in {"URL", "CID", "INLINE"} else "TYPE"
