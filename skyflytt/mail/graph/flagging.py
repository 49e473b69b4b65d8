"""A message's flags, set by importing it anew under its own id: that keeps everything else, and sends no receipt to anybody."""

from __future__ import annotations

from skyflytt.errors.mail import MessageAltered, MessageVanished
from skyflytt.graph import Refused
from skyflytt.mail.ews.streams import delivered, kept
from skyflytt.mail.graph.errors import changed_meanwhile, is_gone, of_item
from skyflytt.mail.graph.exporting import exported_alone, stream_in
from skyflytt.mail.graph.importing import Importing
from skyflytt.mail.graph.session import Session
from skyflytt.outlook.fasttransfer import read_stream, write_stream
from skyflytt.outlook.mime.outbound import delivery_of

ATTEMPTS = 3
"""Somebody else may change the item between its export and its import."""


def set_flags(session: Session, importing: Importing, folder: str, ref: str, flags: frozenset[str]) -> None:
    """Raises `MessageVanished`, or another failure of this message."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return _set(session, importing, folder, ref, kept(flags))
        except Refused as refused:
            if changed_meanwhile(refused) and attempt < ATTEMPTS:
                continue
            if is_gone(refused):
                raise MessageVanished(ref) from refused
            raise of_item(refused, ref) from refused
    return None


def _set(session: Session, importing: Importing, folder: str, ref: str, flags: frozenset[str]) -> None:
    answer = exported_alone(session, ref)
    message = read_stream(stream_in(ref, answer), ref)
    if kept(delivery_of(message).flags) == flags:
        return
    delivered(message, flags, None)
    now = importing.update(folder, ref, str(answer.get("changeKey") or ""), write_stream(message))
    if now != ref:
        raise MessageAltered(ref, "its new flags came with another id")
