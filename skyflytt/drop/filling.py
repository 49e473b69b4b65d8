"""Fill a drop from a tree of prepared contents: one pass of the ledger, so it may be killed and started again at any moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace

from skyflytt.drop.lists import LISTS
from skyflytt.drop.rows import DropState, ensure_drop
from skyflytt.drop.work import DropWork
from skyflytt.errors.drop import DropClosed, DropNotComplete
from skyflytt.files.below import Below
from skyflytt.files.guard import AppendAfterCutover
from skyflytt.files.passes import SharePass
from skyflytt.files.port import FileStore
from skyflytt.ledger import journal
from skyflytt.ledger.passes import Account, last_account
from skyflytt.ledger.progress import Progress, untold
from skyflytt.ledger.projects import mode

OpenContents = Callable[[], AbstractContextManager[tuple[FileStore, FileStore]]]
"""One more of the contents, and of the store that `DropWork` has."""


def fill(
    work: DropWork,
    contents: FileStore,
    progress: Progress = untold,
    open_more: OpenContents | None = None,
    connections: int = 1,
) -> Account:
    """Bring the drop's folder to what `contents` holds; the pass's account. A drop that is open is left as it is.

    `contents` has `mailboxes/NAME…`, `shares/NAME/…` and `applications/NAME/…`; see `origin_of`. Raises `DropClosed`, and what
    a pass over files raises. With `open_more` up to `connections` are used at once.
    """
    row = ensure_drop(work.ledger, work.project.project, work.name, by=work.by)
    if row.state is DropState.CLOSED:
        raise DropClosed(work.label)
    before = last_account(work.ledger, work.workload)
    if row.state is DropState.OPEN and before is not None:
        return replace(before, moved_now=0)
    _require_free_names(work, contents)
    work.store.make_folder(work.place.folder)
    account = SharePass(
        work.ledger,
        work.workload,
        contents,
        _guarded(work, work.store),
        progress=progress,
        open_pair=None if open_more is None else lambda: _more(work, open_more),
        connections=connections,
    ).run()
    if before is None or account.moved_now:
        data = {
            "files": account.source,
            "bytes": account.source_bytes,
            "moved": account.moved_now,
            "failed": account.failed,
        }
        journal.append(
            work.ledger, work.project.project, actor=work.by, action="drop-filled", subject=work.name, data=data
        )
    return account


def _guarded(work: DropWork, store: FileStore) -> FileStore:
    below = Below(store, work.place.folder)
    return AppendAfterCutover(below, lambda: mode(work.ledger, work.project.project))


@contextmanager
def _more(work: DropWork, open_more: OpenContents) -> Iterator[tuple[FileStore, FileStore]]:
    with open_more() as (contents, store):
        yield contents, _guarded(work, store)


def _require_free_names(work: DropWork, contents: FileStore) -> None:
    for name in LISTS:
        if contents.stat(name) is not None:
            raise DropNotComplete(work.label, f"its contents have a file {name}, which is the name of the drop's own")
