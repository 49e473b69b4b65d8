"""Counting a mailbox of a project: Maildir to Maildir, before and after the first archive pass."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from skyflytt.concern.mailbox_facts import MailboxFacts
from skyflytt.errors.mail import MailboxMissing
from skyflytt.mail.collect import untold
from skyflytt.phase.archive_mailbox import archive_mailbox
from skyflytt.phase.count_mailbox import count_mailbox
from skyflytt.project.servers import ImapServer
from skyflytt.sandbox.company.mail import FOLDERS
from tests.phase.discovered import DUPLICATES, fill_mailbox, make_mailbox, migration, project

OF_INFO = FOLDERS["info"]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    fill_mailbox(tmp_path)
    return tmp_path


def state(folder: Path) -> dict[str, tuple[int, int]]:
    """Every file with its size and time of modification."""
    found = {}
    for at, _, names in os.walk(folder):
        for name in names:
            status = (Path(at) / name).stat()
            found[f"{at}/{name}"] = (status.st_size, status.st_mtime_ns)
    return found


def test_the_sandbox_s_mailbox(root: Path) -> None:
    make_mailbox(root, "new")
    before = state(root / "old-mail")
    with migration(root) as opened:
        facts = count_mailbox(opened, "info", untold)
    extra = DUPLICATES + 1
    assert {folder.path[0]: folder.messages for folder in facts.folders} == OF_INFO | {
        "INBOX": OF_INFO["INBOX"] + extra
    }
    assert [folder.path for folder in facts.folders if folder.excluded] == [("Junk",)]
    assert facts.amount().items == sum(OF_INFO.values()) + extra - OF_INFO["Junk"]
    assert facts.target.reachable
    assert facts.archive is None
    assert facts.measured.sampled > 0
    assert facts.measured.sampled_bytes < 2_000_000
    assert state(root / "old-mail") == before
    assert not (root / "work" / "archives").exists()


def test_after_an_archive_pass_the_messages_themselves_are_known(root: Path) -> None:
    with migration(root) as opened:
        archive_mailbox(opened, "info", untold)
        facts = count_mailbox(opened, "info", untold)
    assert facts.archive is not None
    assert facts.archive.messages == facts.amount().items
    assert facts.archive.duplicates.total == DUPLICATES
    assert facts.archive.concerns["empty"] == 1
    assert facts.archive.malformed.total == 1


def test_a_target_that_is_not_there_is_a_fact(root: Path) -> None:
    with migration(root) as opened:
        facts = count_mailbox(opened, "info", untold)
        assert not facts.target.reachable
        assert facts.target.failure_code == "mail.mailbox-missing"
        assert facts.target.failure is not None
        assert str(root / "new-mail" / "info") in facts.target.failure


def test_a_target_without_a_secret_is_a_fact(root: Path) -> None:
    servers = {**project(root).servers, "new-mail": ImapServer(kind="imap", host="127.0.0.1", port=1)}
    dumped = {name: server.model_dump() for name, server in servers.items()}
    with migration(root, servers=dumped) as opened:
        assert count_mailbox(opened, "info", untold).target.failure_code == "secrets.missing"


def test_a_source_that_is_not_there_ends_the_count(tmp_path: Path) -> None:
    with migration(tmp_path) as opened, pytest.raises(MailboxMissing):
        count_mailbox(opened, "info", untold)


def test_the_facts_survive_json(root: Path) -> None:
    with migration(root) as opened:
        archive_mailbox(opened, "info", untold)
        facts = count_mailbox(opened, "info", untold)
    adapter = TypeAdapter(MailboxFacts)
    assert adapter.validate_json(adapter.dump_json(facts)) == facts


def test_what_the_target_holds_already(root: Path) -> None:
    path = make_mailbox(root, "new")
    (path / "cur" / "1.a.b:2,S").write_bytes(b"Subject: Hej\r\n\r\nHej\r\n")
    with migration(root) as opened:
        facts = count_mailbox(opened, "info", untold)
    assert facts.target.messages == 1
    assert (facts.target.free_bytes, facts.around.rules) == (None, None)


def test_messages_of_the_sample_that_need_a_key(root: Path) -> None:
    folder = root / "old-mail" / "info" / ".Hemligt"
    for name in ("cur", "new", "tmp"):
        (folder / name).mkdir(parents=True)
    for number in range(400):
        raw = b"Content-Type: application/pkcs7-mime; smime-type=enveloped-data\r\n\r\nMIAG\r\n"
        (folder / "cur" / f"{number}.a.b:2,S").write_bytes(raw)
    with migration(root) as opened:
        facts = count_mailbox(opened, "info", untold)
    protected = facts.protected["S/MIME"]
    assert 0 < protected.total <= facts.measured.sampled
    assert all(example.startswith("Hemligt/") for example in protected.examples)
