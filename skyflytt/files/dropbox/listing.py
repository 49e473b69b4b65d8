"""What a folder holds, page by page, and what one entry is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from dropbox import files
from dropbox.exceptions import ApiError

from skyflytt.errors.connection import ConnectionLost
from skyflytt.errors.files import KindNotCopied, PathRefused
from skyflytt.files.dropbox.connect import Calls
from skyflytt.files.dropbox.failures import tags
from skyflytt.files.port import Entry, EntryKind
from skyflytt.files.walk import Listed, Unlisted

PAGE = 2_000
ANEW = 3
"""How often a folder's listing is begun again when Dropbox no longer knows its cursor."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NO_BYTES = "a document of Dropbox's own, which has no bytes to be copied; export it in the browser"


class _Reset(Exception):
    """The cursor is no longer known (ListFolderContinueError.reset)."""


def entries_of(calls: Calls, at: str, item: str, *, members: bool = False) -> list[Any]:
    """The metadata of everything in a folder, by its path at Dropbox. `members` also tells which files are shared by themselves."""
    for _ in range(ANEW):
        try:
            found: dict[str, Any] = {}
            for one in _pages(calls, at, item, members=members):
                # What is told twice changed meanwhile; the later word counts.
                found[one.name.casefold()] = one
            return [one for one in found.values() if not isinstance(one, files.DeletedMetadata)]
        except _Reset:
            continue
    raise ConnectionLost(calls.server, f"the listing of {item or 'the top'} was broken off {ANEW} times (reset)")


def _pages(calls: Calls, at: str, item: str, *, members: bool) -> Iterator[Any]:
    page = calls.wait_and_ask(
        item,
        lambda one: one.files_list_folder(at, limit=PAGE, include_has_explicit_shared_members=members),
    )
    yield from page.entries
    while page.has_more:
        cursor = page.cursor
        page = calls.wait_and_ask(item, lambda one, cursor=cursor: _next(one, cursor))  # type: ignore[misc]
        yield from page.entries


def _next(client: Any, cursor: str) -> Any:
    try:
        return client.files_list_folder_continue(cursor)
    except ApiError as error:
        if "reset" in tags(error.error):
            raise _Reset from None
        raise


def listed(one: Any) -> Listed | Unlisted:
    """An entry of a listing, by its own name: only the last part of `path_display` is sure to be spelled as it is."""
    if isinstance(one, files.FolderMetadata):
        if one.sharing_info is not None and one.sharing_info.no_access:
            return Unlisted(one.name, PathRefused(one.name, "the account may not look into this folder"), folder=True)
        return Listed(one.name, EntryKind.FOLDER, 0, EPOCH)
    if one.symlink_info is not None:
        return Listed(one.name, EntryKind.SYMLINK, 0, modified(one))
    if not one.is_downloadable:
        return Unlisted(one.name, KindNotCopied(one.name, NO_BYTES))
    return Listed(one.name, EntryKind.FILE, one.size, modified(one), token=one.rev)


def entry(path: str, one: Any) -> Entry:
    if isinstance(one, files.FolderMetadata):
        return Entry(path, EntryKind.FOLDER, 0, EPOCH)
    if one.symlink_info is not None:
        return Entry(path, EntryKind.SYMLINK, 0, modified(one))
    if not one.is_downloadable:
        return Entry(path, EntryKind.OTHER, 0, modified(one))
    return Entry(path, EntryKind.FILE, one.size, modified(one), token=one.rev)


def modified(one: Any) -> datetime:
    """The time that whoever uploaded it gave (`client_modified`), in UTC, in whole seconds."""
    return _aware(one.client_modified)


def _aware(when: datetime) -> datetime:
    return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)


def as_dropbox_has_it(when: datetime) -> datetime:
    """Whole seconds in UTC, without a zone: what the dropbox package writes."""
    return when.astimezone(UTC).replace(microsecond=0, tzinfo=None)
