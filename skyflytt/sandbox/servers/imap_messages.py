"""A stored message as pymap wants it: whole answers never go through the parser, and malformed parts never end a session."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from pymap.interfaces.message import MessageInterface
from pymap.message import BaseLoadedMessage, BaseMessage
from pymap.mime import MessageContent
from pymap.parsing.response.fetch import BodyStructure, EnvelopeStructure
from pymap.parsing.specials import FetchRequirement, ObjectId
from pymap.parsing.specials.flag import Flag

from skyflytt.sandbox.servers.imap_store import MailStore, MessageRow

BLANK_LINE = re.compile(rb"\r?\n[ \t]*\r?\n")


class LoadedMessage(BaseLoadedMessage):
    """A message with its bytes; parsed only when a part of it is asked for, and whole answers never go through the parser."""

    __slots__ = ["_raw"]

    def __init__(self, message: MessageInterface, requirement: FetchRequirement, raw: bytes | None) -> None:
        super().__init__(message, requirement, None)
        self._raw = raw

    @property
    def content(self) -> MessageContent:
        if self._content is None and self._raw is not None:
            self._content = MessageContent.parse(self._raw)
        return super().content

    def get_header(self, name: bytes) -> Sequence[str]:
        """SEARCH HEADER asks every message of a folder: parse the header block alone."""
        if self._content is None and self._raw is not None:
            end = BLANK_LINE.search(self._raw)
            head = self._raw[: end.end()] if end else self._raw
            return LoadedMessage(self._message, self._requirement, head)._header(name)
        return self._header(name)

    def _header(self, name: bytes) -> Sequence[str]:
        return super().get_header(name)

    def get_body(self, section: Sequence[int] | None = None, binary: bool = False) -> Any:
        if not section and self._raw is not None:
            return MessageContent.wrap(self._raw)
        return super().get_body(section, binary)

    def get_size(self, section: Sequence[int] | None = None) -> int:
        return len(self._raw) if not section and self._raw is not None else super().get_size(section)

    def get_envelope_structure(self) -> EnvelopeStructure:
        """pymap reads header fields when the answer is written, and ends the session at a malformed one: read them here."""
        try:
            structure = super().get_envelope_structure()
            bytes(structure)
        except Exception:
            return EnvelopeStructure.empty()
        return structure

    def get_body_structure(self) -> BodyStructure:
        try:
            structure = super().get_body_structure()
            bytes(structure)
        except Exception:
            return BodyStructure.empty()
        return structure


class Message(BaseMessage):
    __slots__ = ["_folder_id", "_store"]

    def __init__(self, row: MessageRow, store: MailStore, folder_id: int, *, expunged: bool = False) -> None:
        flags = [Flag(flag) for flag in row.flags]
        email_id = ObjectId(row.email_id.encode())
        super().__init__(row.uid, row.received, flags, email_id=email_id, expunged=expunged)
        self._store = store
        self._folder_id = folder_id

    async def load_content(self, requirement: FetchRequirement) -> LoadedMessage:
        try:
            raw = self._store.raw(self._folder_id, self.uid)
        except KeyError:
            return LoadedMessage(self, requirement, None)
        return LoadedMessage(self, requirement, raw)
