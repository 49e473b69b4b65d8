"""A folder of PST files as one mailbox."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from skyflytt.errors.mail import FolderRefused, MessageVanished
from skyflytt.mail.identity import fingerprint
from skyflytt.mail.port import Fetched, FetchFailure, FolderPath, FolderRole
from skyflytt.mail.pst import open_pst_files
from skyflytt.outlook.errors import NoMailThere, NotAPst
from tests.contract.mail_messages import message
from tests.mail.pst.handed_over import write_pst_file

INBOX = ("INBOX",)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_pst_file(tmp_path / "2024.pst", {("Inbox",): [message(1), message(2)], ("Sent Items",): [message(3)]})
    write_pst_file(tmp_path / "2025.PST", {("Inbox",): [message(2), message(4)], ("Skickat",): [message(5)]})
    (tmp_path / "readme.txt").write_text("from the provider")
    return tmp_path


def ids(folder: Path, path: FolderPath) -> list[str]:
    with open_pst_files(folder) as source:
        answers = source.fetch(path, [entry.ref for entry in source.changes(path, None).entries])
        return [fingerprint(answer.raw).message_id or "" for answer in answers if isinstance(answer, Fetched)]


def test_folders_of_one_path_are_one_and_real_duplicates_stay(folder: Path) -> None:
    with open_pst_files(folder) as source:
        found = {one.path: (one.role, one.message_count) for one in source.folders()}
        refs = {entry.ref for entry in source.changes(INBOX, None).entries}
    assert found[INBOX] == (FolderRole.INBOX, 4)
    assert found[("Sent Items",)] == (FolderRole.SENT, 1)
    # The second one's is a folder like any other: no role is given twice.
    assert found[("Skickat",)] == (None, 1)
    assert {ref.partition(":")[0] for ref in refs} == {"2024.pst", "2025.PST"}
    assert len(refs) == 4
    assert sorted(ids(folder, INBOX)) == [f"<{number}@example.com>" for number in (1, 2, 2, 4)]


def test_a_file_alone_is_named_by_its_nids(folder: Path) -> None:
    with open_pst_files(folder / "2024.pst") as source:
        assert all(":" not in entry.ref for entry in source.changes(INBOX, None).entries)


def test_a_message_or_a_folder_that_is_not_there(folder: Path) -> None:
    with open_pst_files(folder) as source:
        for ref in ("2024.pst:ffffff", "2023.pst:200024", "200024", "2024.pst:no"):
            (answer,) = source.fetch(INBOX, [ref])
            assert isinstance(answer, FetchFailure)
            assert (answer.ref, type(answer.failure), answer.failure.item) == (ref, MessageVanished, ref)
        with pytest.raises(FolderRefused):
            source.changes(("Nowhere",), None)


def test_one_bad_file_is_a_bad_mailbox(folder: Path, tmp_path: Path) -> None:
    (folder / "2026.pst").write_bytes(b"PK\3\4" * 300)
    with pytest.raises(NotAPst, match=r"2026\.pst"), open_pst_files(folder):
        pass
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(NoMailThere, match=r"no file whose name ends in \.pst"), open_pst_files(empty):
        pass


def test_what_comes_later_is_added(folder: Path) -> None:
    with open_pst_files(folder) as source:
        before = {entry.ref for entry in source.changes(INBOX, None).entries}
    shutil.copy(folder / "2024.pst", folder / "a third one.pst")
    with open_pst_files(folder) as source:
        after = {entry.ref for entry in source.changes(INBOX, None).entries}
    assert before < after
    assert len(after) == 6
