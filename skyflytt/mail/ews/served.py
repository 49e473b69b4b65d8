"""What a server shows of a message whose original is kept beside it, noted once it is written: whatever it shows later is an edit."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Sequence

from exchangelib import errors as ews

from skyflytt.mail.ews.batches import FIRST_ITEMS
from skyflytt.mail.ews.beside import WANTED, kept_of
from skyflytt.mail.ews.errors import NOT_OFFERED
from skyflytt.mail.ews.keeping import SERVED_AS, shown
from skyflytt.mail.ews.listing import ref_of
from skyflytt.mail.ews.plainly import without_added
from skyflytt.mail.ews.properties import extended_property, field_uri
from skyflytt.mail.ews.requests import get_items, update_items
from skyflytt.mail.ews.session import Session
from skyflytt.mail.ews.xml import Element, find, name_of, t, text_at
from skyflytt.outlook.mapi.named import ORIGINAL_MIME

ROUNDS = 3
"""A note may itself change what is shown, so it is looked at again; from a server that never shows the same twice it is taken back."""


def note_served(session: Session, refs: Sequence[str]) -> None:
    """Without a note, on a server that takes none, only another subject tells of an edit."""
    for start in range(0, len(refs), FIRST_ITEMS):
        try:
            _note(session, refs[start : start + FIRST_ITEMS])
        except (ews.ResponseMessageError, *NOT_OFFERED):
            return


def _note(session: Session, refs: Sequence[str]) -> None:
    left = list(refs)
    for number in range(1, ROUNDS + 1):
        answers = session.ask_each(lambda some: get_items(some, ("item:ItemClass",), WANTED, mime=True), left)
        found = (find(answer, "m:Items/*") for answer in answers if not isinstance(answer, Exception))
        changes = dict(_changes([item for item in found if item is not None], final=number == ROUNDS))
        if not changes:
            return
        left = list(changes)
        session.ask_each(lambda some, changes=changes: update_items({ref: changes[ref] for ref in some}), left)  # type: ignore[misc]


def _changes(items: Sequence[Element], *, final: bool) -> Iterator[tuple[str, Sequence[Element]]]:
    for item in items:
        kept = kept_of(item)
        try:
            now = shown(without_added(base64.b64decode(text_at(item, "t:MimeContent"))))
        except binascii.Error:
            continue
        noted = kept.get(SERVED_AS)
        if ORIGINAL_MIME not in kept or noted == now or (final and noted is None):
            continue
        if final:
            yield ref_of(item), [t("DeleteItemField", field_uri(SERVED_AS))]
        else:
            note = t(name_of(item), extended_property(SERVED_AS, now))
            yield ref_of(item), [t("SetItemField", field_uri(SERVED_AS), note)]
