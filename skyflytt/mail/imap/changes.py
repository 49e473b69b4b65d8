"""What changed in a folder: by QRESYNC (RFC 7162) where the server offers it, else the whole listing.

CONDSTORE without QRESYNC cannot tell which messages went away, so that it is not enough.
"""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.mail.imap import gmail
from skyflytt.mail.imap.errors import ServerRefused
from skyflytt.mail.imap.listing import ITEMS, entries
from skyflytt.mail.imap.session import Selected, Session, uids_of
from skyflytt.mail.port import FolderChanges, MessageEntry

WINDOW = 2_000
"""Messages per FETCH, so that neither side holds the listing of a huge folder at once."""


def changes(session: Session, name: bytes, since: str | None, *, all_mail: bool = False) -> FolderChanges:
    """The changes since a token "<UIDVALIDITY>:<HIGHESTMODSEQ>"; complete when there is no use for the token.

    In Gmail's "All Mail" a label may have come or gone on any message, so that it is always listed as a whole.
    """
    selected = session.select(name, readonly=True, fresh=True)
    if all_mail:
        return _all_mail(session, selected)
    token = f"{selected.validity}:{selected.modseq}" if session.qresync and selected.modseq else None
    modseq = _usable(since, selected) if token else None
    if modseq is None or not selected.exists:
        return FolderChanges(list(whole_listing(session, selected)), (), True, token)
    if modseq == selected.modseq:
        return FolderChanges((), (), False, token)
    session.imap.untagged_responses.pop("VANISHED", None)
    lines = session.uid("FETCH", "1:*", ITEMS, f"(CHANGEDSINCE {modseq} VANISHED)")
    try:
        vanished = _vanished(session, selected)
    except ValueError:
        return FolderChanges(list(whole_listing(session, selected)), (), True, token)
    return FolderChanges(list(entries(lines, selected.validity)), vanished, False, token)


def whole_listing(session: Session, selected: Selected) -> Iterator[MessageEntry]:
    """Every message, by sequence numbers: no EXPUNGE may come in between (RFC 9051 §7.5.1)."""
    for lines in _listed(session, selected, ITEMS):
        yield from entries(lines, selected.validity)


def _all_mail(session: Session, selected: Selected) -> FolderChanges:
    found: list[MessageEntry] = []
    copies: list[MessageEntry] = []
    for answers in _listed(session, selected, f"{ITEMS[:-1]} {gmail.LABELS})"):
        lines = list(gmail.whole_lines(answers))
        shown = {f"{selected.validity}:{uid}" for uid in gmail.elsewhere(lines)}
        for entry in entries(lines, selected.validity):
            (copies if entry.ref in shown else found).append(entry)
    return FolderChanges(found, (), True, None, copies)


def _listed(session: Session, selected: Selected, wanted: str) -> Iterator[list[object]]:
    for first in range(1, selected.exists + 1, WINDOW):
        last = min(first + WINDOW - 1, selected.exists)
        session.imap.untagged_responses.pop("FETCH", None)
        typ, lines = session.imap.fetch(f"{first}:{last}", wanted)
        _listed_all(typ, lines)
        yield lines


def _listed_all(typ: str, lines: list[object]) -> None:
    text = lines[-1] if lines else b""
    if typ != "OK" and b"EXPUNGEISSUED" not in (text if isinstance(text, bytes) else b""):
        raise ServerRefused(text.decode("utf-8", "replace") if isinstance(text, bytes) else typ)


def _usable(since: str | None, selected: Selected) -> int | None:
    validity, _, modseq = (since or "").partition(":")
    return int(modseq) if validity == str(selected.validity) and modseq.isdecimal() and int(modseq) > 0 else None


def _vanished(session: Session, selected: Selected) -> list[str]:
    """A server that forgot may name every UID there ever was; beyond a million the whole listing is cheaper."""
    uids: list[int] = []
    for line in session.imap.untagged_responses.pop("VANISHED", ()):
        uids.extend(uids_of(line.split()[-1], at_most=1_000_000))
    return [f"{selected.validity}:{uid}" for uid in uids]
