"""Many messages into one folder: as streams where the server takes them, else as MIME and properties; each with its ref or failure.

What Exchange keeps is not marked with our key, for the mailbox is the customer's: who is cut off while writing finds his messages again
by their fingerprints, as at every other target.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import deepcopy

from exchangelib import errors as ews

from skyflytt.errors.base import Failure
from skyflytt.errors.connection import ServerBusy
from skyflytt.errors.mail import MessageAltered, MessageRefused, MessageTooLarge
from skyflytt.mail.ews.answers import DEFAULT_BACK_OFF_S, HttpAnswer
from skyflytt.mail.ews.batches import BatchSize
from skyflytt.mail.ews.beside import FORMS, has_any, keeps_original
from skyflytt.mail.ews.creating import NeedsStreams, new_item
from skyflytt.mail.ews.errors import WHOLE_FAILED, of_new_item
from skyflytt.mail.ews.offered import is_offered
from skyflytt.mail.ews.requests import create_items, folder_id, get_folders, new_upload, upload_items
from skyflytt.mail.ews.served import note_served
from skyflytt.mail.ews.session import Session
from skyflytt.mail.ews.streams import is_associated, stream_of
from skyflytt.mail.ews.xml import Element, attribute_at, number_at
from skyflytt.mail.port import NewMessage

MOST_BYTES = 8_000_000
LARGE_BYTES = 1_000_000
NO_FOLDER = "AAAA"
"""An id that no folder has."""


Sent = tuple[int, Element, int]
"""A message on its way: its place among those handed over, its element, and about how many bytes that is."""


class Appending:
    """Whether the server takes streams is found out by the first question."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._size = BatchSize(10, 20)
        self._uploads: bool | None = None
        self._form = 0
        """Which of `FORMS` the server takes."""

    @property
    def uploads(self) -> bool:
        """Whether the server has UploadItems."""
        if self._uploads is None:
            self._uploads = is_offered(self._session, upload_items([new_upload(NO_FOLDER, b"")]))
        return self._uploads

    def append(self, folder: str, messages: Sequence[NewMessage]) -> list[str | Failure]:
        """The ref or failure of each message, in their order. Failures name a message by its place in `messages`."""
        outcomes: dict[int, str | Failure] = {}
        whole: list[int] = []
        for batch in self._batches(folder, messages, outcomes):
            outcomes.update(self._write(folder, batch))
            whole += [place for place, element, _ in batch if keeps_original(element)]
        note_served(self._session, [ref for place in whole if isinstance(ref := outcomes[place], str)])
        return [outcomes[place] for place in range(len(messages))]

    def _batches(
        self, folder: str, messages: Sequence[NewMessage], outcomes: dict[int, str | Failure]
    ) -> Iterator[list[Sent]]:
        batch: list[Sent] = []
        total = 0
        for place, message in enumerate(messages):
            try:
                element, size = self._element(folder, message)
            except NeedsStreams as missing:
                outcomes[place] = MessageRefused(str(place), str(missing))
                continue
            if batch and (len(batch) >= self._size.count or total + size > MOST_BYTES):
                yield batch
                batch, total = [], 0
            batch.append((place, element, size))
            total += size
        if batch:
            yield batch

    def _element(self, folder: str, message: NewMessage) -> tuple[Element, int]:
        if not self.uploads:
            return new_item(message), len(message.raw)
        stream = stream_of(message)
        return new_upload(folder, stream, associated=is_associated(message)), len(stream)

    def _write(self, folder: str, batch: Sequence[Sent]) -> dict[int, str | Failure]:
        def request(some: Sequence[Sent]) -> Element:
            elements = [deepcopy(element) for _, element, _ in some]
            return upload_items(elements) if self.uploads else create_items(folder, elements)

        if self._form:
            batch = [(place, FORMS[self._form](element), size) for place, element, size in batch]
        before = None if self.uploads else self._count(folder)
        try:
            answers = self._session.ask_each(request, batch)
        except WHOLE_FAILED as error:
            return self._apart(folder, batch, error, before)
        except HttpAnswer as error:
            if not _too_large(error, batch):
                raise
            return self._smaller(folder, batch, error)
        except ews.ErrorTimeoutExpired as error:
            # The server may have written some of them: whoever asked looks which, and comes back.
            self._size.too_much(len(batch))
            raise ServerBusy(self._session.server, str(error), retry_after_s=DEFAULT_BACK_OFF_S) from error
        self._size.went_well(len(batch))
        return {place: _outcome(place, answer) for (place, _, _), answer in zip(batch, answers, strict=True)}

    def _apart(
        self, folder: str, batch: Sequence[Sent], error: Exception, before: int | None
    ) -> dict[int, str | Failure]:
        """Each alone, once it is sure that none of them was written; a message is refused that is refused even bare."""
        if before is not None and self._count(folder) != before:
            raise ServerBusy(self._session.server, str(error), retry_after_s=DEFAULT_BACK_OFF_S) from error
        if len(batch) > 1:
            self._size.too_much(len(batch))
            halves = (batch[: len(batch) // 2], batch[len(batch) // 2 :])
            return {place: outcome for half in halves for place, outcome in self._write(folder, half).items()}
        ((place, element, _),) = batch
        return {place: of_new_item(error, str(place)) if self.uploads else self._plainer(folder, place, element, error)}

    def _plainer(self, folder: str, place: int, element: Element, error: Exception) -> str | Failure:
        """The message with less beside it; what was taken then is the form of all that come."""
        for form in range(self._form + 1, len(FORMS)) if has_any(element) else ():
            item = FORMS[form](element)
            try:
                (answer,) = self._session.ask_each(lambda _, item=item: create_items(folder, [item]), [place])  # type: ignore[misc]
            except WHOLE_FAILED as refused:
                error = refused
                continue
            self._form = form
            return _outcome(place, answer)
        return of_new_item(error, str(place))

    def _smaller(self, folder: str, batch: Sequence[Sent], error: HttpAnswer) -> dict[int, str | Failure]:
        if len(batch) == 1:
            return {batch[0][0]: MessageTooLarge(str(batch[0][0]), str(error))}
        halves = (batch[: len(batch) // 2], batch[len(batch) // 2 :])
        return {place: outcome for half in halves for place, outcome in self._write(folder, half).items()}

    def _count(self, folder: str) -> int:
        answer = self._session.ask_one(get_folders([folder_id(folder)], ("folder:TotalCount",), ()))
        return number_at(answer, "m:Folders/*/t:TotalCount")


def _too_large(error: HttpAnswer, batch: Sequence[Sent]) -> bool:
    """IIS says 413 to a request that is larger than it takes, or 404 (its own 404.13)."""
    return error.status == 413 or (error.status == 404 and sum(size for *_, size in batch) > LARGE_BYTES)


def _outcome(place: int, answer: Element | Exception) -> str | Failure:
    if isinstance(answer, Exception):
        if isinstance(answer, ews.ErrorFolderNotFound | ews.ErrorAccessDenied | ews.ErrorCreateItemAccessDenied):
            raise answer
        return of_new_item(answer, str(place))
    ref = attribute_at(answer, "m:ItemId", "Id") or attribute_at(answer, "m:Items/*/t:ItemId", "Id")
    return ref or MessageAltered(str(place), "the server took it, but did not say where it is")
