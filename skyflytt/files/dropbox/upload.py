"""One file on its way up, in an upload session: nothing of it shows before it is committed.

Each part goes with its content hash, and Dropbox refuses what differs. An answer that was lost is made up for: Dropbox says how far
the session is (`incorrect_offset`).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from dropbox import files
from dropbox.exceptions import ApiError

from skyflytt.errors.connection import ConnectionLost
from skyflytt.errors.files import CopyAltered
from skyflytt.files.dropbox.connect import Calls
from skyflytt.files.dropbox.content_hash import ContentHash
from skyflytt.files.dropbox.failures import tags

PART_BYTES = 8 << 20
TRIES = 3


@dataclass(frozen=True, slots=True)
class Held:
    """A closed session: all bytes are at Dropbox, under no name. Sessions last for seven days.

    `digest` is the SHA-256 of the bytes that Dropbox found to have their content hash, part by part.
    """

    session: str
    size_bytes: int
    content_hash: str
    digest: str


class Upload:
    """`put` what comes, then `finish`. Given up by forgetting it: sessions cost nothing, and end by themselves."""

    def __init__(self, calls: Calls, item: str) -> None:
        self._calls = calls
        self._item = item
        self._hash = ContentHash()
        self._sha256 = hashlib.sha256()
        self._pending = bytearray()
        self._session = ""
        self._sent = 0

    def put(self, data: bytes | memoryview) -> None:
        view = memoryview(data)
        self._hash.update(view)
        self._sha256.update(view)
        while view:
            if len(self._pending) == PART_BYTES:
                self._send(close=False)
            room = PART_BYTES - len(self._pending)
            self._pending += view[:room]
            view = view[room:]

    def finish(self) -> Held:
        self._send(close=True)
        return Held(self._session, self._sent, self._hash.hexdigest(), self._sha256.hexdigest())

    def _send(self, *, close: bool) -> None:
        part, self._pending = bytes(self._pending), bytearray()
        for attempt in range(1, TRIES + 1):
            try:
                self._once(part, close=close, again=attempt > 1)
                break
            except ConnectionLost:
                if attempt == TRIES:
                    raise
        self._sent += len(part)

    def _once(self, part: bytes, *, close: bool, again: bool) -> None:
        if not self._session:
            begun = self._calls.ask(self._item, lambda one: one.files_upload_session_start(part, close=close))
            self._session = begun.session_id
            return
        cursor = files.UploadSessionCursor(self._session, self._sent)
        self._calls.ask(self._item, lambda one: self._append(one, part, cursor, close=close, again=again))

    def _append(self, client: Any, part: bytes, cursor: Any, *, close: bool, again: bool) -> None:
        try:
            client.files_upload_session_append_v2(part, cursor, close=close)
        except ApiError as error:
            if not again:
                raise
            if "closed" in tags(error.error) and close:
                return
            if not error.error.is_incorrect_offset():
                raise
            reached = error.error.get_incorrect_offset().correct_offset
            if reached != self._sent + len(part):
                raise CopyAltered(self._item, f"Dropbox has {reached} bytes of it, {self._sent} were sent") from None
            if close:
                end = files.UploadSessionCursor(self._session, reached)
                client.files_upload_session_append_v2(b"", end, close=True)
