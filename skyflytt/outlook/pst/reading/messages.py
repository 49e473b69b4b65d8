"""A message with its recipients, attachments and embedded messages, read so that one bad part does not take the others along."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from skyflytt.outlook.mapi import Attachment, Message, Properties, tags
from skyflytt.outlook.mapi.codepages import WESTERN
from skyflytt.outlook.pst.reading.libpff import Entry, Item, Unreadable
from skyflytt.outlook.pst.reading.names import Names
from skyflytt.outlook.pst.reading.oversized import OversizedValues
from skyflytt.outlook.pst.reading.properties import Lost, code_page_of, properties_of, row_properties
from skyflytt.outlook.pst.reading.subject import plain_subject

_EMBEDDED_MESSAGE = 5
_DEEPEST = 50
Nids = tuple[int, ...]


class Reading(NamedTuple):
    """What could be read of a message; `lost` says in words what could not, and is empty as a rule."""

    message: Message
    lost: list[str]


def read_message(
    item: Item, names: Names, code_page: int = WESTERN, oversized: OversizedValues | None = None
) -> Reading:
    """`code_page` is that of 8-bit strings where the message does not tell. Raises Unreadable where nothing can be read."""
    lost: list[str] = []
    parts = _Parts(names, lost.append, oversized)
    return Reading(parts.message(item, (item.nid,), code_page), lost)


class _Parts:
    """What the parts of one message are read with. `nids` lead from the message to a part: attachment, message in it …"""

    def __init__(self, names: Names, lost: Lost, oversized: OversizedValues | None) -> None:
        self._names = names
        self._lost = lost
        self._oversized = oversized

    def message(self, item: Item, nids: Nids, fallback: int) -> Message:
        entries = self._entries(item, nids)
        code_page = code_page_of(entries, fallback)
        message = Message(plain_subject(properties_of(entries, self._names, code_page, self._lost)))
        try:
            message.recipients.extend(self._recipients(item, code_page))
        except Unreadable as error:
            self._lost(f"recipients: {error}")
        try:
            message.attachments.extend(self._attachments(item, nids, code_page))
        except Unreadable as error:
            self._lost(f"attachments: {error}")
        return message

    def _entries(self, item: Item, nids: Nids) -> list[Entry | Unreadable]:
        try:
            return item.entries()
        except Unreadable as refusal:
            if self._oversized is None:
                raise
            return self._oversized.entries(nids, refusal)

    def _recipients(self, item: Item, code_page: int) -> Iterator[Properties]:
        table = item.recipients()
        if table is not None:
            with table:
                for row in table.record_sets():
                    yield row_properties(row, self._names, code_page, self._lost)

    def _attachments(self, item: Item, nids: Nids, code_page: int) -> Iterator[Attachment]:
        for index in range(item.attachment_count()):
            try:
                with item.attachment(index) as attached:
                    yield self._attachment(attached, (*nids, attached.nid), code_page)
            except Unreadable as error:
                self._lost(f"attachment {index + 1}: {error}")

    def _attachment(self, item: Item, nids: Nids, code_page: int) -> Attachment:
        attachment = Attachment(properties_of(self._entries(item, nids), self._names, code_page, self._lost))
        properties = attachment.properties
        if tags.ATTACH_DATA_OBJECT not in properties:
            return attachment
        # The property itself is an address within the file: {nid, size} ([MS-PST] 2.3.3.5).
        del properties[tags.ATTACH_DATA_OBJECT]
        try:
            if properties.get(tags.ATTACH_METHOD) == _EMBEDDED_MESSAGE:
                attachment.embedded = self._embedded(item, nids, code_page)
            else:
                properties[tags.ATTACH_DATA_OBJECT] = item.attached_data()
        except Unreadable as error:
            self._lost(f"what is attached: {error}")
        return attachment

    def _embedded(self, item: Item, nids: Nids, code_page: int) -> Message:
        if len(nids) > 2 * _DEEPEST:
            raise Unreadable(f"messages are embedded in each other more than {_DEEPEST} deep")
        with item.attached_item() as embedded:
            return self.message(embedded, (*nids, embedded.nid), code_page)
