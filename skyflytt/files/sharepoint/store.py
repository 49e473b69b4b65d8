"""A folder of a document library as a store."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Protocol

import httpx

from skyflytt.errors.base import Failure
from skyflytt.errors.files import CopyAltered, PathMissing, PathRefused
from skyflytt.errors.graph import GraphAnswerWrong
from skyflytt.errors.sharepoint import LibraryReadOnly, UploadExpired
from skyflytt.files.paths import check_below, check_path, parent
from skyflytt.files.port import Entry, EntryKind, FileCapabilities, ScanFailure
from skyflytt.files.sharepoint import items
from skyflytt.files.sharepoint.changes import LibraryFeed, feed_of
from skyflytt.files.sharepoint.download import Download
from skyflytt.files.sharepoint.failures import LOCKED, TAKEN, failure, failures
from skyflytt.files.sharepoint.library import Library, LibrarySettings, described, find_library
from skyflytt.files.sharepoint.names import check_new, check_size, space_of
from skyflytt.files.sharepoint.office import ALTERS
from skyflytt.files.sharepoint.presigned import Presigned, refused
from skyflytt.files.sharepoint.quick_xor import QuickXor
from skyflytt.files.sharepoint.recycle_bin import Fate, fates
from skyflytt.files.sharepoint.sessions import Sessions
from skyflytt.files.sharepoint.upload import SMALL_BYTES, GatheredUpload, Sent, Session, SizedUpload, arrived
from skyflytt.files.stream import reading, writing
from skyflytt.files.walk import Listed, Unlisted, walk
from skyflytt.graph import GraphClient, Refused, open_graph
from skyflytt.patience import Patience

PAGE = "999"
FAIL, REPLACE = "fail", "replace"
HASH_TRIES = 3
HASH_WAIT_S = 2.0
REMEMBERED_FILES = 20_000
PROBE = ".skyflytt-0000000000000000.partial"
LINK = "@microsoft.graph.downloadUrl"
OCTETS = {"Content-Type": "application/octet-stream"}
CAPABILITIES = FileCapabilities(
    # What is in the way is moved to the recycle bin first.
    atomic_rename=False,
    resumable_writes=False,
    sized_writes=True,
    digest=True,
    own_digest="quickXorHash",
    alters=ALTERS,
    mtime_step_seconds=1.0,
    symlinks=False,
    change_token="cTag",
    change_feed=True,
    max_path_bytes=None,
    max_name_bytes=None,
    forbidden_characters='"*:<>?\\|' + "".join(map(chr, range(32))),
    max_connections=8,
)


class SharepointSettings(LibrarySettings, Protocol):
    """`skyflytt.project.servers.SharepointServer`."""

    @property
    def uploads_file(self) -> Path | None: ...


@contextmanager
def open_sharepoint(
    server: SharepointSettings, secret: str, patience: Patience | None = None
) -> Iterator[SharepointStore]:
    """The folder `server.root` of the library, which must exist. Raises failures of `.errors.graph`, `.sharepoint` and `.connection`."""
    with open_graph(server, secret, patience) as client:
        library = find_library(client, server)
        yield SharepointStore(client, library, Sessions(server.uploads_file, secret, library.drive_id))


class SharepointStore:
    """A `FileStore` over Graph. Names are compared without regard to capitals and Unicode forms, as SharePoint does it.

    What is written is compared by its quickXorHash before `write` ends. What is removed goes to the recycle bin.
    """

    def __init__(self, client: GraphClient, library: Library, sessions: Sessions) -> None:
        self.client = client
        self.library = library
        self._sessions = sessions
        self._presigned = Presigned(client)
        self._space = space_of(library.above, at_top=library.at_top)
        self._sent: dict[str, Sent] = {}
        self.capabilities = CAPABILITIES

    def scan(self, below: str = "") -> Iterator[Entry | ScanFailure]:
        return walk(self._listing, check_below(below))

    def _listing(self, folder: str) -> list[Listed | Unlisted]:
        params = {"$top": PAGE, "$select": items.FIELDS}
        with failures(folder or self.library.name, self.client.host):
            pages = self.client.pages(self.library.url(folder, "/children"), params)
            return [items.listed(item) for item in pages if "deleted" not in item]

    def change_feed(self, below: str = "") -> LibraryFeed:
        item = self.look(check_path(below), "id,folder") if below else None
        return feed_of(self.client, self.library, below, item)

    def top(self) -> list[Listed]:
        """The first level: one page of it."""
        with failures(self.library.name, self.client.host):
            page = self.client.get(self.library.url("", "/children"), {"$top": "200", "$select": items.FIELDS})
        listed = [items.listed(item) for item in self.client.elements(self.library.name, page)]
        return [one for one in listed if isinstance(one, Listed)]

    def look(self, path: str, fields: str = items.FIELDS) -> dict[str, Any] | None:
        """The driveItem; None where nothing is."""
        try:
            item = self.client.get(self.library.url(path), {"$select": fields})
        except Refused as found:
            if found.status in (404, 410):
                return None
            raise failure(path, self.client.host, found) from found
        if not item.get("id"):
            raise GraphAnswerWrong(path, "the answer is no item of a library")
        return item

    def stat(self, path: str) -> Entry | None:
        found = self.look(check_path(path))
        return None if found is None else items.entry(found, path)

    @contextmanager
    def read(self, path: str, offset: int = 0) -> Iterator[BinaryIO]:
        with self._presigned.streaming(self._address_of(check_path(path)), _range(offset)) as response:
            if response.status_code not in (200, 206, 416):
                response.read()
                raise failure(path, self.client.host, refused(response))
            yield reading(Download(response, self.client.host, offset).take)

    def _address_of(self, path: str) -> str:
        """Where its bytes are, for an hour."""
        found = self.look(path, f"id,name,file,folder,package,malware,{LINK}")
        if found is None:
            raise PathMissing(path, "no such file")
        if "file" not in found or "package" in found:
            raise PathRefused(path, "it is no file")
        if not isinstance(found.get(LINK), str):
            raise PathRefused(path, "Microsoft 365 hands out no bytes of it")
        return str(found[LINK])

    @contextmanager
    def write(self, path: str, offset: int = 0) -> Iterator[BinaryIO]:
        if offset:
            raise PathRefused(check_path(path), "a file cannot be gone on with without its size")
        upload = GatheredUpload(self._presigned, self, check_new(path, self._space))
        try:
            yield writing(upload.put)
        except BaseException:
            upload.give_up()
            raise
        self._settled(path, *upload.finish())

    @contextmanager
    def write_sized(self, path: str, size_bytes: int, offset: int = 0) -> Iterator[BinaryIO]:
        """See `skyflytt.files.sized`. Small files go as `write` has it."""
        check_size(path, size_bytes)
        if not offset and size_bytes <= SMALL_BYTES:
            with self.write(path) as stream:
                yield stream
            return
        session = self._session(check_new(path, self._space), size_bytes, offset)
        upload = SizedUpload(session, self._sessions, path, size_bytes, offset)
        yield writing(upload.put)
        self._settled(path, *upload.finish())

    def _session(self, path: str, size_bytes: int, offset: int) -> Session:
        kept = self._sessions.get(path)
        if offset and (kept is None or (kept.size_bytes, kept.position) != (size_bytes, offset)):
            raise UploadExpired(path, "nothing of it is kept")
        if offset and kept is not None:
            url, hashing = kept.url, QuickXor(kept.position, kept.state)
        else:
            self.give_up(path)
            url, hashing = self.begin_session(path, size_bytes), QuickXor()
        return Session(self._presigned, self, path, size_bytes, url=url, hashing=hashing)

    def unfinished_bytes(self, path: str, size_bytes: int) -> int:
        kept = self._sessions.get(check_path(path))
        if kept is not None and kept.size_bytes == size_bytes and arrived(self._presigned, kept):
            return kept.position
        if kept is not None:
            self._sessions.keep(path, None)
        return 0

    def give_up(self, path: str) -> None:
        """An upload that will not be gone on with: its bytes count for nothing, and its address is worth nothing any more."""
        kept = self._sessions.get(path)
        if kept is not None:
            with suppress(Failure):
                self._presigned.ask("DELETE", kept.url)
            self._sessions.keep(path, None)

    def begin_session(self, path: str, size_bytes: int) -> str:
        """An address that the bytes go to. Raises `FileTooLarge`, `TargetFull` and the like before a byte has travelled."""
        check_size(path, size_bytes)
        body = {"item": {"@microsoft.graph.conflictBehavior": REPLACE, "name": path.rpartition("/")[2]}}
        answer = self._changing(
            path, lambda: self.client.post(self.library.url(path, "/createUploadSession"), body), makes_folder=True
        )
        if not isinstance(answer.get("uploadUrl"), str):
            raise GraphAnswerWrong(path, "the upload session has no address")
        return str(answer["uploadUrl"])

    def put_whole(self, path: str, content: bytes) -> dict[str, Any]:
        def put() -> dict[str, Any]:
            answer = self.client.request("PUT", self.library.url(path, "/content"), headers=OCTETS, content=content)
            return self.client.object_of(path, answer)

        return self._changing(path, put, makes_folder=True)

    def refusal(self, path: str, answer: httpx.Response) -> Failure:
        return failure(path, self.client.host, refused(answer))

    def _changing(self, path: str, act: Callable[[], dict[str, Any]], *, makes_folder: bool = False) -> dict[str, Any]:
        """Folders are mostly there: only when one is missing is it made, and the act tried again. A refusal may be that of the library."""
        try:
            return act()
        except Refused as found:
            if found.status == 404 and makes_folder and parent(path) and self.look(parent(path)) is None:
                self.make_folder(parent(path))
                return self._changing(path, act)
            raise self._why(path, found) from found

    def _why(self, path: str, found: Refused) -> Failure:
        if found.status in LOCKED and path != PROBE and not (found.status == 423 and self.look(path) is not None):
            self._check_library()
        if found.status == TAKEN:
            there = self.look(path)
            kind = items.kind_of(there) if there else None
            return PathRefused(path, "it is a folder" if kind is EntryKind.FOLDER else str(found))
        return failure(path, self.client.host, found)

    def _check_library(self) -> None:
        """Whether anything can come to the library at all: an upload is begun and given up, and nothing is written."""
        body = {"item": {"@microsoft.graph.conflictBehavior": FAIL}}
        try:
            url = self.client.post(self.library.url(PROBE, "/createUploadSession"), body).get("uploadUrl")
        except Refused as found:
            if found.status in LOCKED:
                raise LibraryReadOnly(self.library.name, str(found)) from found
            return
        if isinstance(url, str):
            with suppress(Failure):
                self._presigned.ask("DELETE", url)

    def _settled(self, path: str, item: dict[str, Any], sent: Sent) -> None:
        """Compare what the service holds with what was sent; its digest may come a little later, and else the bytes travel back."""
        found = items.hash_of(item)
        for _ in range(HASH_TRIES):
            if found:
                break
            self.client.patience.sleep(HASH_WAIT_S)
            found = items.hash_of(self.look(path) or {})
        if (found or self._read_back(path)) != sent.quick_xor:
            raise CopyAltered(path, "its quickXorHash differs")
        self._remember(path, sent)

    def _read_back(self, path: str) -> str:
        hashing = QuickXor()
        with self.read(path) as stream:
            while piece := stream.read(1 << 18):
                hashing.update(piece)
        return hashing.digest()

    def _remember(self, path: str, sent: Sent) -> None:
        if len(self._sent) >= REMEMBERED_FILES:
            self._sent.clear()
        self._sent[path] = sent

    def altered(self, path: str) -> str:
        sent = self._sent.get(check_path(path))
        found = self.look(path) if sent else None
        if found is None or sent is None or items.hash_of(found) in ("", sent.quick_xor):
            return ""
        return described(found)

    def stored_form(self, path: str) -> str:
        found = self.look(check_path(path))
        return described(found) if found else ""

    def rename(self, path: str, to: str, modified: datetime | None = None) -> None:
        found = self.look(check_path(path), "id,name,file,folder")
        if found is None:
            check_path(to)
            raise PathMissing(path, "no such file or folder")
        body: dict[str, Any] = {}
        if modified is not None:
            body["fileSystemInfo"] = {"lastModifiedDateTime": items.told_time(modified)}
        if path != to:
            body["name"] = check_new(to, self._space).rpartition("/")[2]
        if parent(path) != parent(to):
            body["parentReference"] = {"id": self._folder_id(parent(to))}
        if body:
            self._patched(str(found["id"]), to, body)
        if path in self._sent:
            self._remember(to, self._sent.pop(path))

    def _folder_id(self, folder: str) -> str:
        if not folder:
            return self.library.root_id
        found = self.look(folder, "id,folder,file")
        if found is None:
            self.make_folder(folder)
            found = self.look(folder, "id,folder,file")
        if found is None or "folder" not in found:
            raise PathRefused(folder, "a file is in the way")
        return str(found["id"])

    def _patched(self, item_id: str, to: str, body: dict[str, Any]) -> None:
        url = self.library.of_item(item_id)
        try:
            self.client.patch(url, body)
        except Refused as found:
            if found.status != TAKEN:
                raise self._why(to, found) from found
            self._make_way(item_id, to)
            with failures(to, self.client.host):
                self.client.patch(url, body)

    def _make_way(self, item_id: str, to: str) -> None:
        """What is to be replaced goes to the recycle bin, where it can be brought back from."""
        there = self.look(to, "id,folder,file,eTag")
        if there is None or there["id"] == item_id:
            raise PathRefused(to, "the name is taken, and nothing is there")
        if "folder" in there:
            raise PathRefused(to, "it is a folder")
        self._delete(there, to)

    def remove(self, path: str) -> None:
        if self._sessions.get(check_path(path)) is not None:
            self.give_up(path)
        found = self.look(path, "id,folder,file,eTag")
        if found is None:
            return
        if "folder" in found and self._listing(path):
            raise PathRefused(path, "the folder is not empty")
        self._delete(found, path)
        self._sent.pop(path, None)

    def _delete(self, item: dict[str, Any], path: str) -> None:
        """Only what was looked at goes."""
        condition = {"If-Match": str(item["eTag"])} if item.get("eTag") else {}
        try:
            self.client.request("DELETE", self.library.of_item(str(item["id"])), headers=condition)
        except Refused as found:
            if found.status not in (404, 410):
                raise self._why(path, found) from found

    def make_folder(self, path: str) -> None:
        missing = [check_new(path, self._space)]
        while missing:
            if self._made(missing[-1]):
                missing.pop()
            else:
                missing.append(parent(missing[-1]))

    def _made(self, path: str) -> bool:
        """False where the folder above has to be made first."""
        body = {"name": path.rpartition("/")[2], "folder": {}, "@microsoft.graph.conflictBehavior": FAIL}
        try:
            self.client.post(self.library.url(parent(path), "/children"), body)
        except Refused as found:
            above = parent(path)
            there = self.look(path) if found.status in (TAKEN, 404) else None
            if there is not None and items.kind_of(there) is EntryKind.FOLDER:
                return True
            if there is not None:
                raise PathRefused(path, "a file is in the way") from found
            if found.status == 404 and above and self.look(above) is None:
                return False
            raise self._why(path, found) from found
        return True

    def digest(self, path: str) -> str | None:
        """Of what was written over this connection: its SHA-256, as long as the service tells the quickXorHash of the same bytes."""
        sent = self._sent.get(check_path(path))
        if sent is None or not sent.sha256:
            return None
        found = self.look(path, "id,file")
        return sent.sha256 if found is not None and items.hash_of(found) == sent.quick_xor else None

    def recycled(self, paths: Sequence[str]) -> frozenset[str]:
        found = fates(self.client, self.library, paths)
        return frozenset(path for path, fate in found.items() if fate is Fate.RECYCLED)

    def free_bytes(self) -> int | None:
        return self.library.free_bytes


def _range(offset: int) -> dict[str, str]:
    return {"Range": f"bytes={offset}-"} if offset else {}
