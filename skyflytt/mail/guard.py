"""After the cutover no mail adapter gets to delete, move or change a message at the target."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from skyflytt.errors.base import Failure
from skyflytt.errors.ledger import AppendOnly
from skyflytt.ledger.schema import Mode
from skyflytt.mail.around import Around, around_of
from skyflytt.mail.port import (
    Fetched,
    FetchFailure,
    Folder,
    FolderPath,
    FolderRole,
    MailCapabilities,
    MailTarget,
    NewMessage,
)


class AppendAfterCutover:
    """A target: `mode` is asked before each act that would change what is there."""

    def __init__(self, target: MailTarget, mode: Callable[[], Mode]) -> None:
        self._target = target
        self._mode = mode

    @property
    def capabilities(self) -> MailCapabilities:
        return self._target.capabilities

    def folders(self) -> Sequence[Folder]:
        return self._target.folders()

    def ensure_folder(self, folder: FolderPath, role: FolderRole | None) -> FolderPath:
        return self._target.ensure_folder(folder, role)

    def around(self) -> Around:
        return around_of(self._target)

    def refs(self, folder: FolderPath) -> Sequence[str]:
        return self._target.refs(folder)

    def append(self, folder: FolderPath, messages: Sequence[NewMessage]) -> Sequence[str | Failure]:
        return self._target.append(folder, messages)

    def fetch(self, folder: FolderPath, refs: Sequence[str]) -> Iterator[Fetched | FetchFailure]:
        return self._target.fetch(folder, refs)

    def set_flags(self, folder: FolderPath, ref: str, flags: frozenset[str]) -> None:
        self._require_mirror(ref)
        self._target.set_flags(folder, ref, flags)

    def move(self, folder: FolderPath, ref: str, to: FolderPath) -> str:
        self._require_mirror(ref)
        return self._target.move(folder, ref, to)

    def delete(self, folder: FolderPath, refs: Sequence[str]) -> None:
        self._require_mirror(", ".join(refs[:3]))
        self._target.delete(folder, refs)

    def _require_mirror(self, ref: str) -> None:
        if self._mode() is not Mode.MIRROR:
            raise AppendOnly(ref, "a message of the live mailbox")
