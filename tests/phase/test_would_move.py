"""A dry run finds what the pass after it does, and leaves ledger, archive and target as they were. One migration, its tests in order."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from dataclasses import replace

import pytest

from skyflytt.errors.advice import advice_of
from skyflytt.errors.ledger import PassRunning
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.passes import counts, last_account, running_pass
from skyflytt.ledger.progress import untold
from skyflytt.ledger.workloads import Workload
from skyflytt.mail.maildir import open_maildir
from skyflytt.phase.archive_mailbox import archive_mailbox
from skyflytt.phase.failed import failed_items, reasons
from skyflytt.phase.migration import Migration
from skyflytt.phase.move_mailbox import move_mailbox
from skyflytt.phase.move_share import move_share
from skyflytt.phase.said import Reason
from skyflytt.phase.would_move import CONTENT_UNREAD, WouldMove, would_move_mailbox, would_move_share
from tests.contract.mail_messages import message, new
from tests.phase.discovered import make_mailbox, migration

PLACES = {side: {"server": f"{when}-files", "path": "company"} for side, when in (("source", "old"), ("target", "new"))}
SHARE = {"name": "company", **PLACES}


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Migration]:
    root = tmp_path_factory.mktemp("would")
    for name in ("old-files/company/sub", "new-files"):
        (root / name).mkdir(parents=True)
    for number in range(4):
        (root / "old-files" / "company" / "sub" / f"{number}.txt").write_text(f"file {number}")
    make_mailbox(root, "new")
    with open_maildir(make_mailbox(root, "old")) as mailbox:
        mailbox.append(("INBOX",), [new(message(number)) for number in range(5)])
    with migration(root, shares=[SHARE], applications=[]) as opened:
        yield opened


class Told:
    """Progress that counts bytes."""

    size_bytes = 0

    def __call__(self, done: int, of: int) -> None:
        assert done <= of

    def moved(self, size_bytes: int) -> None:
        self.size_bytes += size_bytes


def state_of(opened: Migration) -> dict[str, object]:
    """Every file of the new home, every row of the archive, and how many items of the ledger stand in each state."""
    root, labels = opened.workspace.parent, (("mailbox", "info"), ("archive", "info"), ("share", "company"))
    files = [path for name in ("new-files", "new-mail") for path in (root / name).rglob("*") if path.is_file()]
    found: dict[str, object] = {str(path): path.read_bytes() for path in files}
    found |= {f"{kind} {name}": counts(opened.ledger, opened.workload(kind, name)) for kind, name in labels}
    if (archive := opened.workspace / "archives" / "info.skymail").exists():
        with contextlib.closing(sqlite3.connect(archive)) as connection:
            found["archive"] = list(connection.iterdump())
    return found


def test_it_may_look_while_a_pass_runs(opened: Migration) -> None:
    with running_pass(opened.ledger, opened.workload("share", "company")):
        with pytest.raises(PassRunning):
            move_share(opened, "company", untold)
        assert would_move_share(opened, "company", untold).new == 5


def test_of_a_share_before_and_after_its_first_pass(opened: Migration) -> None:
    before = state_of(opened)
    assert would_move_share(opened, "company", untold) == WouldMove("share company", new=5)
    assert state_of(opened) == before
    told = Told()
    assert move_share(opened, "company", told).moved_now == 5
    assert told.size_bytes == 4 * len("file 0"), "who shows progress learns how many bytes went through"
    assert would_move_share(opened, "company", untold).nothing


def test_of_a_share_what_is_new_changed_and_gone(opened: Migration) -> None:
    files = opened.workspace.parent / "old-files" / "company" / "sub"
    (files / "new.txt").write_text("new")
    (files / "0.txt").write_text("another content")
    (files / "1.txt").unlink()
    before = state_of(opened)
    assert would_move_share(opened, "company", untold) == WouldMove("share company", new=1, changed=1, gone=1)
    assert state_of(opened) == before
    assert move_share(opened, "company", untold).moved_now == 2


def test_of_a_mailbox_before_and_after_its_first_pass(opened: Migration) -> None:
    before = state_of(opened)
    assert would_move_mailbox(opened, "info", untold) == WouldMove("mailbox info", new=5)
    assert state_of(opened) == before
    assert not (opened.workspace / "archives").exists()
    told = Told()
    assert move_mailbox(opened, "info", told).moved_now == 5
    assert told.size_bytes == 2 * sum(len(message(number)) for number in range(5)), "into the archive, and out of it"
    assert would_move_mailbox(opened, "info", untold).nothing


def test_of_a_mailbox_what_is_new_changed_and_gone(opened: Migration) -> None:
    with open_maildir(opened.workspace.parent / "old-mail" / "info") as mailbox:
        refs = list(mailbox.refs(("INBOX",)))
        mailbox.append(("INBOX",), [new(message(7))])
        mailbox.set_flags(("INBOX",), refs[0], frozenset({"\\Flagged"}))
        mailbox.delete(("INBOX",), [refs[1]])
    before = state_of(opened)
    assert would_move_mailbox(opened, "info", untold) == WouldMove("mailbox info", new=1, changed=1, gone=1)
    assert state_of(opened) == before


def test_what_was_only_fetched_waits(opened: Migration) -> None:
    """An export had it first: at the source nothing is new then, and at the new home it is all the same."""
    assert archive_mailbox(opened, "info", untold).moved_now == 2
    before = state_of(opened)
    assert would_move_mailbox(opened, "info", untold) == WouldMove("mailbox info", gone=1, waiting=2)
    assert state_of(opened) == before
    assert move_mailbox(opened, "info", untold).moved_now == 2
    assert would_move_mailbox(opened, "info", untold).nothing


def test_what_a_pass_left_over_is_told(opened: Migration) -> None:
    root = opened.workspace.parent
    (root / "old-files" / "company" / "sub" / "left.txt").write_text("left")
    (root / "new-files" / "company" / "sub" / "left.txt").mkdir()  # a folder stands where the file belongs
    assert move_share(opened, "company", untold).failed == 1
    assert would_move_share(opened, "company", untold) == WouldMove("share company", waiting=1)
    (row,) = failed_items(opened.ledger, [account] if (account := last_account(*_company(opened))) else [])
    assert (row["where"], row["item"], row["what to do"]) == ("share company", "sub/left.txt", advice_of(row["code"]))
    assert row["code"].startswith("files.")
    assert reasons(opened.ledger, [account] if account else []) == [Reason(row["code"], "company")]


def test_content_that_only_a_pass_reads_is_said_to_be_unread(opened: Migration) -> None:
    share = opened.project.share("company").model_copy(update={"detect": "digest"})
    careful = replace(opened, project=opened.project.model_copy(update={"shares": (share,)}))
    assert would_move_share(careful, "company", untold).remark == CONTENT_UNREAD


def _company(opened: Migration) -> tuple[Ledger, Workload]:
    return opened.ledger, opened.workload("share", "company")
