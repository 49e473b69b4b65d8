from __future__ import annotations

import os
from pathlib import Path

import pytest

from skyflytt.errors.mail import FolderRefused, MailboxMissing
from skyflytt.mail.maildir import open_maildir, open_maildir_source
from skyflytt.mail.port import Fetched, FetchFailure
from tests.contract.mail_messages import RECEIVED, message, new

INBOX = ("INBOX",)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in ("cur", "new", "tmp"):
        (tmp_path / "box" / name).mkdir(parents=True)
    return tmp_path / "box"


def test_delivery_goes_through_tmp_to_new_or_cur(root: Path) -> None:
    with open_maildir(root) as box:
        fresh, read = box.append(INBOX, [new(message(1)), new(message(2), frozenset({r"\Seen", r"\Flagged"}))])
    assert [path.name for path in (root / "new").iterdir()] == [fresh]
    assert [path.name for path in (root / "cur").iterdir()] == [f"{read}:2,FS"]
    assert list((root / "tmp").iterdir()) == []
    assert (root / "new" / str(fresh)).stat().st_mtime == RECEIVED.timestamp()


def test_messages_renamed_by_a_reader_are_still_found(root: Path) -> None:
    with open_maildir(root) as box:
        refs = [str(ref) for ref in box.append(INBOX, [new(message(number)) for number in range(4)])]
    with open_maildir_source(root) as source:
        answers = source.fetch(INBOX, refs)
        assert isinstance(next(answers), Fetched)
        for ref in refs[1:3]:
            (root / "new" / ref).rename(root / "cur" / f"{ref}:2,S")
        (root / "new" / refs[3]).unlink()
        rest = list(answers)
    assert [type(answer) for answer in rest] == [Fetched, Fetched, FetchFailure]


def test_reading_leaves_new_messages_in_new(root: Path) -> None:
    (root / "new" / "1.a.host").write_bytes(message(1))
    (root / "cur" / "2.b.host,S=250:2,RS").write_bytes(message(2))
    (root / "cur" / ".hidden").write_bytes(b"x")
    with open_maildir_source(root) as source:
        entries = {entry.ref: entry for entry in source.changes(INBOX, None).entries}
        assert [answer.ref for answer in source.fetch(INBOX, list(entries))] == list(entries)
    assert {ref: set(entry.flags) for ref, entry in entries.items()} == {
        "1.a.host": set(),
        "2.b.host,S=250": {r"\Answered", r"\Seen"},
    }
    assert (root / "new" / "1.a.host").exists()


def test_dovecots_keywords_are_read_and_kept(root: Path) -> None:
    (root / "dovecot-keywords").write_text("0 $Forwarded\n1 projekt-x\nbroken\n99 y\n")
    (root / "cur" / "1.a:2,Sab").write_bytes(message(1))
    with open_maildir(root) as box:
        (entry,) = box.changes(INBOX, None).entries
        assert entry.flags == {r"\Seen", "$Forwarded", "projekt-x"}
        box.set_flags(INBOX, "1.a", frozenset({"projekt-x", "okänd", r"\Draft"}))
    assert [path.name for path in (root / "cur").iterdir()] == ["1.a:2,Db"]


def test_folders_of_other_programs(root: Path) -> None:
    for name in (".Skr&AOQ-ppost", ".INBOX.Sub", ".Arkiv.2024", ".a..b", "inte-en", ".halv"):
        (root / name / "cur").mkdir(parents=True)
        (root / name / "new").mkdir()
    (root / ".halv" / "cur").rmdir()
    with open_maildir_source(root) as source:
        paths = [folder.path for folder in source.folders()]
    assert paths == [("Arkiv", "2024"), INBOX, ("INBOX", "Sub"), ("Skräppost",)]


def test_no_maildir(tmp_path: Path) -> None:
    for opened in (open_maildir, open_maildir_source):
        with pytest.raises(MailboxMissing, match=str(tmp_path)), opened(tmp_path):
            pass


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_unreadable_folder_is_listed_and_refused(root: Path) -> None:
    with open_maildir(root) as box:
        hidden = box.ensure_folder(("Dold",), None)
        (root / ".Dold" / "cur").chmod(0)
        assert hidden in [folder.path for folder in box.folders()]
        with pytest.raises(FolderRefused):
            box.changes(hidden, None)
        (root / ".Dold" / "cur").chmod(0o700)
