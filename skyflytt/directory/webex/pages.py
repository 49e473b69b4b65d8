"""Lists of Webex's interface: pages joined by the Link header (RFC 8288), or by an offset where a list has no such header."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from skyflytt.directory.http import Requests
from skyflytt.errors.directory import DirectoryAnswerWrong

Item = dict[str, Any]
Query = Mapping[str, str | int]


def items(requests: Requests, path: str, query: Query, *, key: str = "items") -> Iterator[Item]:
    """Every item of a list, page by page. Raises `DirectoryAnswerWrong` for a page without its list, or one that leads in a circle."""
    seen: set[str] = set()
    address, asked = path, dict(query)
    while address:
        answer = requests.ask("GET", address, query=asked)
        yield from listed(requests.json(answer), key, path)
        address, asked = answer.links.get("next", {}).get("url", ""), {}
        if address in seen:
            raise DirectoryAnswerWrong(path, "its next page is one that was read already")
        seen.add(address)


def items_by_offset(requests: Requests, path: str, query: Query, page: int) -> Iterator[Item]:
    """As `items`, for a list that is paged by `max` and `offset`; a page that is not full is the last one."""
    offset, got = 0, page
    while got == page:
        answer = requests.ask("GET", path, query={**query, "max": page, "offset": offset})
        found = listed(requests.json(answer), "items", path)
        yield from found
        got = len(found)
        offset += got


def listed(told: Mapping[str, Any], key: str, path: str) -> list[Item]:
    # A single licence that nobody holds has no list of users.
    found = told.get(key, [] if "id" in told else None)
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise DirectoryAnswerWrong(path, f"the answer has no list of {key}")
    return found
