"""What a run of its own hands back is what the task returned."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from flows.children import about, key_of
from flows.works import Work, as_result, as_text, shares_connections, task_of, work_of
from skyflytt.concern.mailbox_facts import FolderFacts, MailboxFacts, Route, RouteState, TargetFacts
from skyflytt.concern.sample import Sample
from skyflytt.concern.share_facts import Long, ShareFacts
from skyflytt.ledger.outcomes import Awaited
from skyflytt.ledger.passes import Account
from skyflytt.ledger.schema import Mode
from skyflytt.ledger.workloads import Workload
from tasks.erase_place import erase_place

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 8, 8, 9, tzinfo=UTC)
ACCOUNT = Account(Workload(7, "norrsken", "mailbox", "anna"), 2, Mode.MIRROR, 3, 2, 1, 1, 0, 900, NOW)
MAILBOX = MailboxFacts(
    "anna",
    (FolderFacts(("Arkiv", "år 2019"), None, 3, 900, refused="mail.folder-refused"),),
    TargetFacts(True, keeps_items=True),
    oldest=NOW,
    other_routes=(Route("pop3", RouteState.ANSWERS, "993"),),
)
SHARE = ShareFacts("company", 3, longest_path=Long("a/b", 3, 3, 3), empty=Sample(2, ("a", "b")), newest=NOW)


@pytest.mark.parametrize(
    ("work", "result"),
    [
        (Work.MOVE_MAILBOX, ACCOUNT),
        (Work.MOVE_SHARE, ACCOUNT),
        (Work.ARCHIVE_MAILBOX, ACCOUNT),
        (Work.COUNT_MAILBOX, MAILBOX),
        (Work.COUNT_SHARE, SHARE),
        (Work.EXPORT_MAILBOX, 412),
        (Work.CHECK_MAILBOX, None),
    ],
)
def test_results_come_back_as_they_were(work: Work, result: object) -> None:
    assert as_result(work, as_text(work, result)) == result


def test_each_work_is_its_tasks_and_what_deletes_is_none() -> None:
    assert [work_of(task_of(work)) for work in Work] == list(Work)
    assert work_of(erase_place) is None
    assert [work for work in Work if not shares_connections(work)] == [
        Work.COUNT_SHARE,
        Work.EXPORT_MAILBOX,
        Work.MOVE_SHARE,
    ]


def test_a_run_that_moves_a_mailbox_imports_no_library_of_other_servers() -> None:
    """Each run is a process of its own, and would pay for all of them."""
    program = "import sys, flows.workload; from flows.works import Work, task_of; task_of(Work.MOVE_MAILBOX); print(*sys.modules)"
    shown = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    there = set(shown.split())
    assert "skyflytt.mail.imap" in there
    assert there.isdisjoint({"boto3", "dropbox", "exchangelib", "msal", "paramiko", "smbprotocol"})


def test_the_key_of_a_run_is_its_parent_task_and_name() -> None:
    awaited = Awaited("norrsken", "run", "move mailbox")
    assert key_of(awaited, ("anna",), 1) == "run/move mailbox/anna"
    assert key_of(awaited, ("anna",), 2) == "run/move mailbox/anna/2"
    assert key_of(Awaited("norrsken", "run", "move mailbox", 2), ("anna",), 1) == "run/move mailbox#2/anna"
    several = {key_of(awaited, names, 1) for names in (("anna", "bengt"), ("anna", "cecilia"), ("anna",))}
    assert len(several) == 3
    assert about(("anna", "bengt", "cecilia")) == "anna and 2 more"
