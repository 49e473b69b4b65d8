"""A folder of a WebDAV server as a store."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import BinaryIO

from skyflytt.errors.base import Failure
from skyflytt.errors.files import CopyAltered, FileChanging, PathMissing, PathRefused, TargetFull
from skyflytt.files.paths import check_below, check_path, parent
from skyflytt.files.port import Entry, EntryKind, FileCapabilities, ScanFailure
from skyflytt.files.stream import reading, writing
from skyflytt.files.walk import Listed, Unlisted, walk
from skyflytt.files.webdav import properties
from skyflytt.files.webdav.address import parts_of
from skyflytt.files.webdav.connect import WebdavSettings, connected
from skyflytt.files.webdav.download import BEHIND_THE_END, Download
from skyflytt.files.webdav.multistatus import Answered
from skyflytt.files.webdav.offered import Offered, offered
from skyflytt.files.webdav.requests import XML, Answer, Content, Requests
from skyflytt.files.webdav.upload import PartsUpload, WholeUpload

LOCK_S = 120
REMEMBERED_FILES = 20_000


@contextmanager
def open_webdav(server: WebdavSettings, secret: str) -> Iterator[WebdavStore]:
    """The folder `server.root`, which must exist; `secret` is the password or, with auth bearer, the token."""
    with connected(server, secret) as requests:
        root = requests.properties("", *properties.OF_AN_ENTRY, properties.OWNCLOUD_ID, folder=True)
        if not root.collection:
            raise PathRefused(requests.item(""), "it is not a folder")
        can = offered(requests.do("OPTIONS", "", folder=True).headers, root, server.times)
        if not can.webdav:
            raise PathRefused(
                requests.item(""), "the server does not offer WebDAV there (no class 1 in its DAV header)"
            )
        yield WebdavStore(requests, can, parts_of(root.href))


def capabilities(*, partial_put: bool, digest: bool, times: bool) -> FileCapabilities:
    """What a server can do that takes a part of a file, computes digests, and keeps times of modification."""
    return FileCapabilities(
        # Whatever is at the destination is deleted first (RFC 4918, section 9.9.3).
        atomic_rename=False,
        resumable_writes=partial_put,
        digest=digest,
        mtime_step_seconds=1.0 if times else math.inf,
        symlinks=False,
        change_token="ETag",
        max_connections=8,
    )


class WebdavStore:
    """A `FileStore` over HTTP. What an account may see, and whether links are followed, is the server's to guard: the protocol
    knows files and folders only.

    Times are kept where the server takes them; elsewhere `mtime_step_seconds` is infinite and they are those of the upload.
    """

    def __init__(self, requests: Requests, can: Offered, root_parts: list[str]) -> None:
        self._requests = requests
        self._can = can
        self._root_parts = root_parts
        self._written: dict[str, None] = {}
        self.capabilities = capabilities(
            partial_put=can.partial_put, digest=can.recalculates, times=can.times != "none"
        )

    def scan(self, below: str = "") -> Iterator[Entry | ScanFailure]:
        return walk(self._listing, check_below(below))

    def _listing(self, folder: str) -> list[Listed | Unlisted]:
        try:
            answers = self._requests.listing(folder, "1", *properties.OF_AN_ENTRY, folder=True)
            found = dict(self._listed(folder, answered) for answered in answers)
        except PathMissing as missing:
            if folder and self.stat(folder) is not None:
                raise PathRefused(folder, f"it is there, but cannot be listed ({missing.detail})") from missing
            raise
        if "" not in found:
            # Required by RFC 4918, section 9.1; without it, an answer of nothing would be taken for an empty folder.
            raise PathRefused(self._requests.item(folder), "the server's listing leaves out the folder itself")
        return [listed for listed in found.values() if listed]

    def _listed(self, folder: str, answered: Answered) -> tuple[str, Listed | Unlisted | None]:
        """By name, which is empty for the folder itself. A server that lists what is elsewhere is not obeyed."""
        parts = parts_of(answered.href)
        inside = [*self._root_parts, *filter(None, folder.split("/"))]
        if parts == inside:
            self._check_folder(folder, answered)
            return "", None
        if parts[:-1] != inside:
            raise PathRefused(
                self._requests.item(folder), f"the server lists {answered.href[:200]}, which is not in it"
            )
        return parts[-1], properties.listed(answered, parts[-1])

    def _check_folder(self, folder: str, answered: Answered) -> None:
        if answered.status >= 300:
            raise self._requests.failure(folder, Answer(answered.status, {}))
        if not answered.collection:
            raise PathRefused(self._requests.item(folder), "it is not a folder")

    def _look(self, path: str, *more: str) -> Answered | None:
        try:
            return self._requests.properties(path, *properties.OF_AN_ENTRY, *more)
        except PathMissing:
            return None
        except PathRefused:
            # Apache says "bad request" to what would be below a file.
            above = parent(path)
            if above and ((there := self._look(above)) is None or not there.collection):
                return None
            raise

    def stat(self, path: str) -> Entry | None:
        found = self._look(check_path(path))
        return properties.entry(found, path) if found else None

    @contextmanager
    def read(self, path: str, offset: int = 0) -> Iterator[BinaryIO]:
        headers = {"Range": f"bytes={offset}-"} if offset else {}
        with self._requests.streaming(check_path(path), headers) as response:
            if response.status_code not in (200, 206, BEHIND_THE_END):
                raise self._requests.refusal(path, response)
            # Some servers show a folder as a page; a file has at least one of these.
            if not {"etag", "last-modified"} & set(response.headers) and self._is_folder(path):
                raise PathRefused(path, "it is a folder")
            yield reading(Download(response, self._requests.server, offset).take)

    def _is_folder(self, path: str) -> bool:
        found = self._look(path)
        return found is not None and found.collection

    @contextmanager
    def write(self, path: str, offset: int = 0) -> Iterator[BinaryIO]:
        if offset and not self._can.partial_put:
            raise PathRefused(
                check_path(path), "this server cannot go on with a file; write it again from its beginning"
            )
        if offset:
            self._check_size(check_path(path), offset)
        upload = self._upload(check_path(path), offset)
        try:
            yield writing(upload.put)
        except BaseException:
            upload.give_up()
            raise
        upload.finish()
        if upload.in_parts:
            self._check_size(path, upload.position, exactly=True)
        self._remember(path)

    def _upload(self, path: str, offset: int) -> PartsUpload | WholeUpload:
        def put(content: Content, headers: Mapping[str, str]) -> None:
            self._with_parent(path, lambda: self._put(path, content, headers))

        return (
            PartsUpload(put, offset) if self._can.partial_put else WholeUpload(put, path, checksum=self._can.owncloud)
        )

    def _put(self, path: str, content: Content, headers: Mapping[str, str]) -> None:
        answer = self._requests.ask("PUT", path, {"Content-Type": "application/octet-stream", **headers}, content)
        if not answer.good:
            failure = self._requests.failure(path, answer)
            if isinstance(failure, PathRefused) and self._has_no_room(path, int(headers["Content-Length"])):
                raise TargetFull(path, failure.detail)
            raise failure

    def _has_no_room(self, path: str, size: int) -> bool:
        """What servers say when a quota is reached differs; how much is left (RFC 4331) does not."""
        room = self._room(parent(path))
        return room is not None and room < size

    def free_bytes(self) -> int | None:
        return self._room("")

    def _room(self, folder: str) -> int | None:
        """quota-available-bytes of a folder (RFC 4331 section 3); None where the server does not tell it."""
        with suppress(Failure):
            found = self._requests.properties(folder, properties.ROOM, folder=True).properties
            room = found.get(properties.ROOM, "")
            return int(room) if room.isascii() and room.isdigit() else None
        return None

    def _with_parent(self, path: str, act: Callable[[], None]) -> None:
        """Folders are mostly there. Only when the act fails and the folder above is missing is it made, and the act tried again."""
        try:
            act()
        except (PathMissing, PathRefused):
            above = parent(path)
            if not above or self._look(above) is not None:
                raise
            self.make_folder(above)
            act()

    def _check_size(self, path: str, size: int, *, exactly: bool = False) -> None:
        """To go on, the file must have `size` bytes. A PUT cannot cut: what stands behind the last byte is found out here."""
        there = self.stat(path)
        if there is None:
            raise PathMissing(path, "no such file")
        if there.kind is EntryKind.FOLDER:
            raise PathRefused(path, "it is a folder")
        if there.size_bytes < size or (exactly and there.size_bytes != size):
            raise CopyAltered(path, f"it has {there.size_bytes} bytes instead of {size}")

    def rename(self, path: str, to: str, modified: datetime | None = None) -> None:
        check_path(to)
        if modified is not None and self._can.times != "none":
            self._set_time(check_path(path), modified)
        if path == to:  # 403, as RFC 4918 section 9.9.4 has it
            if self.stat(path) is None:
                raise PathMissing(path, "no such file or folder")
            return
        self._with_parent(to, lambda: self._move(check_path(path), to))
        if path in self._written:
            del self._written[path]
            self._remember(to)

    def _set_time(self, path: str, modified: datetime) -> None:
        self._requests.do("PROPPATCH", path, XML, properties.setting_time(modified, self._can.times))

    def _move(self, path: str, to: str) -> None:
        """Nothing is overwritten unless it was looked at: a MOVE onto a folder would delete all that it holds."""
        destination = {"Destination": self._requests.address.url(to)}
        try:
            answer = self._requests.ask("MOVE", path, {**destination, "Overwrite": "F"})
        except PathRefused as refused:
            # Apache answers with a redirect where the destination, and not the path, lacks the slash of a folder.
            raise PathRefused(to, "it is a folder") if self._is_folder(to) else refused from None
        if answer.status == 412:
            self._move_over(path, to, destination)
        elif not answer.good:
            if self._look(path) is None:
                raise PathMissing(path, "no such file or folder")
            raise self._requests.failure(path, answer)

    def _move_over(self, path: str, to: str, destination: dict[str, str]) -> None:
        there = self._look(to, properties.ETAG)
        if there is not None and there.collection:
            raise PathRefused(to, "it is a folder")
        tag = there.properties.get(properties.ETAG) if there else None
        # A weak tag says nothing of the bytes, and servers refuse it in a condition.
        only_if = {"If": f"<{destination['Destination']}> ([{tag}])"} if tag and tag.startswith('"') else {}
        answer = self._requests.ask("MOVE", path, {**destination, "Overwrite": "T", **only_if})
        if answer.status == 412:
            raise FileChanging(to, "it changed when it was to be replaced")
        if not answer.good:
            raise self._requests.failure(path, answer)

    def remove(self, path: str) -> None:
        found = self._look(check_path(path))
        if found is None:
            return
        self._written.pop(path, None)
        with suppress(PathMissing):
            if found.collection:
                self._remove_folder(path)
            else:
                self._requests.do("DELETE", path)

    def _remove_folder(self, path: str) -> None:
        """DELETE takes all that a folder holds. It is locked while it is looked at, where the server has locks."""
        token = self._lock(path)
        try:
            self._check_empty(path)
            # Tagged: Apache holds an untagged list against the folder above, too.
            condition = {"If": f"<{self._requests.address.url(path, folder=True)}> ({token})"} if token else {}
            self._requests.do("DELETE", path, condition, folder=True)
        except BaseException:
            if token:
                with suppress(Failure):
                    self._requests.ask("UNLOCK", path, {"Lock-Token": token}, folder=True)
            raise

    def _check_empty(self, path: str) -> None:
        if self._listing(path):
            raise PathRefused(path, "the folder is not empty")

    def _lock(self, path: str) -> str:
        """An exclusive lock on a folder and all that would come into it (section 9.10.3); empty where there is none to be had."""
        if not self._can.locks:
            return ""
        headers = {"Depth": "infinity", "Timeout": f"Second-{LOCK_S}", **XML}
        answer = self._requests.ask("LOCK", path, headers, properties.EXCLUSIVE_LOCK, folder=True)
        if answer.status == 423:
            raise self._requests.failure(path, answer)
        return answer.headers.get("lock-token", "") if answer.status == 200 else ""

    def make_folder(self, path: str) -> None:
        missing = [check_path(path)]
        while missing:
            answer = self._requests.ask("MKCOL", missing[-1], folder=True)
            if answer.good or self._is_folder(missing[-1]):
                missing.pop()
                continue
            above = parent(missing[-1])
            if self._look(missing[-1]) is not None:
                raise PathRefused(missing[-1], "a file is in the way")
            if not above or self._is_folder(above):
                raise self._requests.failure(missing[-1], answer)
            missing.append(above)

    def digest(self, path: str) -> str | None:
        """Of what this connection wrote. The server keeps what it computes, and a source is not to be changed even so."""
        if check_path(path) not in self._written or not self._can.recalculates:
            return None
        answer = self._requests.ask("PATCH", path, {"X-Recalculate-Hash": "sha256"})
        kind, _, digest = answer.headers.get("oc-checksum", "").partition(":")
        return digest.lower() if answer.good and kind.upper() == "SHA256" else None

    def _remember(self, path: str) -> None:
        if len(self._written) >= REMEMBERED_FILES:
            self._written.clear()
        self._written[path] = None
