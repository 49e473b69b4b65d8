"""Deleting and moving single messages, and nothing but them."""

from __future__ import annotations

from collections.abc import Sequence

from skyflytt.errors.mail import MessageVanished
from skyflytt.mail.imap.changes import whole_listing
from skyflytt.mail.imap.session import Selected, Session, quoted, uid_set, uids_of


def delete(session: Session, selected: Selected, uids: Sequence[int]) -> None:
    """Remove these messages for good; without UIDPLUS, other messages marked \\Deleted are shielded while EXPUNGE runs."""
    if not uids:
        return
    gone = uid_set(uids)
    session.uid("STORE", gone, "+FLAGS.SILENT", r"(\Deleted)")
    if session.can("UIDPLUS"):
        session.uid("EXPUNGE", gone)
    else:
        _expunge_only(session, selected, set(uids))
    session.forget()


def move(session: Session, selected: Selected, uid: int, to: bytes) -> str:
    """Move one message; its ref in the folder `to`. Raises `MessageVanished`."""
    before = None if session.can("UIDPLUS") else _refs(session, to)
    selected = session.select(selected.name, readonly=False)
    session.imap.untagged_responses.pop("COPYUID", None)
    session.uid("MOVE" if session.can("MOVE") else "COPY", str(uid), quoted(to))
    told = session.response_code("COPYUID")
    if not session.can("MOVE"):
        delete(session, selected, [uid])
    session.forget()
    if not told:
        return _newest(session, to, before or set())
    validity, uid = _copied(told)
    session.numbered(to, validity)
    return f"{validity}:{uid}"


def _expunge_only(session: Session, selected: Selected, uids: set[int]) -> None:
    marked = [
        entry.ref
        for entry in whole_listing(session, session.select(selected.name, readonly=False, fresh=True))
        if r"\Deleted" in entry.flags
    ]
    others = uid_set({int(ref.partition(":")[2]) for ref in marked} - uids)
    if others:
        session.uid("STORE", others, "-FLAGS.SILENT", r"(\Deleted)")
    try:
        session.imap.expunge()
    finally:
        if others:
            session.uid("STORE", others, "+FLAGS.SILENT", r"(\Deleted)")


def _refs(session: Session, name: bytes) -> set[str]:
    return {entry.ref for entry in whole_listing(session, session.select(name, readonly=True, fresh=True))}


def _copied(told: bytes) -> tuple[int, int]:
    """UIDVALIDITY and UID of COPYUID (RFC 4315 §3)."""
    validity, _, target = told.split(b" ")
    return int(validity), uids_of(target, at_most=1)[0]


def _newest(session: Session, to: bytes, before: set[str]) -> str:
    new = sorted(_refs(session, to) - before, key=lambda ref: int(ref.partition(":")[2]))
    if not new:
        raise MessageVanished(to.decode("ascii", "replace"), "the moved message is not in its new folder")
    return new[-1]
