"""A folder of Dropbox as a store."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from typing import Any, BinaryIO

from dropbox import files

from skyflytt.errors.base import Failure
from skyflytt.errors.files import CopyAltered, FileChanging, PathMissing, PathRefused
from skyflytt.files.copy import PARTIAL_PREFIX, PARTIAL_SUFFIX, is_partial
from skyflytt.files.dropbox.batch import upload_each
from skyflytt.files.dropbox.changes import DropboxFeed
from skyflytt.files.dropbox.commit import Naming, commit_each
from skyflytt.files.dropbox.connect import Calls, DropboxSettings, signed_in
from skyflytt.files.dropbox.download import download
from skyflytt.files.dropbox.kept_names import check_kept, same_place
from skyflytt.files.dropbox.listing import EPOCH, as_dropbox_has_it, entries_of, entry, listed
from skyflytt.files.dropbox.members import Members
from skyflytt.files.dropbox.upload import Held, Upload
from skyflytt.files.each import PUT_EACH, RENAME_EACH, STAT_EACH, WRITE_EACH, Content, Looks, Rename, Whole, attempt
from skyflytt.files.paths import check_below, check_path, join, parent
from skyflytt.files.port import Entry, EntryKind, FileCapabilities, ScanFailure
from skyflytt.files.rights import Rights
from skyflytt.files.stream import writing
from skyflytt.files.verification import BLOCK_BYTES
from skyflytt.files.walk import Listed, Unlisted, walk
from skyflytt.patience import Patience

FORBIDDEN = "".join(map(chr, range(32))) + "\x7f\\"


@contextmanager
def open_dropbox(server: DropboxSettings, secret: str, patience: Patience | None = None) -> Iterator[DropboxStore]:
    """The folder `server.root`, which must exist. `secret` is what `server.auth` says. `patience` is for what may be asked again."""
    with signed_in(server, secret, patience) as calls:
        store = DropboxStore(calls, server.root, server.space)
        store.check_root()
        yield store


class DropboxStore:
    """A `FileStore` over one sign-in.

    A file shows when it is committed, whole and with its time. What is written under a temporary name of ours stays an upload that is
    not committed; `rename` brings it to its name. So nothing half done is ever seen, and nothing is left when a process dies.
    """

    capabilities = FileCapabilities(
        # What is in the way of a file that is there already goes first.
        atomic_rename=False,
        resumable_writes=False,
        own_digest="content_hash",
        symlinks=False,
        max_name_bytes=None,
        forbidden_characters=FORBIDDEN,
        max_connections=8,
        change_token="rev",
        change_feed=True,
        rights="dropbox",
        at_once=frozenset({STAT_EACH, WRITE_EACH, RENAME_EACH, PUT_EACH}),
    )

    def __init__(self, calls: Calls, root: str = "/", space: str = "home") -> None:
        self._calls = calls
        self._space = space
        self._root = root.strip("/")
        self._held: dict[str, Held] = {}
        self._looks = Looks(self.stat, self._names_in)
        self._members = Members(calls, self._at)

    @property
    def account(self) -> str:
        """The address of whom it acts as."""
        return self._calls.account

    def _at(self, path: str) -> str:
        """The path at Dropbox; the top is empty."""
        return "".join(f"/{part}" for part in (self._root, path) if part)

    def check_root(self) -> None:
        if self._root and not isinstance(self._look("", self._at("")), files.FolderMetadata):
            raise PathMissing(f"{self._calls.server}/{self._root}", "no such folder")

    def scan(self, below: str = "") -> Iterator[Entry | ScanFailure]:
        return walk(self._listing, check_below(below))

    def _listing(self, folder: str) -> list[Listed | Unlisted]:
        return [listed(one) for one in entries_of(self._calls, self._at(folder), folder)]

    def change_feed(self, below: str = "") -> DropboxFeed:
        at = self._at(check_below(below))
        there = self._look(below, at) if at else None
        if at and not isinstance(there, files.FolderMetadata):
            raise PathMissing(below, "no such folder")
        return DropboxFeed(self._calls, str(there.path_lower) if there is not None else "", self._space)

    def _names_in(self, folder: str) -> list[str]:
        return [one.name for one in entries_of(self._calls, self._at(folder), folder)]

    def stat(self, path: str) -> Entry | None:
        if (held := self._held.get(check_path(path))) is not None:
            return Entry(path, EntryKind.FILE, held.size_bytes, EPOCH)
        one = self._look(path)
        return None if one is None else entry(path, one)

    def stat_each(self, paths: Sequence[str]) -> list[Entry | Failure | None]:
        return self._looks.each(paths)

    def _look(self, path: str, at: str | None = None) -> Any:
        """Its metadata, or None. Dropbox finds it however capitals are written."""
        place = self._at(path) if at is None else at
        try:
            return self._calls.wait_and_ask(path, lambda one: one.files_get_metadata(place))
        except PathMissing:
            return None

    def read(self, path: str, offset: int = 0) -> AbstractContextManager[BinaryIO]:
        if check_path(path) in self._held:
            raise CopyAltered(path, "it is an upload without a name yet, and cannot be read back")
        return download(self._calls, path, self._at(path), offset)

    @contextmanager
    def write(self, path: str, offset: int = 0) -> Iterator[BinaryIO]:
        check_kept(path)
        if offset:
            raise PathRefused(path, "a file at Dropbox cannot be gone on with; write it again from its beginning")
        upload = Upload(self._calls, path)
        yield writing(upload.put)
        self._arrived(path, upload.finish())

    def _arrived(self, path: str, held: Held) -> None:
        if is_partial(path):
            self._held[path] = held
        else:
            self._commit(held, path, None)

    def _commit(self, held: Held, to: str, modified: datetime | None) -> None:
        failure = commit_each(self._calls, [Naming(held, to, self._at(to), modified, self._look(to))])[0]
        if failure is not None:
            raise failure

    def write_each(self, contents: Sequence[Content]) -> list[Failure | None]:
        answers = self._each_sent(contents)
        shown = [
            (index, Naming(held, one.path, self._at(one.path), None, self._look(one.path)))
            for index, (one, held) in enumerate(zip(contents, answers, strict=True))
            if isinstance(held, Held) and not is_partial(one.path)
        ]
        told: list[Failure | None] = [answer if isinstance(answer, Failure) else None for answer in answers]
        for one, answer in zip(contents, answers, strict=True):
            if isinstance(answer, Held) and is_partial(one.path):
                self._held[one.path] = answer
        return self._named(told, shown)

    def _each_sent(self, contents: Sequence[Content]) -> list[Held | Failure]:
        """In the order of what was asked."""
        answers: list[Held | Failure | str] = [attempt(lambda one=one: check_kept(one.path)) for one in contents]  # type: ignore[misc]
        good = [index for index, answer in enumerate(answers) if not isinstance(answer, Failure)]
        for index, answer in zip(good, upload_each(self._calls, [contents[index] for index in good]), strict=True):
            answers[index] = answer
        return answers  # type: ignore[return-value]

    def _named(self, told: list[Failure | None], namings: list[tuple[int, Naming]]) -> list[Failure | None]:
        committed = commit_each(self._calls, [naming for _, naming in namings])
        for (index, _), answer in zip(namings, committed, strict=True):
            told[index] = answer
        return told

    def put_each(self, wholes: Sequence[Whole]) -> list[Failure | None]:
        """Three requests for all of them, and one to see that they are there; what is in the way is looked at first."""
        answers: list[Failure | None] = [_differs(one) for one in wholes]
        good = [index for index, answer in enumerate(answers) if answer is None]
        sent = self._each_sent([Content(wholes[index].path, wholes[index].content) for index in good])
        looks = self._there([wholes[index].path for index in good])
        namings = []
        for index, held, there in zip(good, sent, looks, strict=True):
            whole = wholes[index]
            if isinstance(held, Failure) or isinstance(there, Failure):
                answers[index] = held if isinstance(held, Failure) else there
            else:
                namings.append((index, Naming(held, whole.path, self._at(whole.path), whole.modified, there)))
        return self._named(answers, namings)

    def _there(self, paths: Sequence[str]) -> list[Any]:
        """The metadata of what is there, None, or why it cannot be looked at."""
        found = self.stat_each(paths)
        return [
            attempt(lambda path=path: self._look(path)) if isinstance(one, Entry) else one  # type: ignore[misc]
            for path, one in zip(paths, found, strict=True)
        ]

    def rename(self, path: str, to: str, modified: datetime | None = None) -> None:
        check_kept(to)
        if (held := self._held.get(check_path(path))) is not None:
            if is_partial(to):
                self._held[to] = self._held.pop(path)
                return
            self._commit(held, to, modified)
            del self._held[path]
            return
        one = self._look(path)
        if one is None:
            raise PathMissing(path, "no such file or folder")
        is_file = isinstance(one, files.FileMetadata)
        if is_file and modified is not None and one.client_modified != as_dropbox_has_it(modified):
            self._sent_anew(path, to, modified, one)
        elif path != to:
            self._move(path, to, one)

    def rename_each(self, renames: Sequence[Rename]) -> list[Failure | None]:
        answers: list[Failure | None] = [None] * len(renames)
        namings = []
        for index, one in enumerate(renames):
            held = self._held.get(one.path)
            if held is None or is_partial(one.to):
                answers[index] = _failure(lambda one=one: self.rename(one.path, one.to, one.modified))
                continue
            there = attempt(lambda one=one: self._look(check_kept(one.to)))  # type: ignore[misc]
            if isinstance(there, Failure):
                answers[index] = there
            else:
                namings.append((index, Naming(held, one.to, self._at(one.to), one.modified, there)))
        self._named(answers, namings)
        for index, _ in namings:
            if answers[index] is None:
                self._held.pop(renames[index].path, None)
        return answers

    def _sent_anew(self, path: str, to: str, modified: datetime, one: Any) -> None:
        """Only an upload sets the time, and only where the same bytes are not there already."""
        upload = Upload(self._calls, path)
        with self.read(path) as source:
            while block := source.read(BLOCK_BYTES):
                upload.put(block)
        held = upload.finish()
        if held.content_hash != one.content_hash:
            raise FileChanging(path, "it changed while its time was set")
        self._commit(held, to, modified)
        if not same_place(path, to):
            self._delete(path, one)

    def _move(self, path: str, to: str, one: Any) -> None:
        if same_place(path, to):
            # Dropbox does not rename where only capitals differ.
            aside = join(parent(to), f"{PARTIAL_PREFIX}{hashlib.sha256(to.encode()).hexdigest()[:16]}{PARTIAL_SUFFIX}")
            self._moved(path, aside)
            self._moved(aside, to)
            return
        there = self._look(to)
        if isinstance(there, files.FolderMetadata) or (there is not None and isinstance(one, files.FolderMetadata)):
            raise PathRefused(to, "something is in the way")
        if there is not None:
            self._delete(to, there)
        self._moved(path, to)

    def _moved(self, path: str, to: str) -> None:
        self._calls.ask(path, lambda one: one.files_move_v2(self._at(path), self._at(to), autorename=False))

    def _delete(self, path: str, one: Any) -> None:
        """Of a file, what was looked at and nothing newer."""
        rev = one.rev if isinstance(one, files.FileMetadata) else None
        self._calls.ask(path, lambda client: client.files_delete_v2(self._at(path), parent_rev=rev))

    def remove(self, path: str) -> None:
        if self._held.pop(check_path(path), None) is not None:
            return
        one = self._look(path)
        if one is None:
            return
        if isinstance(one, files.FolderMetadata) and entries_of(self._calls, self._at(path), path):
            raise PathRefused(path, "the folder is not empty")
        try:
            self._delete(path, one)
        except PathMissing:
            return

    def make_folder(self, path: str) -> None:
        check_kept(path)
        try:
            self._calls.ask(path, lambda one: one.files_create_folder_v2(self._at(path), autorename=False))
        except PathRefused:
            if not isinstance(self._look(path), files.FolderMetadata):
                raise

    def digest(self, path: str) -> str | None:
        """Of an upload that has no name yet. Of files, Dropbox has a hash of another kind, which no SHA-256 can be made of."""
        held = self._held.get(check_path(path))
        return None if held is None else held.digest

    def rights_each(self, paths: Sequence[str]) -> list[Rights | Failure | None]:
        return self._members.rights_each(paths)

    def free_bytes(self) -> int | None:
        """What the account, or its team, may still write."""
        usage = self._calls.wait_and_ask("", lambda one: one.users_get_space_usage())
        if usage.allocation.is_individual():
            return max(0, int(usage.allocation.get_individual().allocated) - int(usage.used))
        if usage.allocation.is_team():
            of_team = usage.allocation.get_team()
            own = of_team.user_within_team_space_allocated
            room = int(of_team.allocated) - int(of_team.used)
            return max(0, min(room, int(own) - int(usage.used)) if own else room)
        return None


def _differs(one: Whole) -> Failure | None:
    """Dropbox compares what arrives with what was sent; whether that is what was read is found out here."""
    same = hashlib.sha256(one.content).hexdigest() == one.digest
    return None if same else CopyAltered(one.path, "its digest differs")


def _failure(act: Any) -> Failure | None:
    answer = attempt(act)
    return answer if isinstance(answer, Failure) else None
