"""The road on this machine's disk alone: no server, no Prefect. What each phase does to a mailbox and a share, and refuses to."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from skyflytt.deadline.table import set_deadlines
from skyflytt.deadline.terms import ERASURE, contract_deadlines
from skyflytt.decommission.countdown import WARNING_DAYS, note_warned
from skyflytt.decommission.erase import deletions
from skyflytt.decommission.holds import Hold, HoldAnswer
from skyflytt.decommission.plan import planned_workloads
from skyflytt.drop.rows import DropState, change_in, ensure_drop
from skyflytt.errors.decommission import DecommissionRefused
from skyflytt.errors.ledger import SourceErased, SourceReadOnly
from skyflytt.ledger import projects
from skyflytt.ledger.schema import Mode
from skyflytt.mail.maildir import open_maildir
from skyflytt.mail.port import NewMessage
from skyflytt.phase import erasure, stores
from skyflytt.phase.archive_mailbox import archive_mailbox
from skyflytt.phase.check_mailbox import check_mailbox
from skyflytt.phase.decide import About, Decision, decide
from skyflytt.phase.export_mailbox import export_mailbox
from skyflytt.phase.migration import Migration
from skyflytt.phase.move_mailbox import move_mailbox
from skyflytt.phase.move_share import move_share
from skyflytt.phase.verify_share import verify_share
from tests.phase import discovered


def quietly(_done: int, _of: int) -> None:
    """No progress."""


@pytest.fixture
def migration(tmp_path: Path) -> Iterator[Migration]:
    discovered.fill_mailbox(tmp_path)
    discovered.make_mailbox(tmp_path, "new")
    for share in ("homes", "company"):
        folder = tmp_path / "old-files" / share / "Avtal"
        folder.mkdir(parents=True)
        (folder / "Åhléns.pdf").write_bytes(b"avtal " * 500)
        (folder / "utkast.tmp").write_bytes(b"left behind")
        (tmp_path / "new-files" / share).mkdir(parents=True)
    with discovered.migration(tmp_path, drops=[], exports={"formats": ["pst", "eml", "mbox"]}) as opened:
        yield opened


def tree(root: Path) -> dict[str, str]:
    return {
        str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


def test_passes_move_everything_once_and_leave_the_source_alone(migration: Migration, tmp_path: Path) -> None:
    before = tree(tmp_path / "old-mail") | tree(tmp_path / "old-files")
    mail, share = move_mailbox(migration, "info", quietly), move_share(migration, "homes", quietly)
    assert mail.source == mail.moved + mail.skipped
    assert (share.source, share.moved, share.skipped) == (3, 2, 1)
    again = move_mailbox(migration, "info", quietly), move_share(migration, "homes", quietly)
    assert [one.moved_now for one in again] == [0, 0]
    assert check_mailbox(migration, "info").missing == {}
    assert verify_share(migration, "homes").files == 1
    assert tree(tmp_path / "old-mail") | tree(tmp_path / "old-files") == before


def test_export_holds_every_archived_message(migration: Migration) -> None:
    account = archive_mailbox(migration, "info", quietly)
    written = export_mailbox(migration, "info")
    assert {kind: report.count for kind, report in written.items()} == dict.fromkeys(
        ("pst", "eml", "mbox"), account.moved
    )
    assert len(list((migration.workspace / "exports" / "info" / "eml").rglob("*.eml"))) == account.moved


def test_no_path_writes_to_a_source(migration: Migration) -> None:
    with stores.open_source(migration, migration.project.share("homes")) as source:
        with pytest.raises(SourceReadOnly):
            source.remove("Avtal/Åhléns.pdf")
        with pytest.raises(SourceReadOnly):
            source.write("new.txt")


def test_a_file_changed_or_lost_at_the_target_is_seen(migration: Migration, tmp_path: Path) -> None:
    move_share(migration, "homes", quietly)
    copy = tmp_path / "new-files" / "homes" / "Avtal" / "Åhléns.pdf"
    copy.write_bytes(b"other")
    assert verify_share(migration, "homes").changed == ("Avtal/Åhléns.pdf",)
    copy.unlink()
    assert verify_share(migration, "homes").missing == ("Avtal/Åhléns.pdf",)


def test_after_the_cutover_nothing_at_the_target_goes_away(migration: Migration, tmp_path: Path) -> None:
    move_mailbox(migration, "info", quietly)
    move_share(migration, "homes", quietly)
    projects.cut_over(migration.ledger, migration.name, "Bengt Öberg")
    assert projects.mode(migration.ledger, migration.name) is Mode.APPEND
    with open_maildir(tmp_path / "new-mail" / "info") as mailbox:
        mailbox.append(("INBOX",), [NewMessage(b"Subject: new here\n\n", frozenset(), discovered.AT)])
        there = set(mailbox.refs(("INBOX",)))
    with open_maildir(tmp_path / "old-mail" / "info") as mailbox:
        mailbox.delete(("INBOX",), mailbox.refs(("INBOX",))[:5])
        mailbox.append(("INBOX",), [NewMessage(b"Subject: late\n\n", frozenset(), discovered.AT)])
    (tmp_path / "old-files" / "homes" / "Avtal" / "Åhléns.pdf").unlink()
    mail, share = move_mailbox(migration, "info", quietly), move_share(migration, "homes", quietly)
    assert (mail.moved_now, share.moved_now) == (1, 0)
    with open_maildir(tmp_path / "new-mail" / "info") as mailbox:
        assert there < set(mailbox.refs(("INBOX",)))
    assert verify_share(migration, "homes").files == 0
    assert (tmp_path / "new-files" / "homes" / "Avtal" / "Åhléns.pdf").exists()


def test_deletion_is_refused_until_everything_holds_and_then_proven(migration: Migration, tmp_path: Path) -> None:
    for share in ("homes", "company"):
        move_share(migration, share, quietly)
    move_mailbox(migration, "info", quietly)
    refused = erasure.why_not(erasure.situation(migration))
    assert len(refused) >= 4
    with pytest.raises(DecommissionRefused):
        erasure.leave(erasure.situation(migration))
    assert tree(tmp_path / "old-files")

    _decide_everything(migration)
    given = erasure.leave(erasure.situation(migration))
    for workload in planned_workloads(migration.ledger, migration.name):
        assert erasure.erase_place(migration, given, workload).completed
    assert tree(tmp_path / "old-files") == {}
    record = erasure.write_deletion_record(migration).read_text()
    assert given.plan.hash in record
    assert "info" not in record
    assert all(one.completed for one in deletions(migration.ledger, migration.name))
    with pytest.raises(SourceErased):
        move_mailbox(migration, "info", quietly)
    with pytest.raises(SourceErased):
        move_share(migration, "homes", quietly)


def _decide_everything(migration: Migration) -> None:
    projects.cut_over(migration.ledger, migration.name, "Bengt Öberg")
    wanted = contract_deadlines(migration.project.contract, migration.project.zone)
    set_deadlines(migration.ledger, migration.name, wanted, by="test")
    migration.clock.move_to(next(one.at for one in wanted if one.name == ERASURE) + timedelta(hours=1))  # type: ignore[attr-defined]
    ensure_drop(migration.ledger, migration.name, "handover", by="test")
    with migration.ledger.writing() as connection:
        closed = {"state": DropState.CLOSED, "closed_at": migration.clock.now()}
        change_in(connection, migration.name, "handover", closed)
    decide(migration, Decision.WAIVE_RECEIPT, "Anna Åström")
    for hold in Hold:
        decide(migration, Decision.HOLD, "Anna Åström", About(hold=hold, answer=HoldAnswer.NONE, reason="looked at"))
    end = migration.clock.now()
    for days in WARNING_DAYS:
        migration.clock.move_to(end - timedelta(days=days))  # type: ignore[attr-defined]
        note_warned(migration.ledger, migration.name, days, end, ["<1@nya.example>"], by="test")
    migration.clock.move_to(end)  # type: ignore[attr-defined]
    decide(migration, Decision.DELETION, "Anna Åström")
    decide(migration, Decision.DELETION, "Bengt Öberg")
