"""New items by import, as many at once as the service allows; a mail that it takes in no other form goes as MIME."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from skyflytt.errors.base import Failure
from skyflytt.errors.graph import ConsentMissing
from skyflytt.errors.mail import FolderRefused, MessageAltered, MessageRefused
from skyflytt.graph import Refused
from skyflytt.mail.ews.streams import is_associated, stream_of
from skyflytt.mail.ews.wanted import is_mail
from skyflytt.mail.graph.by_mime import write_by_mime
from skyflytt.mail.graph.errors import FOLDER_GONE, is_gone, of_new_item
from skyflytt.mail.graph.importing import Importing
from skyflytt.mail.graph.session import Session
from skyflytt.mail.port import NewMessage
from skyflytt.outlook.errors import StreamMalformed, StreamTruncated
from skyflytt.outlook.fasttransfer import read_stream
from skyflytt.outlook.mapi import tags

_HIDDEN = "it is a hidden item (a view, a rule, a form), which the import of Microsoft Graph has no place for"


def append(session: Session, importing: Importing, folder: str, messages: Sequence[NewMessage]) -> list[str | Failure]:
    """The ref or failure of each message, in their order. Failures name a message by its place in `messages`."""
    if not messages:
        return []
    with ThreadPoolExecutor(min(session.connections, len(messages)), "importing") as pool:
        written = [pool.submit(_written, session, importing, folder, place, one) for place, one in enumerate(messages)]
        try:
            return [one.result() for one in written]
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _written(session: Session, importing: Importing, folder: str, place: int, message: NewMessage) -> str | Failure:
    item = str(place)
    if is_associated(message):
        return MessageRefused(item, _HIDDEN)
    try:
        ref = importing.create(folder, stream_of(message))
    except Refused as refused:
        if refused.code in FOLDER_GONE or is_gone(refused):
            raise FolderRefused(folder, str(refused)) from refused
        return _otherwise(session, folder, item, message, refused)
    return ref or MessageAltered(item, "the service took it, but did not say where it is")


def _otherwise(session: Session, folder: str, item: str, message: NewMessage, refused: Refused) -> str | Failure:
    """Too large stays too large; another mail may still be taken as MIME, and a person is told that it was."""
    failure = of_new_item(refused, item)
    if not isinstance(failure, MessageRefused) or not _is_mail(message):
        return failure
    try:
        ref = write_by_mime(session, folder, message)
    except (Refused, ConsentMissing):
        return failure
    session.patience.tell(
        f"{session.mailbox} did not take the stream of a message ({refused}): it was written as MIME, and stays marked as a draft"
    )
    return ref


def _is_mail(message: NewMessage) -> bool:
    if message.stream is None:
        return True
    try:
        return is_mail(str(read_stream(message.stream).properties.get(tags.MESSAGE_CLASS, "")))
    except (StreamTruncated, StreamMalformed):
        return True
