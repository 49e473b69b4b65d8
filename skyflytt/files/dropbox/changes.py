"""What changed below a folder since a cursor: https://developers.dropbox.com/detecting-changes-guide.

Entries are told by paths, as files/list_folder/continue has them; each is a reason to look into its folder.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dropbox import files
from dropbox.exceptions import ApiError

from skyflytt.errors.files import PathMissing
from skyflytt.files.dropbox.connect import Calls
from skyflytt.files.dropbox.failures import tags
from skyflytt.files.dropbox.listing import entries_of, listed
from skyflytt.files.feed import FeedEndedError, Found, Told


class DropboxFeed:
    """A `ChangeFeed` of the folder at `top`, a path at Dropbox in small letters, empty for the top."""

    def __init__(self, calls: Calls, top: str, space: str) -> None:
        self._calls = calls
        self.top = top
        self.place = f"{calls.account} {space} {top}"

    def now(self) -> str:
        got = self._calls.wait_and_ask(
            self.top, lambda one: one.files_list_folder_get_latest_cursor(self.top, recursive=True)
        )
        return str(got.cursor)

    def since(self, token: str) -> Told:
        folders, replaced = set[str](), set[str]()
        last: Any = None
        for last in self._pages(token):
            for one in last.entries:
                path = str(one.path_lower or "")
                if not path:
                    raise FeedEndedError(f"{one.name} is told without its path")
                folders.add(path.rpartition("/")[0])
                if not isinstance(one, files.FileMetadata):
                    # Whatever was at this path is not known to be what is there now.
                    replaced.add(path)
        return Told(str(last.cursor), frozenset(folders), frozenset(), frozenset(replaced))

    def _pages(self, token: str) -> Iterator[Any]:
        cursor, more = token, True
        while more:
            page = self._calls.wait_and_ask(self.top, lambda one, cursor=cursor: _next(one, cursor))  # type: ignore[misc]
            yield page
            cursor, more = page.cursor, page.has_more

    def list_folder(self, ref: str) -> list[Found]:
        found = entries_of(self._calls, ref, ref)
        if any(not one.path_lower for one in found):
            raise PathMissing(ref, "its entries are told without their paths")
        return [Found(str(one.path_lower), listed(one)) for one in found]


def _next(client: Any, cursor: str) -> Any:
    try:
        return client.files_list_folder_continue(cursor)
    except ApiError as error:
        if {"reset", "not_found"} & set(tags(error.error)):
            raise FeedEndedError("Dropbox does not know the cursor any more") from None
        raise
