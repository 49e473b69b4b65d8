"""A small move with the order that every move has, to be killed at any moment.

The target is a folder whose files are named by their content's digest and a random part: nothing there replaces anything, so that
an item that is moved twice is two files.
"""

from __future__ import annotations

import hashlib
import uuid
from collections import Counter, defaultdict
from collections.abc import Sequence
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path

from skyflytt.deadline.clock import SystemClock
from skyflytt.errors.files import PathRefused
from skyflytt.errors.ledger import PassRunning
from skyflytt.ledger import items
from skyflytt.ledger.items import Done, Item, Seen
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.listing import LeftOut, Listed, take_listing
from skyflytt.ledger.open import open_ledger
from skyflytt.ledger.passes import Account, Pass, end, running_pass
from skyflytt.ledger.schema import Intent, State, Verified
from skyflytt.ledger.workloads import Workload

BATCH = 4


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def move_all(url: str, workload: Workload, source: Path, target: Path, told: Connection) -> None:
    """One pass, from the start to the end or to the kill."""
    ledger = open_ledger(url, SystemClock())
    told.send("ready")
    while True:
        with suppress(PassRunning), running_pass(ledger, workload) as running:
            account = move(ledger, running, source, target)
            told.send((account.source, account.moved, account.skipped, account.failed))
            return


def move(ledger: Ledger, running: Pass, source: Path, target: Path) -> Account:
    _settle_cut_off(ledger, running, target)
    items.reopen(ledger, running)
    listed = take_listing(ledger, running, listing(source))
    for batch in items.batches(items.stream(ledger, running.workload, State.SEEN), BATCH):
        _put(ledger, running, source, target, batch)
    return end(ledger, running, listed.source)


def listing(source: Path) -> list[Listed]:
    files = sorted(source.iterdir(), key=lambda path: path.name.encode())
    return [_listed(Seen(path.name, "1", path.stat().st_size)) for path in files]


def _listed(seen: Seen) -> Listed:
    return LeftOut(seen, "files.excluded", "temporary") if seen.key.endswith(".tmp") else seen


def _put(ledger: Ledger, running: Pass, source: Path, target: Path, batch: Sequence[Item]) -> None:
    contents = {item.key: (source / item.key).read_bytes() for item in batch}
    refused = [key for key, content in contents.items() if not content]
    items.fail(ledger, running, [(key, PathRefused(key, "it is empty")) for key in refused])
    wanted = [item for item in batch if item.key not in refused]
    _finish(ledger, running, [(one, digest(contents[one.key])) for one in wanted if one.target_ref], target)
    new = [item.key for item in wanted if not item.target_ref]
    items.start(ledger, running, new, Intent.PUT)
    for key in new:
        _append(target, contents[key])
        items.finish(ledger, running, [_verified(key, digest(contents[key]), _unclaimed(ledger, running, target))])


def _finish(ledger: Ledger, running: Pass, found: Sequence[tuple[Item, str]], target: Path) -> None:
    items.finish(
        ledger, running, [_verified(one.key, content, {content: [one.target_ref or ""]}) for one, content in found]
    )


def _verified(key: str, content: str, copies: dict[str, list[str]]) -> Done:
    return Done(key, copies[content].pop(), Verified.DIGEST, content)


def _append(target: Path, content: bytes) -> None:
    beside = target.parent / f"arriving-{uuid.uuid4()}"
    beside.write_bytes(content)
    beside.rename(target / f"{digest(content)}.{uuid.uuid4()}")


def _unclaimed(ledger: Ledger, running: Pass, target: Path) -> dict[str, list[str]]:
    """The copies at the target, by content, that no item has yet."""
    claimed = {item.target_ref for item in items.stream(ledger, running.workload)}
    copies: dict[str, list[str]] = defaultdict(list)
    for path in target.iterdir():
        if path.name not in claimed:
            copies[path.name.split(".")[0]].append(path.name)
    return copies


def _settle_cut_off(ledger: Ledger, running: Pass, target: Path) -> None:
    """What was `started` is looked up at the target; what was listed but not started is not."""
    started = list(items.stream(ledger, running.workload, State.STARTED))
    if started:
        copies = _unclaimed(ledger, running, target)
        source = target.parent / "source"
        looked_up = [(one.key, digest((source / one.key).read_bytes())) for one in started]
        items.settle(ledger, running, [(key, _one_of(copies[content]), "") for key, content in looked_up])


def _one_of(copies: list[str]) -> str | None:
    return copies.pop() if copies else None


def contents_of(folder: Path) -> Counter[str]:
    """How many files of which content a folder has."""
    return Counter(digest(path.read_bytes()) for path in folder.iterdir())
