"""A process that ends at a chosen moment: before or after any commit or any effect at the target, as `kill -9` would end it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, BinaryIO, TypeVar

from sqlalchemy import Connection

from skyflytt.errors.base import Failure
from skyflytt.files.port import FileStore
from skyflytt.files.stream import writing
from skyflytt.ledger.ledger import Ledger
from skyflytt.mail.archive import MailboxArchive
from skyflytt.mail.port import FolderPath, FolderRole, MailTarget, NewMessage

T = TypeVar("T")


class Killed(BaseException):
    """The process is gone; nothing that is written in a `finally` gets through either."""


class Executioner:
    """Kills at the `at`-th point; counts them when `at` is None."""

    def __init__(self, at: int | None = None) -> None:
        self.at = at
        self.points = 0
        self.dead = False

    def point(self) -> None:
        if self.dead or self.points == self.at:
            self.dead = True
            raise Killed(f"at point {self.points}")
        self.points += 1

    def around(self, act: Callable[[], T]) -> T:
        self.point()
        result = act()
        self.point()
        return result

    def restart(self) -> None:
        """The next process; it lives."""
        self.dead, self.at = False, None


@dataclass(frozen=True)
class MortalLedger(Ledger):
    """Dies before or after a commit."""

    executioner: Executioner

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        self.executioner.point()
        with super().writing() as connection:
            yield connection
        self.executioner.point()


class MortalStore:
    """A target whose every act is a point; bytes arrive block by block, and half a block may be the last."""

    def __init__(self, store: FileStore, executioner: Executioner, renaming: str = "atomic") -> None:
        """`renaming`: atomic; in two steps, as FTP servers may; or by copying, as object stores do."""
        self.store = store
        self.executioner = executioner
        self.renaming = renaming
        self.capabilities = replace(store.capabilities, resumable_writes=renaming != "copying")

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)

    @contextmanager
    def write(self, path: str, offset: int = 0) -> Iterator[BinaryIO]:
        self.executioner.point()
        with self.store.write(path, offset) as inner:
            self.executioner.point()

            def put(data: memoryview) -> None:
                half = len(data) // 2
                inner.write(data[:half])
                self.executioner.point()
                inner.write(data[half:])

            yield writing(put)
        self.executioner.point()

    def rename(self, path: str, to: str, modified: datetime | None = None) -> None:
        self.executioner.point()
        if self.renaming == "two steps" and path != to:
            self.executioner.around(lambda: self.store.remove(to))
        if self.renaming == "copying" and path != to:
            self._copy(path, to, modified)
            self.executioner.around(lambda: self.store.remove(path))
        else:
            self.store.rename(path, to, modified)
        self.executioner.point()

    def _copy(self, path: str, to: str, modified: datetime | None) -> None:
        """An object appears at once, whole and with its time."""
        there = self.store.stat(path)
        assert there is not None
        with self.store.read(path) as old, self.store.write(f"{to}.arriving") as new:
            new.write(old.read())
        self.store.rename(f"{to}.arriving", to, modified or there.modified)

    def remove(self, path: str) -> None:
        self.executioner.around(lambda: self.store.remove(path))

    def make_folder(self, path: str) -> None:
        self.executioner.around(lambda: self.store.make_folder(path))


class MortalMailbox:
    """A target mailbox whose every message is a point; `moves` by copy and delete, as on a server without MOVE."""

    def __init__(self, mailbox: MailTarget, executioner: Executioner) -> None:
        self.mailbox = mailbox
        self.executioner = executioner

    def __getattr__(self, name: str) -> Any:
        return getattr(self.mailbox, name)

    def ensure_folder(self, folder: FolderPath, role: FolderRole | None) -> FolderPath:
        return self.executioner.around(lambda: self.mailbox.ensure_folder(folder, role))

    def append(self, folder: FolderPath, messages: Sequence[NewMessage]) -> Sequence[str | Failure]:
        answers: list[str | Failure] = []
        for message in messages:
            answers += self.executioner.around(lambda message=message: self.mailbox.append(folder, [message]))
        return answers

    def set_flags(self, folder: FolderPath, ref: str, flags: frozenset[str]) -> None:
        self.executioner.around(lambda: self.mailbox.set_flags(folder, ref, flags))

    def move(self, folder: FolderPath, ref: str, to: FolderPath) -> str:
        raw = next(iter(self.mailbox.fetch(folder, [ref]))).raw  # type: ignore[union-attr]
        entry = next(one for one in self.mailbox.changes(folder, None).entries if one.ref == ref)  # type: ignore[attr-defined]
        self.executioner.point()
        (answer,) = self.mailbox.append(to, [NewMessage(raw, entry.flags, entry.received)])
        self.executioner.around(lambda: self.mailbox.delete(folder, [ref]))
        assert isinstance(answer, str)
        return answer

    def delete(self, folder: FolderPath, refs: Sequence[str]) -> None:
        for ref in refs:
            self.executioner.around(lambda ref=ref: self.mailbox.delete(folder, [ref]))


class MortalArchive:
    """An archive that dies before or after a transaction."""

    def __init__(self, archive: MailboxArchive, executioner: Executioner) -> None:
        self.archive = archive
        self.executioner = executioner

    def __getattr__(self, name: str) -> Any:
        return getattr(self.archive, name)

    def add_many(self, items: Iterable[Any]) -> None:
        self.executioner.around(lambda: self.archive.add_many(items))

    def mark(self, folder: FolderPath, entries: Iterable[Any]) -> None:
        self.executioner.around(lambda: self.archive.mark(folder, entries))

    def mark_gone(self, folder: FolderPath, refs: Iterable[str]) -> None:
        self.executioner.around(lambda: self.archive.mark_gone(folder, refs))
