"""Elements of EWS requests and answers: `m("GetItem", ...)`, `t("ItemId", Id=...)` ([MS-OXWSCDATA] has the schemas)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from exchangelib.util import MNS, TNS
from lxml import etree

Element = Any
"""lxml's elements have no types of their own."""

_SURROGATE = re.compile(rb"&#(?:[xX]0*[dD][89a-fA-F][0-9a-fA-F]{2}|0*5[5-7][0-9]{3});")
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, huge_tree=True)


def parse(data: bytes) -> Element | None:
    """The root element; None for what is no XML.

    Exchange lets characters through that XML forbids, so that the parser must go on where it can. Halves of surrogate pairs (what
    is left of a picture where a subject was cut) would come through it as text that Python cannot read.
    """
    try:
        return etree.fromstring(_SURROGATE.sub(_replaced, _as_utf8(data)), _PARSER)
    except (etree.XMLSyntaxError, ValueError):
        return None


def _as_utf8(data: bytes) -> bytes:
    """The same bytes where they are UTF-8 or UTF-16, which begins with a mark of its own."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("utf-8", "replace").encode()
    return data


def _replaced(reference: re.Match[bytes]) -> bytes:
    """U+FFFD for a reference to half of a surrogate pair; itself for one to anything else."""
    number = reference[0][2:-1]
    code = int(number[1:], 16) if number[:1] in b"xX" else int(number)
    return "\ufffd".encode() if 0xD800 <= code < 0xE000 else reference[0]


def m(tag: str, *children: Element | str, **attributes: str) -> Element:
    """An element of the messages' namespace."""
    return _element(MNS, tag, children, attributes)


def t(tag: str, *children: Element | str, **attributes: str) -> Element:
    """An element of the types' namespace."""
    return _element(TNS, tag, children, attributes)


def find(element: Element, path: str) -> Element | None:
    """The first element at a path such as `t:ItemId` or `m:Items`."""
    return element.find(path, {"m": MNS, "t": TNS})


def find_all(element: Element, path: str) -> Sequence[Element]:
    found: list[Element] = element.findall(path, {"m": MNS, "t": TNS})
    return found


def text_at(element: Element, path: str) -> str:
    """The text at a path; "" where there is none."""
    found = find(element, path)
    return (found.text or "").strip() if found is not None else ""


def number_at(element: Element, path: str) -> int:
    """The whole number at a path; 0 where there is none."""
    text = text_at(element, path)
    return int(text) if text.lstrip("-").isdecimal() else 0


def attribute_at(element: Element, path: str, name: str) -> str:
    """An attribute of the element at a path; "" where there is none."""
    found = find(element, path)
    return str(found.get(name, "")) if found is not None else ""


def name_of(element: Element) -> str:
    return str(etree.QName(element).localname)


def allowed(text: str) -> str:
    """The text without what XML cannot carry (control characters, halves of surrogate pairs)."""
    if text.isprintable():
        return text
    return "".join(letter if _may_stand(ord(letter)) else "\ufffd" for letter in text)


def _may_stand(code: int) -> bool:
    return code in (9, 10, 13) or 0x20 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or code >= 0x10000


def _element(space: str, tag: str, children: Sequence[Element | str], attributes: dict[str, str]) -> Element:
    element = etree.Element(f"{{{space}}}{tag}", attributes, nsmap={"m": MNS, "t": TNS})
    for child in children:
        if isinstance(child, str):
            element.text = (element.text or "") + allowed(child)
        else:
            element.append(child)
    return element
