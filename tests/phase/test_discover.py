"""The whole discovery, from counting to the files in the workspace."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from skyflytt.errors.files import WorkspaceFull
from skyflytt.evidence.lists import WrittenFile
from skyflytt.mail.collect import untold
from skyflytt.phase import discover as phase
from skyflytt.phase.archive_mailbox import archive_mailbox
from skyflytt.phase.count_mailbox import count_mailbox
from skyflytt.phase.count_share import count_share
from skyflytt.phase.discover import Discovery, discover
from skyflytt.sandbox.company import files
from tests.phase.discovered import AT, fill_mailbox, migration


@pytest.fixture(scope="module")
def discovery(tmp_path_factory: pytest.TempPathFactory) -> Discovery:
    root = tmp_path_factory.mktemp("discovery")
    fill_mailbox(root)
    files.build(root / "old-files")
    with migration(root) as opened:
        archive_mailbox(opened, "info", untold)
        mailboxes = [count_mailbox(opened, "info", untold)]
        return discover(opened, mailboxes, [count_share(opened, name, untold) for name in ("homes", "company")])


def test_the_sandbox_s_customer_has_these_concerns(discovery: Discovery) -> None:
    assert {(concern.id, concern.subject) for concern in discovery.concerns} == {
        ("application.backup-missing-or-old", "application visma"),
        ("contract.data-act-conflict", "contract with Gamla Molnet AB"),
        ("device.uses-what-is-left", "device Annas telefon"),
        ("device.uses-what-is-left", "device Skrivaren på lagret"),
        ("drop.too-short", "drop handover"),
        ("drop.too-short", "drop handover-s3"),
        ("files.case-twins", "share company"),
        ("files.case-twins", "share homes"),
        ("files.long-paths", "share company"),
        ("files.names-windows-cannot-keep", "share company"),
        ("files.names-windows-cannot-keep", "share homes"),
        ("files.open-now", "share company"),
        ("files.target-not-ready", "share company"),
        ("files.target-not-ready", "share homes"),
        ("files.zero-length", "share company"),
        ("files.zero-length", "share homes"),
        ("files.not-nfc", "share company"),
        ("files.not-nfc", "share homes"),
        ("mail.duplicates", "mailbox info"),
        ("mail.junk-and-trash-come-along", "mailbox info"),
        ("mail.malformed-messages", "mailbox info"),
        ("mail.target-not-ready", "mailbox info"),
        ("time.days-off-before-the-end", "contract with Gamla Molnet AB"),
    }


def test_the_estimate_covers_every_workload(discovery: Discovery) -> None:
    found = discovery.estimate
    assert [one.label for one in found.workloads] == ["mailbox info", "share homes", "share company"]
    assert found.unmeasured == ()
    assert 0 < found.delta_pass_hours < found.first_pass_hours < 1
    assert found.passes_until_cutover == 85
    assert found.items == sum(one.items for one in found.workloads)


def test_it_is_written_as_json(discovery: Discovery) -> None:
    written = json.loads((discovery.folder / "discovery.json").read_text(encoding="utf-8"))
    assert (written["project"], written["at"], written["clock"]) == ("norrsken", AT.isoformat(), "movable")
    assert written["mailboxes"][0]["mailbox"] == "info"
    assert [share["files"] for share in written["shares"]] == [share.files for share in discovery.facts.shares]
    assert [one["id"] for one in written["concerns"]] == [one.id for one in discovery.concerns]
    assert written["estimate"]["measured_on_sample"] is True
    assert "servers" not in written


def test_concerns_are_written_as_csv(discovery: Discovery) -> None:
    with (discovery.folder / "concerns.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["id"] for row in rows] == [concern.id for concern in discovery.concerns]
    names = next(
        row for row in rows if row["id"] == "files.names-windows-cannot-keep" and row["subject"] == "share company"
    )
    assert names["category"] == "warning"
    assert names["examples"].startswith("“")
    assert names["found"].startswith("23 names:")


def test_a_second_discovery_replaces_the_first_and_leaves_nothing_beside(tmp_path: Path) -> None:
    with migration(tmp_path) as opened:
        discover(opened, [], [])
        folder = discover(opened, [], []).folder
    assert sorted(path.name for path in folder.iterdir()) == ["concerns.csv", "concerns.jsonl", "discovery.json"]


def test_a_full_disk_is_told_as_such(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """/dev/full answers every write with ENOSPC."""

    class Full(phase.HashedFile):
        def finish(self) -> WrittenFile:
            Path("/dev/full").write_text("x", encoding="utf-8")
            return super().finish()

    monkeypatch.setattr(phase, "HashedFile", Full)
    with migration(tmp_path) as opened, pytest.raises(WorkspaceFull) as told:
        discover(opened, [], [])
    assert "discovery" in told.value.item
