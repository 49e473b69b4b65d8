"""Pages of a find ([MS-OXWSSRCH] 2.2.3.2, IndexedPageViewType)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar
from xml.etree.ElementTree import Element

from skyflytt.sandbox.exchange.failing import ResponseError
from skyflytt.sandbox.exchange.xml import find, truth

Found = TypeVar("Found")


def page_of(request: Element, view: str, found: Sequence[Found], limit: int) -> tuple[Sequence[Found], dict[str, str]]:
    """The part that the request's Indexed or Fractional view shows, and RootFolder's attributes. Raises `ResponseError` beyond `limit`."""
    indexed = find(request, f"m:IndexedPage{view}")
    whole = indexed if indexed is not None else find(request, f"m:{view}")
    most = int(whole.get("MaxEntriesReturned", "0")) if whole is not None else 0
    offset = int(indexed.get("Offset", "0")) if indexed is not None else 0
    if indexed is not None and indexed.get("BasePoint") == "End":
        offset = max(0, len(found) - offset - most)
    end = min(len(found), offset + most) if most else len(found)
    if end - offset > limit:
        if most:
            end = offset + limit
        else:
            raise ResponseError("ErrorExceededFindCountLimit")
    attributes = {"TotalItemsInView": str(len(found)), "IncludesLastItemInRange": truth(end >= len(found))}
    return found[offset:end], {"IndexedPagingOffset": str(max(end, 0)), **attributes}
