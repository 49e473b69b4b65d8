"""From a real pass to a certified deletion: files on disk and a mailbox, killed in between, and every way in which it must not go on."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert

from skyflytt.deadline.clock import MovableClock
from skyflytt.deadline.table import set_deadlines
from skyflytt.deadline.terms import ERASURE, Deadline
from skyflytt.decommission.countdown import WARNING_DAYS, note_warned
from skyflytt.decommission.erase import deletion, deletions, differences, erase
from skyflytt.decommission.eraser import Eraser, FilesEraser, MailEraser, Present
from skyflytt.decommission.holds import HOLDS, HoldAnswer, answer_hold, hold_answers
from skyflytt.decommission.interlock import Permit, permit
from skyflytt.decommission.plan import Plan, make_plan
from skyflytt.decommission.record import deletion_record, write_record
from skyflytt.decommission.situation import look
from skyflytt.errors.connection import ConnectionLost
from skyflytt.errors.decommission import (
    DecommissionRefused,
    HoldUnknown,
    NotCertified,
    NotInPlan,
    PlanChanged,
    StillThere,
)
from skyflytt.errors.playbook import ApproverMissing
from skyflytt.evidence.write import write_evidence
from skyflytt.files.local import LocalStore, open_local
from skyflytt.files.memory import MemoryStore
from skyflytt.files.passes import SharePass
from skyflytt.ledger import items, passes
from skyflytt.ledger.items import Done, Seen
from skyflytt.ledger.journal import entries
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.open import open_ledger
from skyflytt.ledger.projects import cut_over, ensure_project
from skyflytt.ledger.schema import Intent, Verified, drop
from skyflytt.ledger.workloads import Workload, ensure_workload
from skyflytt.mail.keys import message_key
from skyflytt.mail.memory import MemoryMailbox
from skyflytt.mail.port import FolderPath, NewMessage
from skyflytt.playbook.approvals import approve, deletion_of
from skyflytt.project.servers import LocalServer

ERASE_AT = datetime(2026, 11, 10, 23, tzinfo=UTC)
FILES = {"Åsa/avtal/2024.pdf": b"avtal", "Åsa/avtal.txt": b"txt", "Bo/tom": b"", "a.txt": b"a", "😀.txt": b"e"}


@dataclass
class Move:
    """A project whose share and mailbox were moved, and the source that is still there."""

    ledger: Ledger
    clock: MovableClock
    root: Path
    share: Workload
    mailbox: Workload
    source: LocalStore
    post: MemoryMailbox
    erasers: dict[str, Eraser] = field(default_factory=dict)

    def approved(self) -> Plan:
        """Everything that the interlock asks for."""
        plan = make_plan(self.ledger, "norrsken")
        for person in ("Anna Åström", "Ingrid Solberg"):
            approve(self.ledger, "norrsken", deletion_of(plan.hash), person)
        return plan

    def permit(self, plan_hash: str) -> Permit:
        unplanned = {
            one.label: differences(self.ledger, one, self.erasers[one.label]) for one in (self.share, self.mailbox)
        }
        return permit(look(self.ledger, "norrsken", plan_hash, evidence=self.root / "evidence", unplanned=unplanned))

    def files_left(self) -> list[str]:
        return sorted(str(path.relative_to(self.root / "old")) for path in (self.root / "old").rglob("*"))


@pytest.fixture(scope="session")
def moved_once(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, MemoryMailbox]:
    """A moved project with all that the interlock asks for but the approvals, made once and copied for each test."""
    root = tmp_path_factory.mktemp("moved")
    clock = MovableClock(datetime(2026, 8, 8, 9, tzinfo=ZoneInfo("Europe/Stockholm")))
    ledger = open_ledger(f"sqlite:///{root / 'ledger.sqlite'}", clock)
    ensure_project(ledger, "norrsken")
    for path, content in FILES.items():
        (root / "old" / path).parent.mkdir(parents=True, exist_ok=True)
        (root / "old" / path).write_bytes(content)
    share = ensure_workload(ledger, "norrsken", "share", "homes")
    post = moved_mailbox(ledger, ensure_workload(ledger, "norrsken", "mailbox", "anna"))
    with open_local(LocalServer(kind="local", root=root / "old")) as source:
        SharePass(ledger, share, source, MemoryStore()).run()
    cut_over(ledger, "norrsken", "Anna Åström")
    set_deadlines(ledger, "norrsken", [Deadline(ERASURE, ERASE_AT, "by the contract")], by="test")
    with ledger.writing() as connection:
        row = {"project": "norrsken", "name": "handover", "state": "closed", "receipt": "{}", "closure_proof": "{}"}
        connection.execute(insert(drop).values(**row))
    for hold in HOLDS:
        answer_hold(ledger, "norrsken", hold, HoldAnswer.NONE, by="Anna Åström", reason="looked at", country="SE")
    for days in WARNING_DAYS:
        clock.move_to(ERASE_AT - timedelta(days=days))
        note_warned(ledger, "norrsken", days, ERASE_AT, ["<1@nya.example>"], by="advance")
    write_evidence(ledger, "norrsken", root / "evidence")
    ledger.engine.dispose()
    return root, post


@pytest.fixture
def move(moved_once: tuple[Path, MemoryMailbox], tmp_path: Path) -> Iterator[Move]:
    root, clock = tmp_path / "moved", MovableClock(ERASE_AT)
    shutil.copytree(moved_once[0], root)  # with the files' times, which the plan knows
    ledger, post = open_ledger(f"sqlite:///{root / 'ledger.sqlite'}", clock), deepcopy(moved_once[1])
    share = ensure_workload(ledger, "norrsken", "share", "homes")
    mailbox = ensure_workload(ledger, "norrsken", "mailbox", "anna")
    with open_local(LocalServer(kind="local", root=root / "old")) as source:
        erasers: dict[str, Eraser] = {share.label: FilesEraser(source), mailbox.label: MailEraser(post)}
        yield Move(ledger, clock, root, share, mailbox, source, post, erasers)
    ledger.engine.dispose()


def moved_mailbox(ledger: Ledger, mailbox: Workload) -> MemoryMailbox:
    """Five messages in two folders, as a pass has listed and moved them."""
    post, received = MemoryMailbox(), datetime(2026, 1, 1, tzinfo=UTC)
    archive = post.ensure_folder(("Arkiv/gammalt", "2024"), None)
    for number in range(5):
        folder = archive if number % 2 else ("INBOX",)
        post.append(folder, [NewMessage(f"Subject: {number}\r\n\r\n".encode(), frozenset(), received)])
    keys = sorted((present.key for present in MailEraser(post).present()), key=str.encode)
    with passes.running_pass(ledger, mailbox) as running:
        items.record_new(ledger, mailbox, [Seen(key, "", 20) for key in keys])
        items.start(ledger, running, keys, Intent.PUT)
        items.finish(ledger, running, [Done(key, key, Verified.FINGERPRINT, f"f{key}") for key in keys])
        passes.end(ledger, running, len(keys))
    return post


def erase_both(move: Move, given: Permit) -> None:
    for workload in (move.share, move.mailbox):
        erase(move.ledger, given, workload, move.erasers[workload.label], by="advance")


def test_everything_planned_is_deleted_and_certified(move: Move) -> None:
    plan = move.approved()
    erase_both(move, move.permit(plan.hash))
    assert move.files_left() == []
    assert [ref for folder in move.post.folders() for ref in move.post.refs(folder.path)] == []
    record = deletion_record(move.ledger, "norrsken", {"Anna Åström": "approver"})
    assert record["objects"] == plan.objects == sum(place["deleted"] for place in record["places"]) == 5 + 5 + 3
    assert (record["remaining"], record["plan_sha256"], record["clock"]) == (0, plan.hash, "movable")
    assert record["method"] == "logical deletion and verified absence"
    assert [(one["number"], one["role"]) for one in record["approvals"]] == [(1, "approver"), (2, None)]
    assert [one["days_before"] for one in record["warnings"]] == [30, 7, 1]
    assert {one["hold"]: one["law"] for one in record["holds"]}["bookkeeping"].startswith("Bokföringslagen")
    actions = [entry.action for entry in entries(move.ledger, "norrsken")]
    assert actions[-4:] == ["deletion-started", "deletion-completed"] * 2


def test_the_record_names_no_object_and_no_mailbox(move: Move) -> None:
    erase_both(move, move.permit(move.approved().hash))
    file = write_record(move.root, deletion_record(move.ledger, "norrsken"))
    text = (move.root / file.name).read_text()
    assert json.loads(text)["places"][0]["kind"] == "mailbox"
    for word in ("mailbox anna", "avtal", "homes", "INBOX", "Anna", "Ingrid", "Solberg", "@", "looked at"):
        assert word not in text


def test_a_second_run_deletes_nothing_and_says_the_same(move: Move) -> None:
    given = move.permit(move.approved().hash)
    erase_both(move, given)
    before = deletions(move.ledger, "norrsken")
    move.clock.advance(timedelta(days=1))
    (move.root / "old" / "new.txt").write_text("somebody else's")
    erase_both(move, given)
    assert deletions(move.ledger, "norrsken") == before
    assert move.files_left() == ["new.txt"]


@dataclass
class CutOff:
    """An eraser whose connection breaks after some deletions."""

    eraser: Eraser
    after: int

    def present(self) -> Iterator[Present]:
        return self.eraser.present()

    def delete(self, keys: Sequence[str]) -> None:
        self.eraser.delete(list(keys)[: self.after])
        raise ConnectionLost("old", "cut off")

    def clear_away(self) -> None:
        self.eraser.clear_away()


@pytest.mark.parametrize("after", [0, 3, 100])
def test_what_was_cut_off_is_finished_by_the_next_run_and_not_certified_before(move: Move, after: int) -> None:
    plan = move.approved()
    given = move.permit(plan.hash)
    for workload in (move.share, move.mailbox):
        with pytest.raises(ConnectionLost):
            erase(move.ledger, given, workload, CutOff(move.erasers[workload.label], after), by="advance")
        row = deletion(move.ledger, workload)
        assert row is not None
        assert not row.completed
    with pytest.raises(NotCertified, match="mailbox anna, share homes"):
        deletion_record(move.ledger, "norrsken")
    erase_both(move, move.permit(plan.hash))
    assert move.files_left() == []
    assert deletion_record(move.ledger, "norrsken")["remaining"] == 0


KILLED = """
import os, pathlib, signal, sys
from skyflytt.deadline.clock import MovableClock
from skyflytt.decommission.erase import erase
from skyflytt.decommission.eraser import FilesEraser
from skyflytt.decommission.interlock import Permit
from skyflytt.decommission.plan import make_plan
from skyflytt.files.local import open_local
from skyflytt.ledger.open import open_ledger
from skyflytt.ledger.workloads import ensure_workload
from skyflytt.project.servers import LocalServer
from datetime import UTC, datetime

