"""A mailbox in memory, source and target in one: for tests and rehearsals of what stands above the ports."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from skyflytt.errors.base import Failure
from skyflytt.errors.mail import FolderRefused, MailboxFull, MessageTooLarge, MessageVanished
from skyflytt.mail.flags import keepable
from skyflytt.mail.port import (
    Fetched,
    FetchFailure,
    Folder,
    FolderChanges,
    FolderPath,
    FolderRole,
    MailCapabilities,
    MessageEntry,
    NewMessage,
)
from skyflytt.mail.roles import with_guessed_roles

Refusal = Callable[[str, bytes], Failure | None]
"""Given a message's ref (or place in the batch) and bytes: the failure that it meets, or None."""


@dataclass(slots=True)
class _Message:
    raw: bytes
    entry: MessageEntry
    changed: int


@dataclass(slots=True)
class _Folder:
    validity: int
    role: FolderRole | None = None
    next_uid: int = 1
    messages: dict[str, _Message] = field(default_factory=dict)
    gone: dict[str, int] = field(default_factory=dict)


class MemoryMailbox:
    """Behaves as an IMAP mailbox with UIDPLUS and QRESYNC; `quota_bytes` and the refusals let it misbehave.

    With `editions` its messages can be edited in their place, as an Exchange's.
    """

    def __init__(
        self,
        *,
        change_tokens: bool = True,
        editions: bool = False,
        max_message_bytes: int | None = None,
        quota_bytes: int | None = None,
        refuse_append: Refusal | None = None,
        refuse_fetch: Refusal | None = None,
    ) -> None:
        self.capabilities = MailCapabilities(
            change_tokens=change_tokens,
            append_returns_ref=True,
            moves=True,
            keywords=True,
            keeps_bytes=True,
            editions=editions,
            max_message_bytes=max_message_bytes,
        )
        self._quota_bytes = quota_bytes
        self._refuse_append = refuse_append
        self._refuse_fetch = refuse_fetch
        self._modseq = 1
        self._validity = 1
        self._folders: dict[FolderPath, _Folder] = {("INBOX",): _Folder(1)}

    def folders(self) -> Sequence[Folder]:
        roles = with_guessed_roles({path: folder.role for path, folder in self._folders.items()})
        return [
            Folder(
                path, roles[path], len(folder.messages), sum(len(message.raw) for message in folder.messages.values())
            )
            for path, folder in sorted(self._folders.items())
        ]

    def changes(self, folder: FolderPath, since: str | None) -> FolderChanges:
        box = self._at(folder)
        token = f"{box.validity}:{self._modseq}" if self.capabilities.change_tokens else None
        validity, _, modseq = (since or "").partition(":")
        if token is None or validity != str(box.validity) or not modseq.isdecimal():
            return FolderChanges([message.entry for message in box.messages.values()], (), True, token)
        entries = [message.entry for message in box.messages.values() if message.changed > int(modseq)]
        vanished = [ref for ref, at in box.gone.items() if at > int(modseq)]
        return FolderChanges(entries, vanished, False, token)

    def fetch(self, folder: FolderPath, refs: Sequence[str]) -> Iterator[Fetched | FetchFailure]:
        box = self._at(folder)
        for ref in refs:
            if (message := box.messages.get(ref)) is None:
                yield FetchFailure(ref, MessageVanished(ref))
            elif self._refuse_fetch and (failure := self._refuse_fetch(ref, message.raw)):
                yield FetchFailure(ref, failure)
            else:
                yield Fetched(ref, message.raw, received=message.entry.received)

    def ensure_folder(self, folder: FolderPath, role: FolderRole | None) -> FolderPath:
        if own := next((known.path for known in self.folders() if role and known.role == role), None):
            return own
        for depth in range(1, len(folder) + 1):
            if folder[:depth] not in self._folders:
                self._validity += 1
                self._folders[folder[:depth]] = _Folder(self._validity, role if depth == len(folder) else None)
        return folder

    def refs(self, folder: FolderPath) -> Sequence[str]:
        return list(self._at(folder).messages)

    def append(self, folder: FolderPath, messages: Sequence[NewMessage]) -> Sequence[str | Failure]:
        box = self._at(folder)
        return [self._append(box, str(place), message) for place, message in enumerate(messages)]

    def set_flags(self, folder: FolderPath, ref: str, flags: frozenset[str]) -> None:
        message = self._message(folder, ref)
        message.entry = replace(message.entry, flags=keepable(flags))
        message.changed = self._next_modseq()

    def move(self, folder: FolderPath, ref: str, to: FolderPath) -> str:
        message = self._message(folder, ref)
        moved = self._put(self._at(to), message.raw, message.entry)
        self.delete(folder, [ref])
        return moved

    def delete(self, folder: FolderPath, refs: Sequence[str]) -> None:
        box = self._at(folder)
        for ref in refs:
            if box.messages.pop(ref, None):
                box.gone[ref] = self._next_modseq()

    def edit(self, folder: FolderPath, ref: str, raw: bytes) -> None:
        """Another content under the same ref, as when somebody goes on writing a draft; for a mailbox with editions."""
        message = self._message(folder, ref)
        message.raw = raw
        message.changed = self._next_modseq()
        message.entry = replace(message.entry, size_bytes=len(raw), edition=f"edition {message.changed}")

    def renumber(self, folder: FolderPath) -> None:
        """Change the folder's UIDVALIDITY, as a server does whose index was lost: every ref is another one."""
        box, self._validity = self._at(folder), self._validity + 1
        messages, box.messages, box.gone = list(box.messages.values()), {}, {}
        box.validity, box.next_uid = self._validity, 1
        for message in messages:
            self._put(box, message.raw, message.entry)

    def _append(self, box: _Folder, place: str, message: NewMessage) -> str | Failure:
        limit = self.capabilities.max_message_bytes
        if limit is not None and len(message.raw) > limit:
            return MessageTooLarge(place, f"{len(message.raw)} bytes, {limit} allowed")
        if self._refuse_append and (failure := self._refuse_append(place, message.raw)):
            return failure
        if self._quota_bytes is not None and self._used() + len(message.raw) > self._quota_bytes:
            raise MailboxFull("the mailbox in memory", f"{self._quota_bytes} bytes allowed")
        return self._put(
            box, message.raw, MessageEntry("", keepable(message.flags), message.received, len(message.raw))
        )

    def _put(self, box: _Folder, raw: bytes, entry: MessageEntry) -> str:
        ref, box.next_uid = f"{box.validity}:{box.next_uid}", box.next_uid + 1
        changed = self._next_modseq()
        edition = f"edition {changed}" if self.capabilities.editions else ""
        box.messages[ref] = _Message(raw, replace(entry, ref=ref, edition=edition), changed)
        return ref

    def _used(self) -> int:
        return sum(len(message.raw) for box in self._folders.values() for message in box.messages.values())

    def _next_modseq(self) -> int:
        self._modseq += 1
        return self._modseq

    def _at(self, folder: FolderPath) -> _Folder:
        if folder not in self._folders:
            raise FolderRefused("/".join(folder), "there is no such folder")
        return self._folders[folder]

    def _message(self, folder: FolderPath, ref: str) -> _Message:
        if ref not in (box := self._at(folder)).messages:
            raise MessageVanished(ref)
        return box.messages[ref]


@contextmanager
def open_memory(mailbox: MemoryMailbox) -> Iterator[MemoryMailbox]:
    """The mailbox as other adapters open theirs."""
    yield mailbox
