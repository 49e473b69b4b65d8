"""The first read of a library, step by step: what is in order, and one sentence for what is missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from skyflytt.errors.base import Failure
from skyflytt.files.port import EntryKind
from skyflytt.files.sharepoint.changes import latest
from skyflytt.files.sharepoint.library import find_library, permissions
from skyflytt.files.sharepoint.recycle_bin import recycled
from skyflytt.files.sharepoint.sessions import Sessions
from skyflytt.files.sharepoint.store import SharepointSettings, SharepointStore
from skyflytt.graph import GraphClient, Refused


@dataclass(frozen=True, slots=True)
class Step:
    """`advice` is empty where it `holds`."""

    what: str
    said: str
    holds: bool = True
    advice: str = ""


def first_read(client: GraphClient, server: SharepointSettings, secret: str) -> Iterator[Step]:
    """Reads alone, and ends at the first thing without which nothing else can be asked."""
    try:
        library = find_library(client, server)
    except Failure as failure:
        yield _missing("the library", failure)
        return
    room = "its room is not told" if library.free_bytes is None else f"{library.free_bytes // 1_000_000:,} MB are free"
    yield Step("the library", f"{library.name}: {room}")
    store = SharepointStore(client, library, Sessions(None, secret, library.drive_id))
    try:
        listed = store.top()
        yield Step("its first level", f"{len(listed)} entries")
        first = next((one for one in listed if one.kind is EntryKind.FILE), None)
        if first is not None:
            with store.read(first.name) as stream:
                stream.read(1)
            yield Step("the bytes of a file", "they can be read")
    except Failure as failure:
        yield _missing("reading it", failure)
        return
    yield from _beside(store)


def _beside(store: SharepointStore) -> Iterator[Step]:
    """What a move can do without."""
    client, library = store.client, store.library
    try:
        latest(client, library)
        yield Step("its changes", "they are told")
    except Failure as failure:
        yield _missing("its changes", failure)
    try:
        binned = sum(1 for _ in recycled(client, library))
        yield Step("its recycle bin", f"{binned} entries" if library.site_id else "not asked: its site is not told")
    except (Failure, Refused) as failure:
        yield _missing("its recycle bin", failure)


def _missing(what: str, failure: Failure | Refused) -> Step:
    advice = (
        failure.advice if isinstance(failure, Failure) else f"Add {permissions()} and let an administrator consent."
    )
    return Step(what, str(failure), holds=False, advice=advice)
