"""A mailbox in a test: its source, archive and target, the passes over both, and whether they agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from skyflytt.ledger import items, projects
from skyflytt.ledger.items import Item
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.passes import Account
from skyflytt.ledger.removals import REMOVAL_LIMIT
from skyflytt.ledger.schema import State
from skyflytt.ledger.workloads import Workload
from skyflytt.mail.collect import ArchivePass, nothing_excluded
from skyflytt.mail.deliver import DeliveryPass, same_folder
from skyflytt.mail.guard import AppendAfterCutover
from skyflytt.mail.listing import not_archived
from skyflytt.mail.memory import MemoryMailbox
from skyflytt.mail.port import Fetched, FolderPath, NewMessage
from tests.faults.ledgers import PROJECT

INBOX: FolderPath = ("INBOX",)
ARKIV: FolderPath = ("Arkiv", "2024")
RECEIVED = datetime(2024, 5, 17, 7, 30, 15, tzinfo=UTC)
SEEN = frozenset({"\\Seen"})


def raw(number: int, text: str = "Hej på er!") -> bytes:
    return (
        f"From: asa@example.com\r\nTo: bo@example.com\r\nSubject: Nummer {number}\r\n"
        f"Date: Fri, 17 May 2024 09:30:00 +0200\r\nMessage-ID: <{number}@example.com>\r\n\r\n{text}\r\n"
    ).encode()


def put(box: Any, folder: FolderPath, *messages: int | bytes, flags: frozenset[str] = frozenset()) -> list[str]:
    """Deliver messages as a server does; their refs."""
    box.ensure_folder(folder, None)
    contents = [raw(one) if isinstance(one, int) else one for one in messages]
    new = [NewMessage(one, flags, RECEIVED + timedelta(minutes=at)) for at, one in enumerate(contents)]
    refs = [answer for answer in box.append(folder, new) if isinstance(answer, str)]
    assert len(refs) == len(messages)
    return refs


def contents(box: Any) -> Counter[tuple[FolderPath, bytes, frozenset[str], datetime]]:
    """Every message with its folder, bytes, flags and time."""
    found: Counter[tuple[FolderPath, bytes, frozenset[str], datetime]] = Counter()
    for folder in box.folders():
        entries = {entry.ref: entry for entry in box.changes(folder.path, None).entries}
        for answer in box.fetch(folder.path, list(entries)):
            assert isinstance(answer, Fetched)
            entry = entries[answer.ref]
            found[folder.path, answer.raw, entry.flags, entry.received] += 1
    return found


def bodies(box: Any) -> Counter[tuple[FolderPath, bytes]]:
    """Every message with its folder and bytes."""
    counted: Counter[tuple[FolderPath, bytes]] = Counter()
    for (folder, content, _, _), count in contents(box).items():
        counted[folder, content] += count
    return counted


class Wrapped:
    """A mailbox of which a test replaces single methods."""

    def __init__(self, mailbox: Any) -> None:
        self.mailbox = mailbox

    def __getattr__(self, name: str) -> Any:
        return getattr(self.mailbox, name)


@dataclass
class Move:
    """`run` is an archive pass and a delivery pass, as the phases run them."""

    ledger: Ledger
    archive_workload: Workload
    workload: Workload
    archive: Any
    source: Any = field(default_factory=MemoryMailbox)
    target: Any = field(default_factory=MemoryMailbox)
    excluded: Callable[[FolderPath], bool] = nothing_excluded
    renamed: Callable[[FolderPath], FolderPath] = same_folder
    removal_limit: float = REMOVAL_LIMIT

    def collect(self) -> Account:
        return ArchivePass(self.ledger, self.archive_workload, self.source, self.archive, self.excluded).run(
            self.source.folders()
        )

    def deliver(self) -> Account:
        target = AppendAfterCutover(self.target, lambda: projects.mode(self.ledger, PROJECT))
        folders = [folder for folder in self.source.folders() if not self.excluded(folder.path)]
        lost = not_archived(self.ledger, self.archive_workload)
        return DeliveryPass(
            self.ledger, self.workload, self.archive, target, folders, lost, self.renamed, self.removal_limit
        ).run()

    def run(self) -> tuple[Account, Account]:
        accounts = self.collect(), self.deliver()
        for account in accounts:
            assert account.source == account.moved + account.skipped + account.failed
        return accounts

    def cut_over(self) -> None:
        assert projects.cut_over(self.ledger, PROJECT, "Åsa")

    def items(self, *states: State) -> list[Item]:
        return list(items.stream(self.ledger, self.workload, *states))

    def codes(self, state: State = State.FAILED) -> Counter[str]:
        return Counter(item.code or "" for item in self.items(state))


def no_answers(*_: object) -> Iterator[Fetched]:
    return iter(())


def refs_of(box: Any, folder: FolderPath) -> Sequence[str]:
    refs: Sequence[str] = box.refs(folder)
    return refs
