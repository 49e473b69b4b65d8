"""Counting a mailbox, over the mailbox in memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from skyflytt.concern.mailbox_facts import LARGE_MESSAGE_BYTES, MailboxFacts, TargetFacts
from skyflytt.concern.message_count import EPOCH, MessageCount
from skyflytt.errors.mail import FolderRefused, MessageUnreadable
from skyflytt.mail.memory import MemoryMailbox
from skyflytt.mail.port import Fetched, FetchFailure, FolderChanges, FolderPath, FolderRole, NewMessage

NOW = datetime(2026, 8, 8, 9, 0, tzinfo=UTC)
RECENT = NOW - timedelta(days=30)
INBOX = ("INBOX",)


class Watched(MemoryMailbox):
    """Remembers what was fetched; the folders in `refused` do not open."""

    def __init__(self, *refused: FolderPath, **settings: object) -> None:
        super().__init__(**settings)  # type: ignore[arg-type]
        self.fetched: list[tuple[FolderPath, str]] = []
        self.refused = refused

    def changes(self, folder: FolderPath, since: str | None) -> FolderChanges:
        if folder in self.refused:
            raise FolderRefused("/".join(folder), "no rights")
        assert since is None
        return super().changes(folder, since)

    def fetch(self, folder: FolderPath, refs: Sequence[str]) -> Iterator[Fetched | FetchFailure]:
        self.fetched += [(folder, ref) for ref in refs]
        return super().fetch(folder, refs)


def put(mailbox: MemoryMailbox, folder: FolderPath, *sizes: int, received: datetime = NOW) -> None:
    mailbox.ensure_folder(folder, None)
    mailbox.append(folder, [NewMessage(b"x" * size, frozenset(), received) for size in sizes])


def count(mailbox: MemoryMailbox, *excluded: FolderPath, limit: int = LARGE_MESSAGE_BYTES) -> MailboxFacts:
    told: list[tuple[int, int]] = []
    counting = MessageCount("anna", TargetFacts(True), limit, lambda folder: folder in excluded, RECENT)
    facts = counting.run(mailbox, lambda done, of: told.append((done, of)))
    total = sum(folder.message_count for folder in mailbox.folders())
    assert told[-1] == (total, total)
    return facts


def test_folders_totals_and_dates() -> None:
    mailbox = Watched()
    put(mailbox, INBOX, 10, 20, received=RECENT - timedelta(days=400))
    put(mailbox, ("Arkiv", "2024"), 300)
    put(mailbox, ("Junk",), 5_000, 6_000)
    put(mailbox, ("Okänt",), 1, received=EPOCH)
    facts = count(mailbox, ("Junk",))
    assert [(f.path, f.role, f.messages, f.size_bytes, f.excluded) for f in facts.folders] == [
        (("Arkiv",), FolderRole.ARCHIVE, 0, 0, False),
        (("Arkiv", "2024"), None, 1, 300, False),
        (INBOX, FolderRole.INBOX, 2, 30, False),
        (("Junk",), FolderRole.JUNK, 2, 11_000, True),
        (("Okänt",), None, 1, 1, False),
    ]
    assert (facts.messages, facts.size_bytes) == (6, 11_331)
    amount = facts.amount()
    assert (amount.label, amount.items, amount.size_bytes) == ("mailbox anna", 4, 331)
    assert (facts.oldest, facts.newest) == (RECENT - timedelta(days=400), NOW)
    assert (facts.recent_messages, facts.recent_bytes) == (1, 300)
    assert [one.size_bytes for one in facts.largest] == [300, 20, 10, 1]
    assert facts.largest[0].name == "Arkiv/2024/3:1"


def test_large_messages_are_counted_beyond_the_ten_largest() -> None:
    mailbox = Watched()
    put(mailbox, INBOX, *range(90, 115))
    facts = count(mailbox, limit=100)
    assert facts.large.total == 14
    assert len(facts.largest) == 10


def test_only_a_small_sample_is_fetched_and_never_from_excluded_folders() -> None:
    mailbox = Watched()
    put(mailbox, INBOX, *([1_000] * 500))
    put(mailbox, ("Junk",), *([1_000] * 500))
    measured = count(mailbox, ("Junk",)).measured
    assert len(mailbox.fetched) == measured.sampled == 20
    assert measured.sampled_bytes == 20_000
    assert {folder for folder, _ in mailbox.fetched} == {INBOX}
    assert (measured.listed, measured.sampling_seconds > 0, measured.listing_seconds > 0) == (1_000, True, True)


def test_the_sample_stays_below_two_megabytes() -> None:
    mailbox = Watched()
    put(mailbox, INBOX, *([900_000] * 30), 2_000_001)
    measured = count(mailbox).measured
    assert (measured.sampled, measured.sampled_bytes) == (2, 1_800_000)
    only_large = Watched()
    put(only_large, INBOX, 2_000_001)
    assert count(only_large).measured.sampled == 0
    assert only_large.fetched == []


def test_a_refused_folder_is_named_and_the_rest_counted() -> None:
    mailbox = Watched(("Delat",))
    put(mailbox, ("Delat",), 10, 10)
    put(mailbox, INBOX, 10)
    facts = count(mailbox)
    (refused,) = [folder for folder in facts.folders if folder.refused]
    assert (refused.path, refused.refused, refused.messages) == (("Delat",), "mail.folder-refused", 2)
    assert facts.amount().items == 1


def test_a_message_that_the_source_cannot_give_is_left_out_of_the_sample() -> None:
    mailbox = Watched(refuse_fetch=lambda ref, raw: MessageUnreadable(ref, "damaged") if len(raw) == 7 else None)
    put(mailbox, INBOX, 7, 8)
    measured = count(mailbox).measured
    assert (measured.sampled, measured.sampled_bytes) == (1, 8)
