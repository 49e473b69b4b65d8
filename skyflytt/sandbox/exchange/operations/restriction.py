"""Restrictions: which items or folders a find is after ([MS-OXWSSRCH] 2.2.3.17, RestrictionType)."""

from __future__ import annotations

from collections.abc import Callable
from xml.etree.ElementTree import Element

from skyflytt.sandbox.exchange.failing import ResponseError
from skyflytt.sandbox.exchange.fields import extended
from skyflytt.sandbox.exchange.fields.items import BY_URI
from skyflytt.sandbox.exchange.fields.rendering import Shape, folder_element
from skyflytt.sandbox.exchange.fields.view import View
from skyflytt.sandbox.exchange.store.database import Database
from skyflytt.sandbox.exchange.store.folders import Folder
from skyflytt.sandbox.exchange.xml import find, find_all, is_true, name_of

Look = Callable[[Element], str | None]
_COMPARE: dict[str, Callable[[tuple[float, str], tuple[float, str]], bool]] = {
    "IsEqualTo": lambda one, other: one == other,
    "IsNotEqualTo": lambda one, other: one != other,
    "IsGreaterThan": lambda one, other: one > other,
    "IsGreaterThanOrEqualTo": lambda one, other: one >= other,
    "IsLessThan": lambda one, other: one < other,
    "IsLessThanOrEqualTo": lambda one, other: one <= other,
}


def item_matches(view: View, restriction: Element | None) -> bool:
    """Raises `ResponseError` for a restriction of an unknown kind."""
    return restriction is None or all(_holds(part, lambda uri: item_text(view, uri)) for part in restriction)


def folder_matches(database: Database, folder: Folder, restriction: Element | None) -> bool:
    def look(uri: Element) -> str | None:
        if name_of(uri) == "ExtendedFieldURI":
            shape = Shape(frozenset(), ((uri, extended.property_of(uri)),))
            found = find(folder_element(database, folder, shape), "t:ExtendedProperty/t:Value")
        else:
            name = uri.get("FieldURI", "")
            found = find(folder_element(database, folder, Shape(frozenset({name}), ())), f"t:{name.partition(':')[2]}")
        return found.text if found is not None else None

    return restriction is None or all(_holds(part, look) for part in restriction)


def item_text(view: View, uri: Element) -> str | None:
    """The text of the field that a FieldURI or ExtendedFieldURI names; None where the item has none."""
    if name_of(uri) == "ExtendedFieldURI":
        key = extended.property_of(uri)
        value = view.get(key)
        made = None if value is None else extended.element_of(uri, key, value)
        return "".join(made.itertext()) if made is not None else None
    field = BY_URI.get(uri.get("FieldURI", ""))
    if field is None:
        raise ResponseError("ErrorUnsupportedPathForQuery")
    made = field.read(view)
    return "".join(made.itertext()) if made is not None else None


def _holds(part: Element, look: Look) -> bool:
    name = name_of(part)
    if name in {"And", "Or", "Not"}:
        outcomes = (_holds(child, look) for child in part)
        return all(outcomes) if name == "And" else any(outcomes) if name == "Or" else not any(outcomes)
    uris = [child for child in part if name_of(child) in {"FieldURI", "ExtendedFieldURI", "IndexedFieldURI"}]
    if not uris:
        raise ResponseError("ErrorInvalidRequest")
    text = look(uris[0])
    if name == "Exists":
        return text is not None
    constant = find(part, "t:Constant" if name == "Contains" else "t:FieldURIOrConstant/t:Constant")
    wanted = constant.get("Value", "") if constant is not None else ""
    if name == "Contains":
        return text is not None and _contains(text, wanted, part)
    if name not in _COMPARE:
        raise ResponseError("ErrorUnsupportedPathForQuery")
    return name == "IsNotEqualTo" if text is None else _COMPARE[name](*_ordered(text, wanted))


def _contains(text: str, wanted: str, part: Element) -> bool:
    if part.get("ContainmentComparison", "Exact") != "Exact":
        text, wanted = text.casefold(), wanted.casefold()
    how = part.get("ContainmentMode", "FullString")
    return (
        text == wanted
        if how == "FullString"
        else text.startswith(wanted)
        if how.startswith("Prefix")
        else wanted in text
    )


def _ordered(one: str, other: str) -> tuple[tuple[float, str], tuple[float, str]]:
    """Numbers by their value, true and false too (1 and 0 among them), everything else, times in UTC among it, by its text."""
    if one in {"true", "false"}:
        return (float(one == "true"), ""), (float(is_true(other)), "")
    try:
        return (float(one), ""), (float(other), "")
    except ValueError:
        return (0.0, one.casefold()), (0.0, other.casefold())


def rank(text: str | None) -> tuple[float, str]:
    """A field's text as it is sorted by: numbers by their value."""
    return _ordered(text or "", text or "")[0]


def sort_keys(request: Element) -> list[tuple[Element, bool]]:
    """SortOrder's fields, and whether each descends."""
    return [(order[0], order.get("Order") == "Descending") for order in find_all(request, "m:SortOrder/t:FieldOrder")]
