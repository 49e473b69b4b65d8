"""Items of a server that exports no streams: mail as MIME, everything else from the properties that Outlook needs of it."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence

from exchangelib import errors as ews

from skyflytt.mail.ews.attachments import attachments_of
from skyflytt.mail.ews.batches import BatchSize
from skyflytt.mail.ews.beside import WANTED, kept_of
from skyflytt.mail.ews.errors import WHOLE_FAILED, of_item
from skyflytt.mail.ews.keeping import with_kept
from skyflytt.mail.ews.listing import ref_of
from skyflytt.mail.ews.plainly import without_added
from skyflytt.mail.ews.properties import extended_properties
from skyflytt.mail.ews.requests import get_items
from skyflytt.mail.ews.session import Session
from skyflytt.mail.ews.wanted import is_mail, properties_of
from skyflytt.mail.ews.xml import Element, find, find_all, text_at
from skyflytt.mail.port import Fetched, FetchFailure, Way
from skyflytt.outlook.fasttransfer import write_stream
from skyflytt.outlook.mapi import Message, Properties, tags
from skyflytt.outlook.mime.outbound import to_mime

_FIELDS = ("item:ItemClass",)
_PEOPLE = (("t:RequiredAttendees/t:Attendee", 1), ("t:OptionalAttendees/t:Attendee", 2), ("t:Resources/t:Attendee", 3))
"""PidTagRecipientType of those who are asked to a meeting ([MS-OXOCAL] 2.2.4.10.7)."""


def ask(session: Session, refs: Sequence[str], size: BatchSize) -> Sequence[tuple[str, Element | Exception]]:
    """What the server has for each ref, in batches that halve where it runs out of time."""
    left = list(refs)
    found: list[tuple[str, Element | Exception]] = []
    while left:
        part = left[: size.count]
        try:
            answers = session.ask_each(lambda some: get_items(some, _FIELDS, WANTED, mime=True), part)
        except (ews.ErrorTimeoutExpired, *WHOLE_FAILED) as error:
            size.too_much(len(part))
            if len(part) > 1:
                continue
            answers = [error]
        else:
            size.went_well(len(part))
        del left[: len(part)]
        found += zip(part, answers, strict=True)
    return found


def fetch_by_mime(session: Session, ref: str) -> Fetched | FetchFailure:
    """One message."""
    return read(session, *ask(session, [ref], BatchSize(1, 1))[0])


def read(session: Session, ref: str, answer: Element | Exception) -> Fetched | FetchFailure:
    """A mail by its MIME; whatever else it is, by its properties."""
    item = None if isinstance(answer, Exception) else find(answer, "m:Items/*")
    if item is None:
        # Of some items a server cannot make MIME; their class is then not known either.
        if isinstance(answer, ews.ErrorMimeContentConversionFailed | ews.ErrorMimeContentInvalid):
            return _by_properties(session, ref, "")
        error = answer if isinstance(answer, Exception) else ews.ErrorItemNotFound("the answer holds no item")
        return FetchFailure(ref, of_item(error, ref))
    kind = text_at(item, "t:ItemClass")
    content = text_at(item, "t:MimeContent")
    if not is_mail(kind) or not content:
        return _by_properties(session, ref, kind)
    try:
        served = without_added(base64.b64decode(content))
        raw = with_kept(served, kept_of(item))
        return Fetched(ref, raw, way=Way.MIME if raw == served else Way.BUILT)
    except binascii.Error as error:
        return FetchFailure(ref, of_item(error, ref))


def _by_properties(session: Session, ref: str, kind: str) -> Fetched | FetchFailure:
    """An item as Outlook keeps it, with its attachments and whom it was sent to."""
    wanted = properties_of(kind)
    request = get_items([ref], ("item:Attachments", *_attendees(kind)), wanted)
    (answer,) = session.ask_each(lambda _: request, [ref])
    item = None if isinstance(answer, Exception) else find(answer, "m:Items/*")
    if item is None:
        error = answer if isinstance(answer, Exception) else ews.ErrorItemNotFound("the answer holds no item")
        return FetchFailure(ref, of_item(error, ref))
    message = Message(extended_properties(item, wanted), _recipients(item))
    message.properties.setdefault(tags.MESSAGE_CLASS, kind or "IPM.Note")
    try:
        message.attachments = attachments_of(session, item)
    except ews.ResponseMessageError as error:
        return FetchFailure(ref, of_item(error, ref))
    return Fetched(ref_of(item) or ref, to_mime(message), write_stream(message), Way.BUILT)


def _attendees(kind: str) -> tuple[str, ...]:
    if not kind.lower().startswith("ipm.appointment"):
        return ()
    return ("calendar:RequiredAttendees", "calendar:OptionalAttendees", "calendar:Resources")


def _recipients(item: Element) -> list[Properties]:
    return [_person(one, role) for path, role in _PEOPLE for one in find_all(item, f"{path}/t:Mailbox")]


def _person(mailbox: Element, role: int) -> Properties:
    name, address = text_at(mailbox, "t:Name"), text_at(mailbox, "t:EmailAddress")
    kind = text_at(mailbox, "t:RoutingType") or "SMTP"
    smtp: Properties = {tags.SMTP_ADDRESS: address} if kind == "SMTP" else {}
    return smtp | {
        tags.RECIPIENT_TYPE: role,
        tags.DISPLAY_NAME: name or address,
        tags.ADDRESS_TYPE: kind,
        tags.EMAIL_ADDRESS: address,
    }
