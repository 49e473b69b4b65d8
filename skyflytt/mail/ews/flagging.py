"""A message's flags, set: the read mark, the follow-up flag, what was done with it, and its categories ([MS-OXWSMSG], [MS-OXOFLAG])."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Sequence

from exchangelib import errors as ews

from skyflytt.errors.mail import MessageVanished
from skyflytt.mail.ews.categories import categories
from skyflytt.mail.ews.errors import is_gone, of_item
from skyflytt.mail.ews.listing import ENTRY_FIELDS, ENTRY_PROPERTIES, entry_of
from skyflytt.mail.ews.properties import extended_properties, extended_property, field_uri
from skyflytt.mail.ews.requests import export_items, get_items, update_item, upload_items, upload_over
from skyflytt.mail.ews.session import Session
from skyflytt.mail.ews.streams import delivered, kept
from skyflytt.mail.ews.wanted import is_mail
from skyflytt.mail.ews.xml import Element, find, name_of, t, text_at
from skyflytt.mail.flags import DRAFT, SEEN
from skyflytt.outlook.fasttransfer import read_stream, write_stream
from skyflytt.outlook.mapi import Property, tags
from skyflytt.outlook.mapi.named import KEYWORDS
from skyflytt.outlook.mime.inbound.flags import state_of

_SET: tuple[Property, ...] = (tags.FLAG_STATUS, tags.FOLLOWUP_ICON, tags.TODO_ITEM_FLAGS, tags.LAST_VERB_EXECUTED)
_OLDEST_THAT_SUPPRESSES = (15, 0)
"""Exchange 2013 knows SuppressReadReceipts."""


def set_flags(session: Session, folder: str, ref: str, flags: frozenset[str], *, streams: bool) -> None:
    """Raises `MessageVanished`, or another failure of this message."""
    item = _item(session, ref)
    wanted, now = kept(flags), kept(entry_of(item).flags)
    if wanted == now:
        return
    if (DRAFT in wanted) != (DRAFT in now) and streams:
        _written_over(session, folder, ref, wanted)
        return
    updates = _updates(wanted, item, read_changes=(SEEN in wanted) != (SEEN in now))
    _asked(session, ref, update_item(ref, updates, suppress_receipts=_can_suppress(session)))


def _item(session: Session, ref: str) -> Element:
    answer = _asked(session, ref, get_items([ref], ("item:ItemClass", *ENTRY_FIELDS), ENTRY_PROPERTIES))
    item = find(answer, "m:Items/*")
    if item is None:
        raise MessageVanished(ref)
    return item


def _updates(flags: frozenset[str], item: Element, *, read_changes: bool) -> Sequence[Element]:
    state = state_of(flags)
    kind = name_of(item)
    updates = [_extended(kind, key, state.get(key)) for key in _SET]
    words = categories(flags, extended_properties(item, (KEYWORDS,)))
    updates.append(_extended(kind, KEYWORDS, words or None))
    # Contacts and tasks have no read mark that could be set, and none that people see.
    if read_changes and is_mail(text_at(item, "t:ItemClass")):
        # An item of a class that the server does not know has no read mark in its own schema.
        mark = t("Message" if kind == "Item" else kind, t("IsRead", "true" if SEEN in flags else "false"))
        updates.append(t("SetItemField", t("FieldURI", FieldURI="message:IsRead"), mark))
    return updates


def _extended(kind: str, key: Property, value: object) -> Element:
    if value is None:
        return t("DeleteItemField", field_uri(key))
    return t("SetItemField", field_uri(key), t(kind, extended_property(key, value)))  # type: ignore[arg-type]


def _written_over(session: Session, folder: str, ref: str, flags: frozenset[str]) -> None:
    """Whether a message is a draft is decided once, when it is made: so it is made anew in its place, under its id."""
    answer = _asked(session, ref, export_items([ref]))
    message = read_stream(b64decode(text_at(answer, "m:Data")), ref)
    delivered(message, flags, None)
    _asked(session, ref, upload_items([upload_over(folder, ref, write_stream(message))]))


def _asked(session: Session, ref: str, request: Element) -> Element:
    try:
        return session.ask_one(request)
    except ews.ResponseMessageError as error:
        if is_gone(error):
            raise MessageVanished(ref) from error
        raise of_item(error, ref) from error


def _can_suppress(session: Session) -> bool:
    build = session.account.version.build
    return build is not None and (build.major_version, build.minor_version) >= _OLDEST_THAT_SUPPRESSES
