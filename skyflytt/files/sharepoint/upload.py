"""One file on its way up, its quickXorHash computed as the bytes go by.

Up to 4 MiB go in one PUT, more in an upload session: fragments of a multiple of 320 KiB, in order, whose whole size has to be told with the
first. https://learn.microsoft.com/graph/api/driveitem-createuploadsession.
"""

from __future__ import annotations

import errno
import hashlib
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import httpx

from skyflytt.errors.base import Failure
from skyflytt.errors.connection import ConnectionLost
from skyflytt.errors.files import FileChanging, WorkspaceFull
from skyflytt.errors.graph import GraphAnswerWrong
from skyflytt.errors.sharepoint import UploadExpired
from skyflytt.files.sharepoint.presigned import Presigned
from skyflytt.files.sharepoint.quick_xor import QuickXor
from skyflytt.files.sharepoint.sessions import Kept, Sessions
from skyflytt.graph.refusal import parsed

STEP_BYTES = 320 * 1024
FRAGMENT_BYTES = 32 * STEP_BYTES
"""10 MiB: a request has to stay below 60 MiB, and 5 to 10 MiB are advised for a fast line."""
SMALL_BYTES = 4 * 1024 * 1024
"""A PUT takes up to 250 MB; what fails in one begins anew, so that big files go in sessions."""
TRIES = 4
GONE = (404, 410)
RANGE = re.compile(r"(\d+)-(\d*)")


@dataclass(frozen=True, slots=True)
class Sent:
    """Digests of what was sent; the SHA-256 is empty for an upload that another process began."""

    quick_xor: str
    sha256: str = ""


class Target(Protocol):
    """What an upload needs of its store."""

    def begin_session(self, path: str, size_bytes: int) -> str: ...
    def put_whole(self, path: str, content: bytes) -> dict[str, Any]: ...
    def refusal(self, path: str, answer: httpx.Response) -> Failure: ...
    def look(self, path: str) -> dict[str, Any] | None: ...


class Session:
    """An upload session, from `hashing.position` on. `item` is the driveItem once the last byte has arrived."""

    def __init__(
        self, presigned: Presigned, target: Target, path: str, size_bytes: int, *, url: str, hashing: QuickXor
    ) -> None:
        self._presigned = presigned
        self._target = target
        self._path = path
        self._size = size_bytes
        self._url = url
        self._sent = hashing
        self.item: dict[str, Any] | None = None

    @property
    def kept(self) -> Kept:
        return Kept(self._url, self._size, self._sent.position, self._sent.state)

    @property
    def digest(self) -> str:
        return self._sent.digest()

    def send(self, fragment: bytes) -> None:
        """The next bytes. After a broken connection the service is asked what arrived, and gets the rest."""
        begin, tries = self._sent.position, 0
        at = begin
        while at < begin + len(fragment):
            tries += 1
            try:
                at = self._answered(at, fragment[at - begin :])
            except ConnectionLost:
                if tries >= TRIES:
                    raise
                at = self._arrived(begin, begin + len(fragment))
        self._sent.update(fragment)

    def _answered(self, at: int, part: bytes) -> int:
        headers = {"Content-Range": f"bytes {at}-{at + len(part) - 1}/{self._size}"}
        answer = self._presigned.ask("PUT", self._url, headers, part)
        if answer.status_code in (200, 201):
            self.item = self._json(answer)
            return at + len(part)
        if answer.status_code == 202:
            return self._next(self._json(answer), at + len(part))
        if answer.status_code in GONE:
            raise UploadExpired(self._path, f"HTTP {answer.status_code}: the session is over")
        if answer.status_code in (416, 500, 502):
            # It has these bytes already, or does not know what it has.
            return self._arrived(at, at + len(part))
        raise self._target.refusal(self._path, answer)

    def _arrived(self, begin: int, end: int) -> int:
        """How far the service has come within what is being sent."""
        answer = self._presigned.ask("GET", self._url)
        if answer.status_code in GONE:
            return self._ended(end, answer.status_code)
        if answer.status_code >= 400:
            raise self._target.refusal(self._path, answer)
        at = self._next(self._json(answer), end)
        if not begin <= at <= end:
            raise UploadExpired(self._path, f"the service has {at} bytes, {begin} to {end} were expected")
        return at

    def _ended(self, end: int, status: int) -> int:
        """A session is over when its file is there, too: the word of that may have been lost."""
        there = self._target.look(self._path) if end == self._size else None
        if there is None or there.get("size") != self._size:
            raise UploadExpired(self._path, f"HTTP {status}: the session is over")
        self.item = there
        return end

    def _next(self, told: dict[str, Any], otherwise: int) -> int:
        ranges = told.get("nextExpectedRanges")
        if not isinstance(ranges, list) or not ranges:
            return otherwise
        found = RANGE.match(str(ranges[0]))
        if found is None:
            raise GraphAnswerWrong(self._path, "the upload tells no range that it expects")
        return int(found[1])

    def _json(self, answer: httpx.Response) -> dict[str, Any]:
        told = parsed(answer.content)
        if not isinstance(told, dict) or isinstance(told.get("error"), dict):
            raise self._target.refusal(self._path, answer)
        return told


