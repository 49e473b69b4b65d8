"""What changed in a folder, by the delta of its items (https://learn.microsoft.com/graph/api/mailboxitem-delta).

A delta tells ids alone of what an entry needs. The rest comes from a listing where everything is new, and from single items, twenty in a
batch, where something changed. Where listing and delta differ, because something changed in between or the listing lags, the item decides.
"""

from __future__ import annotations

from urllib.parse import urlencode

from skyflytt.errors.graph import GraphAnswerWrong
from skyflytt.graph import Refused
from skyflytt.graph.client import Ask
from skyflytt.mail.graph.errors import is_gone, state_unknown
from skyflytt.mail.graph.listing import OPTIONS, entry_of, ref_of
from skyflytt.mail.graph.session import Session
from skyflytt.mail.port import FolderChanges, MessageEntry

_MARK = "graph1"
PAGE = 500
TOGETHER = 100


def changes(session: Session, folder: str, since: str | None) -> FolderChanges:
    """The changes since a token "graph1 <folder's id> <link>"; complete when there is no use for the token."""
    link = _usable(since, folder)
    if link:
        try:
            there, gone, link = _round(session, link)
        except (Refused, GraphAnswerWrong) as error:
            if isinstance(error, Refused) and not (state_unknown(error) or error.status == 400):
                raise
        else:
            told, vanished = _asked(session, folder, list(there))
            return FolderChanges(told, [*gone, *vanished], False, _token(folder, link))
    return _whole(session, folder)


def refs(session: Session, folder: str) -> list[str]:
    """The refs of all items now in the folder."""
    return list(_round(session, _start(session, folder))[0])


def _whole(session: Session, folder: str) -> FolderChanges:
    """The token comes first: what changes while the listing comes is told again by the next delta."""
    there, _, link = _round(session, _start(session, folder))
    listed = session.pages(f"{session.folder(folder)}/items", {**OPTIONS, "$top": str(PAGE)}) if there else []
    entries = {ref_of(one): entry_of(one) for one in listed if ref_of(one) in there}
    differing = [
        *(ref for ref in there if ref not in entries),
        *(ref_of(one) for one in listed if ref_of(one) not in there),
    ]
    entries |= {entry.ref: entry for entry in _asked(session, folder, differing)[0]}
    ordered = [entries[ref] for ref in (*there, *differing) if ref in entries]
    return FolderChanges(list(dict.fromkeys(ordered)), (), True, _token(folder, link))


def _start(session: Session, folder: str) -> str:
    return f"{session.folder(folder)}/items/delta?{urlencode({'$select': 'id,changeKey'}, safe='$,')}"


def _round(session: Session, start: str) -> tuple[dict[str, None], dict[str, None], str]:
    """The ids of what is there or changed, and of what went; the link that the next round begins with. The last word on an id counts."""
    there: dict[str, None] = {}
    gone: dict[str, None] = {}
    at, seen = start, {start}
    while True:
        page = session.get(at)
        for one in session.elements(at, page):
            ref = ref_of(one)
            into, out_of = (gone, there) if "@removed" in one else (there, gone)
            out_of.pop(ref, None)
            into[ref] = None
        if isinstance(end := page.get("@odata.deltaLink"), str):
            return there, gone, end
        at = str(page.get("@odata.nextLink") or "")
        if not at or at in seen:
            raise GraphAnswerWrong("a folder's changes", "the pages go round in a circle, or end without a link")
        seen.add(at)


def _asked(session: Session, folder: str, wanted: list[str]) -> tuple[list[MessageEntry], list[str]]:
    """Entries asked for one by one, and the refs of those that went away meanwhile."""
    entries, vanished = [], []
    for begin in range(0, len(wanted), TOGETHER):
        part = wanted[begin : begin + TOGETHER]
        answers = session.batch([Ask(f"{session.item(folder, ref)}?{urlencode(OPTIONS)}") for ref in part])
        for ref, answer in zip(part, answers, strict=True):
            if not isinstance(answer, Refused):
                entries.append(entry_of(answer))
            elif is_gone(answer):
                vanished.append(ref)
            else:
                entries.append(_unknown(ref))
    return entries, vanished


def _unknown(ref: str) -> MessageEntry:
    """An item that is there and will not be looked at: it is listed, so that whoever fetches it learns why."""
    return entry_of({"id": ref})


def _token(folder: str, link: str) -> str:
    return f"{_MARK} {folder} {link}"


def _usable(since: str | None, folder: str) -> str:
    mark, _, rest = (since or "").partition(" ")
    known, _, link = rest.partition(" ")
    return link if mark == _MARK and known == folder and link.startswith("https://") else ""
