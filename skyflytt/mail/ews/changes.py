"""What changed in a folder: SyncFolderItems with its state as the token, or the whole listing where a folder has no sync.

An item's id is its place: who moves it gives it another. A move therefore comes as the old ref among the vanished of one folder and a
new one among the entries of the other; the fingerprint tells that both are the same message.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from exchangelib import errors as ews

from skyflytt.mail.ews.errors import STATE_UNKNOWN
from skyflytt.mail.ews.listing import ENTRY_FIELDS, ENTRY_PROPERTIES, entry_of, is_whole, ref_of
from skyflytt.mail.ews.requests import SYNC_MOST, find_items, get_items, sync_items
from skyflytt.mail.ews.session import Session
from skyflytt.mail.ews.xml import Element, attribute_at, find, find_all, name_of, t, text_at
from skyflytt.mail.port import FolderChanges, MessageEntry

_MARK = "ews1"
_ASKED_AT_ONCE = 100


def changes(session: Session, folder: str, since: str | None) -> FolderChanges:
    """The changes since a token "ews1 <folder's id> <sync state>"; complete when there is no use for the token."""
    if session.settings.store == "public":
        return FolderChanges(_found(session, folder), (), True, None)
    state = _usable(since, folder)
    if state:
        try:
            return _synced(session, folder, state)
        except STATE_UNKNOWN:
            pass  # the server forgot; a folder that is gone says so again
    return _synced(session, folder, "")


def refs(session: Session, folder: str) -> list[str]:
    """The refs of all items now in the folder."""
    return [entry.ref for entry in changes(session, folder, None).entries]


@dataclass(slots=True)
class _Changed:
    """Pages of changes, one after another: the last word on a ref counts."""

    there: dict[str, MessageEntry | None] = field(default_factory=dict)
    """None: there, but what is to be known of it was not told."""
    gone: dict[str, None] = field(default_factory=dict)

    def take(self, answer: Element) -> None:
        for change in find_all(answer, "m:Changes/*"):
            kind = name_of(change)
            item = change if kind in ("Delete", "ReadFlagChange") else next(iter(change), change)
            ref = ref_of(item)
            if kind == "Delete":
                self.there.pop(ref, None)
                self.gone[ref] = None
            elif ref:
                self.gone.pop(ref, None)
                whole = kind in ("Create", "Update") and is_whole(item)
                self.there[ref] = entry_of(item) if whole else None


def _synced(session: Session, folder: str, state: str) -> FolderChanges:
    changed, complete = _Changed(), not state
    hidden = session.settings.hidden_items
    while True:
        request = sync_items(folder, state, ENTRY_FIELDS, ENTRY_PROPERTIES, hidden=hidden)
        answer = session.ask_one(request)
        changed.take(answer)
        before, state = state, text_at(answer, "m:SyncState")
        # A full page may have a next one whatever is said of it: there is a server that says so of deletions alone.
        full = len(find_all(answer, "m:Changes/*")) >= SYNC_MOST
        if state == before or (text_at(answer, "m:IncludesLastItemInRange") != "false" and not full):
            break
    told, vanished = _completed(session, changed.there)
    gone = [*changed.gone, *vanished]
    return FolderChanges(told, () if complete else gone, complete, f"{_MARK} {folder} {state}" if state else None)


def _completed(session: Session, there: dict[str, MessageEntry | None]) -> tuple[list[MessageEntry], list[str]]:
    """Every entry, asked for where it was not told; and the refs of those that went away meanwhile."""
    open_refs = [ref for ref, entry in there.items() if entry is None]
    asked, vanished = dict(there), []
    for start in range(0, len(open_refs), _ASKED_AT_ONCE):
        part = open_refs[start : start + _ASKED_AT_ONCE]
        answers = session.ask_each(lambda some: get_items(some, ENTRY_FIELDS, ENTRY_PROPERTIES), part)
        for ref, answer in zip(part, answers, strict=True):
            item = None if isinstance(answer, Exception) else find(answer, "m:Items/*")
            if item is not None:
                asked[ref] = entry_of(item)
            elif isinstance(answer, ews.ErrorItemNotFound):
                vanished.append(ref)
            else:
                asked[ref] = _unknown(ref)
    return [entry for entry in asked.values() if entry is not None], vanished


def _unknown(ref: str) -> MessageEntry:
    """An item that is there and will not be looked at: it is listed, so that whoever fetches it learns why."""
    return entry_of(t("Message", t("ItemId", Id=ref)))


def _found(session: Session, folder: str) -> Sequence[MessageEntry]:
    entries: dict[str, MessageEntry] = {}
    for associated in (False, True) if session.settings.hidden_items else (False,):
        offset = 0
        while True:
            request = find_items(folder, offset, ENTRY_FIELDS, ENTRY_PROPERTIES, associated=associated)
            answer = session.ask_one(request)
            items = find_all(answer, "m:RootFolder/t:Items/*")
            entries.update((ref_of(item), entry_of(item)) for item in items)
            offset += len(items)
            if not items or attribute_at(answer, "m:RootFolder", "IncludesLastItemInRange") != "false":
                break
    return list(entries.values())


def _usable(since: str | None, folder: str) -> str:
    mark, _, rest = (since or "").partition(" ")
    known, _, state = rest.partition(" ")
    return state if mark == _MARK and known == folder else ""