class SizedUpload:
    """A file whose size is known beforehand: it goes up as it comes, and what was cut off is kept in `sessions`."""

    def __init__(self, session: Session, sessions: Sessions, path: str, size_bytes: int, offset: int) -> None:
        self._session = session
        self._sessions = sessions
        self._path = path
        self._size = size_bytes
        self._pending = bytearray()
        self.position = offset
        self._sha256 = None if offset else hashlib.sha256()

    def put(self, data: memoryview) -> None:
        if self._sha256 is not None:
            self._sha256.update(data)
        self.position += len(data)
        if self.position > self._size:
            raise FileChanging(self._path, f"more than the {self._size} bytes came that were announced")
        self._pending += data
        while len(self._pending) >= FRAGMENT_BYTES:
            self._send(FRAGMENT_BYTES)

    def _send(self, size: int) -> None:
        fragment = bytes(self._pending[:size])
        try:
            self._session.send(fragment)
        except UploadExpired:
            self._sessions.keep(self._path, None)
            raise
        del self._pending[:size]
        if self._session.item is None:
            self._sessions.keep(self._path, self._session.kept)

    def finish(self) -> tuple[dict[str, Any], Sent]:
        """The driveItem, and the digests of what was sent."""
        if self.position != self._size:
            raise FileChanging(self._path, f"{self.position} bytes came of the {self._size} that were announced")
        if self._pending:
            self._send(len(self._pending))
        if self._session.item is None:
            raise GraphAnswerWrong(self._path, "all bytes were taken, and no file came of it")
        self._sessions.keep(self._path, None)
        return self._session.item, Sent(self._session.digest, self._sha256.hexdigest() if self._sha256 else "")


class GatheredUpload:
    """A file whose size is not known beforehand: gathered in memory, or from 4 MiB on in a temporary file, and sent when it is whole."""

    def __init__(self, presigned: Presigned, target: Target, path: str) -> None:
        self._presigned = presigned
        self._target = target
        self._path = path
        self._file = tempfile.SpooledTemporaryFile(max_size=SMALL_BYTES)  # noqa: SIM115 (closed by finish and give_up)
        self._sha256 = hashlib.sha256()
        self.position = 0

    def put(self, data: memoryview) -> None:
        self._sha256.update(data)
        try:
            self._file.write(data)
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise WorkspaceFull(
                    tempfile.gettempdir(), f"{error.strerror}, while {self._path} was gathered"
                ) from error
            raise
        self.position += len(data)

    def finish(self) -> tuple[dict[str, Any], Sent]:
        try:
            item, digest = self._whole() if self.position <= SMALL_BYTES else self._in_fragments()
            return item, Sent(digest, self._sha256.hexdigest())
        finally:
            self._file.close()

    def give_up(self) -> None:
        self._file.close()

    def _whole(self) -> tuple[dict[str, Any], str]:
        self._file.seek(0)
        content, hashing = self._file.read(), QuickXor()
        hashing.update(content)
        return self._target.put_whole(self._path, content), hashing.digest()

    def _in_fragments(self) -> tuple[dict[str, Any], str]:
        """An expired session is begun anew, once: everything is still here."""
        try:
            return self._sent()
        except UploadExpired:
            return self._sent()

    def _sent(self) -> tuple[dict[str, Any], str]:
        url = self._target.begin_session(self._path, self.position)
        session = Session(self._presigned, self._target, self._path, self.position, url=url, hashing=QuickXor())
        for fragment in self._fragments():
            session.send(fragment)
        if session.item is None:
            raise GraphAnswerWrong(self._path, "all bytes were taken, and no file came of it")
        return session.item, session.digest

    def _fragments(self) -> Iterator[bytes]:
        self._file.seek(0)
        while fragment := self._file.read(FRAGMENT_BYTES):
            yield fragment


def arrived(presigned: Presigned, kept: Kept) -> bool:
    """Whether an upload that was cut off can be gone on with from where it was kept: the service has that, and one fragment more at most."""
    answer = presigned.ask("GET", kept.url)
    told = parsed(answer.content)
    ranges = told.get("nextExpectedRanges") if answer.status_code == 200 and isinstance(told, dict) else None
    found = RANGE.match(str(ranges[0])) if isinstance(ranges, list) and ranges else None
    return found is not None and kept.position <= int(found[1]) <= kept.position + FRAGMENT_BYTES
