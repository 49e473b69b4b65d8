"""Deleting and moving single items, and nothing but them."""

from __future__ import annotations

from collections.abc import Sequence

from exchangelib import errors as ews

from skyflytt.errors.mail import MessageAltered, MessageVanished
from skyflytt.mail.ews.errors import is_gone, of_item
from skyflytt.mail.ews.requests import delete_items, move_item
from skyflytt.mail.ews.session import Session
from skyflytt.mail.ews.xml import attribute_at

TOGETHER = 100


def delete(session: Session, refs: Sequence[str]) -> None:
    """Remove these items for good, without a word to anybody who was invited; those that are gone already are no error."""
    wanted = list(dict.fromkeys(refs))
    for start in range(0, len(wanted), TOGETHER):
        part = wanted[start : start + TOGETHER]
        for ref, answer in zip(part, session.ask_each(delete_items, part), strict=True):
            if isinstance(answer, Exception) and not is_gone(answer):
                raise of_item(answer, ref)


def move(session: Session, ref: str, folder: str) -> str:
    """Move one item; its ref in the other folder. Raises `MessageVanished`."""
    try:
        answer = session.ask_one(move_item(ref, folder))
    except ews.ResponseMessageError as error:
        if is_gone(error):
            raise MessageVanished(ref) from error
        raise of_item(error, ref) from error
    moved = attribute_at(answer, "m:Items/*/t:ItemId", "Id")
    if not moved:
        raise MessageAltered(ref, "the server moved it, but did not say where it is now")
    return moved
