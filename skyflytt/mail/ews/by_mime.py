"""Items of a server that exports no streams: mail as MIME, everything else from the properties that Outlook needs of it."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Sequence

from exchangelib import errors as ews

from skyflytt.mail.ews.attachments import attachments_of
from skyflytt.mail.ews.errors import of_item
from skyflytt.mail.ews.listing import ref_of
from skyflytt.mail.ews.properties import extended_properties
from skyflytt.mail.ews.requests import get_items
from skyflytt.mail.ews.session import Session
from skyflytt.mail.ews.wanted import is_mail, properties_of
from skyflytt.mail.ews.xml import Element, find, find_all, text_at
from skyflytt.mail.port import Fetched, FetchFailure
from skyflytt.outlook.fasttransfer import write_stream
from skyflytt.outlook.mapi import Message, Properties, tags
from skyflytt.outlook.mime.outbound import to_mime

_FIELDS = ("item:ItemClass",)
_PEOPLE = (("t:RequiredAttendees/t:Attendee", 1), ("t:OptionalAttendees/t:Attendee", 2), ("t:Resources/t:Attendee", 3))
"""PidTagRecipientType of those who are asked to a meeting ([MS-OXOCAL] 2.2.4.10.7)."""


def fetch_by_mime(session: Session, refs: Sequence[str]) -> Iterator[Fetched | FetchFailure]:
    """One answer for each ref, in their order; halved where the server runs out of time."""
    try:
        answers = session.ask_each(lambda some: get_items(some, _FIELDS, (), mime=True), refs)
    except ews.ErrorTimeoutExpired as error:
        if len(refs) == 1:
            yield FetchFailure(refs[0], of_item(error, refs[0]))
            return
        for part in (refs[: len(refs) // 2], refs[len(refs) // 2 :]):
            yield from fetch_by_mime(session, part)
        return
    for ref, answer in zip(refs, answers, strict=True):
        yield _fetched(session, ref, answer)


def _fetched(session: Session, ref: str, answer: Element | Exception) -> Fetched | FetchFailure:
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
        return Fetched(ref, base64.b64decode(content))
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
    return Fetched(ref_of(item) or ref, to_mime(message), write_stream(message))


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
