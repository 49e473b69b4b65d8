"""The way down to a path: folders that are seen to be no links, once per connection, or made."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from skyflytt.errors.connection import ConnectionLost
from skyflytt.errors.files import PathEscapes, PathMissing, PathRefused
from skyflytt.files.paths import ancestors
from skyflytt.files.port import EntryKind
from skyflytt.files.seen import SeenFolders
from skyflytt.files.smb import messages
from skyflytt.files.smb.attributes import Found, read_created
from skyflytt.files.smb.failures import MISSING, NAME_COLLISION, Refusal, failure_of
from skyflytt.files.smb.messages import Access, Disposition, Option
from skyflytt.files.smb.names import check_carried, check_new, to_wire
from skyflytt.files.smb.share import Share, output

ASKED_AT_ONCE = 20


class Folders:
    """Paths below the folder `root` of a share, and what is at them."""

    def __init__(self, share: Share, root: str) -> None:
        self._share = share
        self._real = SeenFolders()
        self.root = "/" + root.strip("/")

    def at(self, path: str) -> str:
        """As a request carries it; the empty path is the root."""
        return to_wire(self.root, check_carried(path))

    @contextmanager
    def failures(self, path: str) -> Iterator[None]:
        try:
            yield
        except Refusal as refusal:
            raise failure_of(path, self._share.server, refusal) from refusal
        except (struct.error, UnicodeDecodeError) as error:
            raise ConnectionLost(self._share.server, f"it sent an answer that cannot be read ({error})") from error

    def look(self, path: str) -> Found | None:
        return self._looked(path, self._share.answers(self._share.send(*self._looking(path))))

    def _looking(self, path: str) -> tuple[object, ...]:
        return messages.look(self.at(path)), messages.close()

    def _looked(self, path: str, answers: list[bytes | Refusal]) -> Found | None:
        opened = answers[0]
        if isinstance(opened, Refusal):
            if opened.status in MISSING:
                return None
            raise failure_of(path, self._share.server, opened) from opened
        with self.failures(path):
            found = read_created(opened)
        return self.tagged(path, found)

    def tagged(self, path: str, found: Found) -> Found:
        """With the tag of a reparse point, which says whether it is a link."""
        if not found.is_reparse_point:
            return found
        with self.failures(path):
            answer = self._share.ask(messages.look(self.at(path)), messages.query_tag(), messages.close())[1]
            return replace(found, tag=struct.unpack_from("<II", output(answer))[1])

    def settle(self, path: str, *, make: bool = False) -> None:
        """See that every folder above `path` is a folder and no link; make those that are missing, or raise `PathMissing`."""
        unknown = [folder for folder in ancestors(path) if folder not in self._real]
        for at in range(0, len(unknown), ASKED_AT_ONCE):
            self._settle(unknown[at : at + ASKED_AT_ONCE], make=make)

    def _settle(self, folders: list[str], *, make: bool) -> None:
        asked = [self._share.send(*self._looking(folder)) for folder in folders]
        answered = [self._share.answers(requests) for requests in asked]
        for folder, answers in zip(folders, answered, strict=True):
            found = self._looked(folder, answers)
            if found is not None:
                _check_folder(folder, found, make=make)
            elif make:
                self._make_one(folder)
            else:
                raise PathMissing(folder, "no such folder")
            self._real.add(folder)

    def _make_one(self, folder: str) -> None:
        new = messages.create(self.at(check_new(folder)), Access.READ_ATTRIBUTES, Disposition.CREATE, Option.DIRECTORY)
        try:
            self._share.ask(new, messages.close())
        except Refusal as refusal:
            there = self.look(folder) if refusal.status == NAME_COLLISION else None
            if there is None:
                raise failure_of(folder, self._share.server, refusal) from refusal
            _check_folder(folder, there, make=True)

    def forget(self, path: str) -> None:
        """It was removed or renamed."""
        self._real.forget(path)


def _check_folder(folder: str, found: Found, *, make: bool) -> None:
    if found.kind is EntryKind.SYMLINK:
        raise PathEscapes(folder, "it is a link or junction")
    if found.kind is not EntryKind.FOLDER:
        raise (PathRefused if make else PathMissing)(folder, "it is not a folder")
