"""XML of EWS: its namespaces, and elements made and read in them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
TYPES = "http://schemas.microsoft.com/exchange/services/2006/types"
MESSAGES = "http://schemas.microsoft.com/exchange/services/2006/messages"
ERRORS = "http://schemas.microsoft.com/exchange/services/2006/errors"
_PREFIXES = {"s": SOAP, "t": TYPES, "m": MESSAGES, "e": ERRORS}
for _prefix, _namespace in _PREFIXES.items():
    ElementTree.register_namespace(_prefix, _namespace)
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def t(name: str, text: str | None = None, /, *children: Element, **attributes: str) -> Element:
    """An element of the types namespace."""
    return _element(TYPES, name, text, children, attributes)


def m(name: str, text: str | None = None, /, *children: Element, **attributes: str) -> Element:
    """An element of the messages namespace."""
    return _element(MESSAGES, name, text, children, attributes)


def s(name: str, text: str | None = None, /, *children: Element, **attributes: str) -> Element:
    return _element(SOAP, name, text, children, attributes)


def plain(name: str, text: str | None = None, /, *children: Element, **attributes: str) -> Element:
    """An element of no namespace, as SOAP faults have them."""
    return _element("", name, text, children, attributes)


def error(name: str, text: str | None = None, /) -> Element:
    return _element(ERRORS, name, text, (), {})


def find(element: Element, path: str) -> Element | None:
    """`t:ItemId`, `m:ItemShape/t:BaseShape` …"""
    return element.find(path, _PREFIXES)


def find_all(element: Element, path: str) -> list[Element]:
    return element.findall(path, _PREFIXES)


def text_at(element: Element, path: str, default: str = "") -> str:
    found = find(element, path)
    return default if found is None else (found.text or "")


def name_of(element: Element) -> str:
    """An element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def truth(value: bool) -> str:
    return "true" if value else "false"


def is_true(text: str) -> bool:
    return text.strip().lower() in {"true", "1"}


def parse(data: bytes) -> Element:
    """Raises `ElementTree.ParseError`."""
    return ElementTree.fromstring(data)


def serialised(element: Element) -> bytes:
    written: bytes = ElementTree.tostring(element, encoding="utf-8", xml_declaration=True)
    return written


def _element(
    namespace: str, name: str, text: str | None, children: Iterable[Element], attributes: dict[str, str]
) -> Element:
    element = Element(f"{{{namespace}}}{name}" if namespace else name, {k: _clean(v) for k, v in attributes.items()})
    if text is not None:
        element.text = _clean(text)
    element.extend(children)
    return element


def _clean(text: str) -> str:
    """XML 1.0 cannot say every character; Exchange leaves these out too."""
    return _FORBIDDEN.sub("", text)
