"""Deleting and moving single items, and nothing but them (https://learn.microsoft.com/graph/api/mailboxfolder-delete-items)."""

from __future__ import annotations

from collections.abc import Sequence

from skyflytt.errors.graph import ConsentMissing
from skyflytt.errors.mail import MessageAltered, MessageVanished
from skyflytt.graph import Refused
from skyflytt.graph.client import BATCH, Ask
from skyflytt.graph.permissions import opening
from skyflytt.mail.graph.errors import is_gone, of_item
from skyflytt.mail.graph.exporting import exported_alone, stream_in
from skyflytt.mail.graph.importing import Importing
from skyflytt.mail.graph.session import Session


def delete(session: Session, folder: str, refs: Sequence[str]) -> None:
    """Remove these items for good; those that are gone already are no error.

    What a hold or a retention policy protects goes where the service keeps such items, out of everybody's sight.
    """
    wanted = list(dict.fromkeys(refs))
    for begin in range(0, len(wanted), BATCH):
        held = _deleted(session, folder, wanted[begin : begin + BATCH], "hardDelete")
        refused = _deleted(session, folder, held, "softDelete") if held else []
        if refused:
            path = session.item(folder, refused[0])
            raise ConsentMissing(f"{opening('DELETE', path)} for {session.mailbox}", "items cannot be deleted")


def _deleted(session: Session, folder: str, refs: Sequence[str], how: str) -> list[str]:
    """Those that may not be deleted so."""
    asks = [Ask(f"{session.item(folder, ref)}?disposalType={how}", "DELETE") for ref in refs]
    denied = []
    for ref, answer in zip(refs, session.batch(asks), strict=True):
        if not isinstance(answer, Refused) or is_gone(answer):
            continue
        if answer.status != 403:
            raise of_item(answer, ref)
        denied.append(ref)
    return denied


def move(session: Session, importing: Importing, folder: str, ref: str, to: str) -> str:
    """Move one item, of whatever class: it is imported there and then deleted here. Its ref there. Raises `MessageVanished`."""
    try:
        stream = stream_in(ref, exported_alone(session, ref))
        moved = importing.create(to, stream)
    except Refused as refused:
        if is_gone(refused):
            raise MessageVanished(ref) from refused
        raise of_item(refused, ref) from refused
    if not moved:
        raise MessageAltered(ref, "the service took it, but did not say where it is now")
    delete(session, folder, [ref])
    return moved