root, when = pathlib.Path(sys.argv[1]), sys.argv[2]
ledger = open_ledger(f"sqlite:///{root / 'ledger.sqlite'}", MovableClock(datetime(2026, 11, 11, tzinfo=UTC)))

class Killed(FilesEraser):
    def delete(self, keys):
        if when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        super().delete(keys[: len(keys) // 2] if when == "between" else keys)
        os.kill(os.getpid(), signal.SIGKILL)

with open_local(LocalServer(kind="local", root=root / "old")) as store:
    permit = Permit(make_plan(ledger, "norrsken"), ("Anna Åström", "Ingrid Solberg"))
    erase(ledger, permit, ensure_workload(ledger, "norrsken", "share", "homes"), Killed(store), by="advance")
"""


@pytest.mark.parametrize("when", ["before", "between", "after"])
def test_a_killed_process_leaves_started_and_the_next_one_ends_it(move: Move, when: str) -> None:
    plan = move.approved()
    given = move.permit(plan.hash)
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(move.root), when], cwd=Path(__file__).parents[2], check=False
    )
    assert killed.returncode == -signal.SIGKILL
    row = deletion(move.ledger, move.share)
    assert row is not None
    assert row.state == "started"
    assert (len(move.files_left()) == 0) == (when == "after")
    with pytest.raises(NotCertified):
        deletion_record(move.ledger, "norrsken")
    assert erase(move.ledger, given, move.share, move.erasers["share homes"], by="advance").completed
    assert move.files_left() == []


def test_a_new_file_at_the_source_stops_everything_before_the_first_delete(move: Move) -> None:
    plan = move.approved()
    given = move.permit(plan.hash)
    (move.root / "old" / "Bo" / "ny.txt").write_text("new")
    before = move.files_left()
    with pytest.raises(DecommissionRefused, match=r"share homes \(1\)"):
        move.permit(plan.hash)
    with pytest.raises(NotInPlan, match=r"Bo/ny\.txt"):
        erase(move.ledger, given, move.share, move.erasers["share homes"], by="advance")
    assert move.files_left() == before
    assert deletion(move.ledger, move.share) is None


def test_a_changed_or_missing_file_counts_as_activity(move: Move) -> None:
    os.utime(move.root / "old" / "a.txt", (1, 1))
    assert differences(move.ledger, move.share, move.erasers["share homes"]) == 2  # as it is now, and as it was
    (move.root / "old" / "a.txt").unlink()
    assert differences(move.ledger, move.share, move.erasers["share homes"]) == 1


def test_a_new_message_stops_everything(move: Move) -> None:
    given = move.permit(move.approved().hash)
    move.post.append(("INBOX",), [NewMessage(b"Subject: new\r\n\r\n", frozenset(), ERASE_AT)])
    with pytest.raises(NotInPlan):
        erase(move.ledger, given, move.mailbox, move.erasers["mailbox anna"], by="advance")
    assert len(move.post.refs(("INBOX",))) == 4


def test_what_comes_while_deleting_is_left_alone_and_nothing_is_certified(move: Move) -> None:
    given = move.permit(move.approved().hash)
    with pytest.raises(ConnectionLost):
        erase(move.ledger, given, move.share, CutOff(move.erasers["share homes"], 2), by="advance")
    (move.root / "old" / "ny.txt").write_text("new")
    with pytest.raises(StillThere, match="1 objects"):
        erase(move.ledger, given, move.share, move.erasers["share homes"], by="advance")
    assert move.files_left() == ["ny.txt"]
    with pytest.raises(NotCertified):
        deletion_record(move.ledger, "norrsken")


def test_an_approval_holds_for_one_plan_only(move: Move) -> None:
    plan = move.approved()
    assert make_plan(move.ledger, "norrsken") == plan
    (move.root / "old" / "more.txt").write_text("more")
    SharePass(move.ledger, move.share, move.source, MemoryStore()).run()
    write_evidence(move.ledger, "norrsken", move.root / "evidence")
    assert make_plan(move.ledger, "norrsken").hash != plan.hash
    with pytest.raises(DecommissionRefused, match="0 of two different people"):
        move.permit(plan.hash)


def test_a_started_deletion_does_not_go_on_for_another_plan(move: Move) -> None:
    given = move.permit(move.approved().hash)
    with pytest.raises(ConnectionLost):
        erase(move.ledger, given, move.share, CutOff(move.erasers["share homes"], 1), by="advance")
    other = Permit(Plan("norrsken", given.plan.places, "f" * 64), given.approvers)
    with pytest.raises(PlanChanged):
        erase(move.ledger, other, move.share, move.erasers["share homes"], by="advance")


def test_a_permit_alone_is_not_believed(move: Move) -> None:
    plan = make_plan(move.ledger, "norrsken")
    approve(move.ledger, "norrsken", deletion_of(plan.hash), "Anna Åström")
    made_up = Permit(plan, ("Anna Åström", "Ingrid Solberg"))
    with pytest.raises(DecommissionRefused, match="1 of two different people"):
        erase(move.ledger, made_up, move.share, move.erasers["share homes"], by="advance")
    move.approved()
    items.record_changed(move.ledger, move.share, [Seen("a.txt", "another", 1)])
    with pytest.raises(PlanChanged):
        erase(move.ledger, made_up, move.share, move.erasers["share homes"], by="advance")
    assert deletions(move.ledger, "norrsken") == []


def test_evidence_that_is_older_than_the_ledger_does_not_hold(move: Move) -> None:
    (move.root / "old" / "more.txt").write_text("more")
    SharePass(move.ledger, move.share, move.source, MemoryStore()).run()
    with pytest.raises(DecommissionRefused, match="the manifest of share homes is older than the ledger"):
        move.permit(move.approved().hash)


def test_evidence_that_was_altered_does_not_hold(move: Move) -> None:
    (move.root / "evidence" / "accounts.json").write_text("[]")
    with pytest.raises(DecommissionRefused, match=r"accounts\.json was altered"):
        move.permit(move.approved().hash)


def test_the_newest_answer_to_a_hold_counts(move: Move) -> None:
    answer_hold(move.ledger, "norrsken", "bookkeeping", HoldAnswer.KEEP, by="Bengt Öberg", reason="a suit")
    with pytest.raises(DecommissionRefused, match="bookkeeping"):
        move.permit(move.approved().hash)
    answer_hold(move.ledger, "norrsken", "bookkeeping", HoldAnswer.SETTLED, by="Bengt Öberg", reason="with the lawyer")
    assert hold_answers(move.ledger, "norrsken")["bookkeeping"].answer is HoldAnswer.SETTLED
    assert move.permit(move.approved().hash)


def test_holds_take_known_questions_and_named_people(ledger: Ledger) -> None:
    with pytest.raises(HoldUnknown):
        answer_hold(ledger, "norrsken", "weather", HoldAnswer.NONE, by="Anna Åström", reason="sunny")
    with pytest.raises(ApproverMissing):
        answer_hold(ledger, "norrsken", "bookkeeping", HoldAnswer.NONE, by=" ", reason="looked at")


def test_a_plan_covers_keys_versions_and_states(ledger: Ledger) -> None:
    share = ensure_workload(ledger, "norrsken", "share", "homes")
    items.record_new(ledger, share, [Seen("a", "1", 1), Seen("b", "1", 2)])
    hashes = {make_plan(ledger, "norrsken").hash}
    items.record_changed(ledger, share, [Seen("b", "2", 2)])
    hashes.add(make_plan(ledger, "norrsken").hash)
    items.record_gone(ledger, share, ["b"])
    plan = make_plan(ledger, "norrsken")
    assert len(hashes | {plan.hash}) == 3
    assert (plan.objects, plan.bytes) == (1, 1)


def test_folders_of_a_mailbox_go_where_the_system_offers_it(move: Move) -> None:
    removed: list[tuple[str, ...]] = []
    eraser = MailEraser(move.post, removed.append)
    erase(move.ledger, move.permit(move.approved().hash), move.mailbox, eraser, by="advance")
    assert ("Arkiv/gammalt", "2024") in removed
    assert ("INBOX",) not in removed
    assert message_key(("Arkiv/gammalt", "2024"), "1") == "Arkiv%2Fgammalt/2024/1"


class SlashedRefs(MemoryMailbox):
    """A mailbox whose refs hold slashes, as an Exchange's ids do."""

    def refs(self, folder: FolderPath) -> Sequence[str]:
        return [f"AAMk/{ref}/=" for ref in super().refs(folder)]

    def delete(self, folder: FolderPath, refs: Sequence[str]) -> None:
        super().delete(folder, [ref.removeprefix("AAMk/").removesuffix("/=") for ref in refs])


def test_a_ref_may_hold_slashes() -> None:
    post = SlashedRefs()
    folder = post.ensure_folder(("Arkiv", "A/B"), None)
    post.append(folder, [NewMessage(b"Subject: x\r\n\r\n", frozenset(), datetime(2026, 1, 1, tzinfo=UTC))] * 3)
    eraser = MailEraser(post)
    first, *rest = [present.key for present in eraser.present()]
    eraser.delete([first])
    assert sorted(present.key for present in eraser.present()) == sorted(rest)
    eraser.delete(rest)
    assert list(eraser.present()) == []
