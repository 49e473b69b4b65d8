"""Every message of the corpora, malformed ones among them: source → archive → target, and found there again by its identity."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from skyflytt.concern.archive_count import count_archive
from skyflytt.deadline.clock import MovableClock
from skyflytt.ledger import items, projects
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.open import open_ledger
from skyflytt.ledger.schema import State
from skyflytt.ledger.workloads import Workload, ensure_workload
from skyflytt.mail.archive import open_archive
from skyflytt.mail.collect import ArchivePass
from skyflytt.mail.compare import compare
from skyflytt.mail.deliver import DeliveryPass, same_folder
from skyflytt.mail.identity import fingerprint
from skyflytt.mail.listing import not_archived
from skyflytt.mail.port import Fetched, NewMessage
from tests.contract.mail_messages import corpus
from tests.contract.mail_places import PLACES, Place

pytestmark = pytest.mark.long
AT = datetime(2026, 8, 8, 9, 0, tzinfo=UTC)
INBOX = ("INBOX",)
CORPORA = tuple(corpus().values())


@pytest.fixture(scope="module", params=PLACES, ids=lambda place: place.__name__)
def place(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, require_debian: Callable[..., str]
) -> Iterator[Place]:
    with request.param(tmp_path_factory.mktemp("place"), require_debian) as opened:
        yield opened


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = open_ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}", MovableClock(AT))
    projects.ensure_project(opened, "p")
    yield opened
    opened.engine.dispose()


def test_all_of_it_arrives_and_a_second_pass_moves_nothing(place: Place, ledger: Ledger, tmp_path: Path) -> None:
    source_name, target_name = place.new_mailbox("full"), place.new_mailbox("full")
    refused = _fill(place, source_name)
    archived, delivered = ensure_workload(ledger, "p", "archive", "a"), ensure_workload(ledger, "p", "mailbox", "a")

    def run() -> tuple[int, int]:
        with (
            place.source(source_name) as source,
            place.target(target_name) as target,
            open_archive(tmp_path / "a.skymail", "p/a", ledger.clock) as archive,
        ):
            folders = source.folders()
            first = ArchivePass(ledger, archived, source, archive).run(folders)
            lost = not_archived(ledger, archived)
            second = DeliveryPass(ledger, delivered, archive, target, folders, lost).run()
            assert (first.skipped, first.failed, second.skipped) == (0, 0, 0)
            assert second.source == first.source == len(CORPORA) - refused
            difference = compare(archive.entries(), target, same_folder)
            # What a server altered is there once, as something else, and stands as failed.
            assert sum(difference.extra.values()) == sum(difference.missing.values()) == second.failed
            assert place.rewrites or not second.failed
            return first.moved_now + second.moved_now, second.failed

    moved, failed = run()
    assert moved == 2 * (len(CORPORA) - refused) - failed
    assert failed <= _refusable(ledger, delivered)
    assert run() == (0, failed)


def test_what_the_source_has_is_archived_byte_for_byte_and_the_malformed_are_a_concern(
    place: Place, ledger: Ledger, tmp_path: Path
) -> None:
    name = place.new_mailbox("full")
    _fill(place, name)
    workload = ensure_workload(ledger, "p", "archive", "a")
    with (
        place.source(name) as source,
        open_archive(tmp_path / "a.skymail", "p/a", ledger.clock) as archive,
    ):
        ArchivePass(ledger, workload, source, archive).run(source.folders())
        there = {
            one.ref: one.raw
            for one in source.fetch(INBOX, [entry.ref for entry in source.changes(INBOX, None).entries])
            if isinstance(one, Fetched)
        }
        kept = {one.ref: archive.payload(one.digest) for one in archive.entries()}
        assert kept == there
        malformed = count_archive(archive).malformed.total
    # A server that writes messages anew mends some of them, and makes up for it with oddities of its own.
    assert malformed >= (1 if place.rewrites else 20)


def _fill(place: Place, name: str) -> int:
    """Put the corpora into the mailbox; how many of them the server itself would not take."""
    with place.target(name) as mailbox:
        mailbox.ensure_folder(INBOX, None)
        answers = mailbox.append(INBOX, [NewMessage(raw, frozenset(), AT) for raw in CORPORA])
        refused = sum(not isinstance(answer, str) for answer in answers)
        there = Counter(
            fingerprint(one.raw).fingerprint
            for one in mailbox.fetch(INBOX, mailbox.refs(INBOX))
            if isinstance(one, Fetched)
        )
    assert there.total() == len(CORPORA) - refused
    assert refused <= 2
    return refused


def _refusable(ledger: Ledger, workload: Workload) -> int:
    """Messages that failed with the reason that the target rewrites them: they stay failed, and are never written twice."""
    failed = list(items.stream(ledger, workload, State.FAILED))
    assert all(item.code in ("mail.message-altered", "mail.message-refused") for item in failed)
    return len(failed)
