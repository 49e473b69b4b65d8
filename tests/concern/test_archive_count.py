"""Counting an archive of the sandbox's own mail: malformed messages by code, duplicates by folder."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from skyflytt.concern.archive_count import count_archive
from skyflytt.deadline.clock import MovableClock
from skyflytt.mail.archive import ArchiveItem, MailboxArchive, open_archive
from skyflytt.mail.concerns import MESSAGE_CONCERNS
from skyflytt.mail.identity import fingerprint
from skyflytt.mail.port import FolderPath, MessageEntry
from skyflytt.sandbox.company.mail import CORPUS_FOLDER, DUPLICATES, letters
from skyflytt.sandbox.company.people import ANNA

AT = datetime(2026, 8, 8, tzinfo=UTC)
GOOD = b"From: a@b.example\r\nDate: Mon, 3 Aug 2026 10:00:00 +0200\r\nMessage-ID: <1@b.example>\r\nSubject: %s\r\n\r\nHej\r\n"


@pytest.fixture
def archive(tmp_path: Path) -> MailboxArchive:
    return open_archive(tmp_path / "anna.skymail", "norrsken/anna", MovableClock(AT))


def put(archive: MailboxArchive, folder: FolderPath, ref: str, raw: bytes) -> None:
    archive.add(folder, MessageEntry(ref, frozenset(), AT, len(raw)), raw, fingerprint(raw))


def test_an_empty_archive(archive: MailboxArchive) -> None:
    facts = count_archive(archive)
    assert (facts.messages, facts.concerns, facts.malformed.total, facts.duplicates.total) == (0, {}, 0, 0)


def test_duplicates_are_those_of_one_folder(archive: MailboxArchive) -> None:
    put(archive, ("INBOX",), "1:1", GOOD % b"a")
    put(archive, ("INBOX",), "1:2", GOOD % b"a")
    put(archive, ("INBOX",), "1:3", GOOD % b"b")
    put(archive, ("Kopia",), "2:1", GOOD % b"a")
    facts = count_archive(archive)
    assert facts.duplicates.examples == ("INBOX/1:2",)
    assert facts.duplicate_bytes == len(GOOD % b"a")
    assert facts.malformed.total == 0


def test_lines_of_a_maildir_are_not_malformed_but_counted(archive: MailboxArchive) -> None:
    put(archive, ("INBOX",), "a", (GOOD % b"a").replace(b"\r\n", b"\n"))
    put(archive, ("INBOX",), "b", b"Subject: x\n\nx\n")
    facts = count_archive(archive)
    assert facts.concerns["bare-lf"] == 2
    assert facts.malformed.examples == ("INBOX/b (missing-date, missing-from, missing-message-id)",)


def test_what_is_gone_at_the_source_does_not_count(archive: MailboxArchive) -> None:
    put(archive, ("INBOX",), "1:1", b"")
    archive.mark_gone(("INBOX",), ["1:1"])
    assert count_archive(archive).messages == 0


def test_the_sandbox_s_own_mail(archive: MailboxArchive) -> None:
    there = list(letters(ANNA))
    archive.add_many(
        ArchiveItem(
            tuple(letter.folder.split("/")),
            MessageEntry(f"1:{number}", letter.flags, letter.received, len(letter.raw)),
            letter.raw,
            fingerprint(letter.raw),
        )
        for number, letter in enumerate(there)
    )
    facts = count_archive(archive)
    assert facts.messages == len(there)
    assert set(facts.concerns) <= set(MESSAGE_CONCERNS)
    # What was generated is well formed; what is malformed came with the old server's messages.
    assert facts.malformed.total > 20
    assert all(example.startswith(CORPUS_FOLDER) for example in facts.malformed.examples)
    generated = [example for example in facts.duplicates.examples if not example.startswith(CORPUS_FOLDER)]
    assert len(generated) == DUPLICATES[ANNA.key]
