"""What changed in a library since a token: https://learn.microsoft.com/graph/api/driveitem-delta.

The service tells changes late, and some of them twice; of a renamed folder it tells nothing of what is below, and no paths at all. So
what it tells is a reason to look, and never what is there: items are followed by their ids, and folders listed by theirs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from skyflytt.errors.files import PathMissing
from skyflytt.errors.graph import GraphAnswerWrong
from skyflytt.files.feed import FeedEndedError, Found, Told
from skyflytt.files.sharepoint import items
from skyflytt.files.sharepoint.failures import failures
from skyflytt.files.sharepoint.library import Library
from skyflytt.graph import GraphClient, Refused

PAGE = "999"
UNKNOWN = (400, 404, 410)
"""Of a token: 410 says that it is too old, the others that it never was one of this drive."""


class LibraryFeed:
    """A `ChangeFeed` of the folder with the id `top`. Memory grows with the changes."""

    def __init__(self, client: GraphClient, library: Library, top: str) -> None:
        self._client = client
        self._library = library
        self.top = top

    @property
    def place(self) -> str:
        return f"{self._library.drive_id} {self.top}"

    def now(self) -> str:
        return latest(self._client, self._library)

    def since(self, token: str) -> Told:
        with failures(self._library.name, self._client.host):
            try:
                return self._since(token)
            except Refused as refused:
                if refused.status not in UNKNOWN:
                    raise
                raise FeedEndedError(str(refused)) from refused
            except GraphAnswerWrong as wrong:
                raise FeedEndedError(str(wrong)) from wrong

    def _since(self, token: str) -> Told:
        folders, entries, replaced = set[str](), set[str](), set[str]()
        last: Mapping[str, Any] = {}
        for last in self._pages(token):
            for item in self._client.elements(self._library.name, last):
                entries.add(str(item.get("id")))
                folders.add(str((item.get("parentReference") or {}).get("id") or ""))
                if "deleted" in item:
                    # It may come back from the recycle bin.
                    replaced.add(str(item.get("id")))
        return Told(_token(self._library, last), frozenset(folders), frozenset(entries), frozenset(replaced))

    def _pages(self, token: str) -> Iterator[Mapping[str, Any]]:
        at, params, seen = _path(self._library), {"token": token}, set[str]()
        while True:
            page = self._client.get(at, params or None)
            yield page
            link = page.get("@odata.nextLink")
            if not isinstance(link, str):
                return
            if link in seen:
                raise GraphAnswerWrong(self._library.name, "the pages of its changes go round in a circle")
            seen.add(link)
            at, params = link, {}

    def list_folder(self, ref: str) -> list[Found]:
        """By its id: its path may be another folder's by now."""
        try:
            with failures(self._library.name, self._client.host):
                url = self._library.of_item(ref, "/children")
                pages = self._client.pages(url, {"$top": PAGE, "$select": items.FIELDS})
                return [Found(str(item["id"]), items.listed(item)) for item in pages if "deleted" not in item]
        except KeyError:
            raise GraphAnswerWrong(self._library.name, "an entry of a listing has no id") from None


def feed_of(client: GraphClient, library: Library, below: str, item: Mapping[str, Any] | None) -> LibraryFeed:
    """`item` is the folder `below` as it was looked up. Raises `PathMissing`."""
    if not below:
        return LibraryFeed(client, library, library.root_id)
    if item is None or "folder" not in item:
        raise PathMissing(below, "no such folder")
    return LibraryFeed(client, library, str(item["id"]))


def latest(client: GraphClient, library: Library) -> str:
    """A token for what changes from now on."""
    with failures(library.name, client.host):
        page = client.get(_path(library), {"token": "latest"})
    return _token(library, page)


def _path(library: Library) -> str:
    return f"/drives/{library.drive_id}/root/delta"


def _token(library: Library, page: Mapping[str, Any]) -> str:
    """The link's own token, as `?token=…` or `(token='…')`: the rest of the link is the address that was asked."""
    found = str(page.get("@odata.deltaLink") or "").partition("token=")[2].partition("&")[0]
    if not found:
        raise GraphAnswerWrong(library.name, "its changes end without a token")
    return unquote(found).strip("'()")
