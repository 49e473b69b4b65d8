"""Counting a share: over the memory store, and over a folder of this machine with links, bad names and twins."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from unicodedata import normalize

import pytest

from skyflytt.concern.backup_count import BackupCount
from skyflytt.concern.entry_count import EntryCount
from skyflytt.concern.share_facts import ShareFacts
from skyflytt.errors.files import PathMissing
from skyflytt.files.exclude import Exclusions
from skyflytt.files.local import LocalStore, open_local
from skyflytt.files.memory import MemoryStore
from skyflytt.files.port import Entry, EntryKind, FileStore, ScanFailure
from skyflytt.mail.collect import untold

NOW = datetime(2026, 8, 8, 9, 0, tzinfo=UTC)
RECENT = NOW - timedelta(days=30)


def count(store: FileStore, *exclude: str, backups: tuple[BackupCount, ...] = ()) -> ShareFacts:
    return EntryCount("company", Exclusions(exclude), RECENT, backups).run(store, untold)


def put(store: MemoryStore, path: str, size: int, modified: datetime = RECENT - timedelta(days=1)) -> None:
    with store.write(path) as file:
        file.write(b"x" * size)
    store.rename(path, path, modified)


def test_what_comes_along_and_what_is_excluded() -> None:
    store = MemoryStore()
    put(store, "a.txt", 10)
    put(store, "Cache/x/b.tmp", 100)
    put(store, "c/d.txt", 5, NOW)
    put(store, "c/e.tmp", 1_000)
    put(store, "c/noll.txt", 0)
    facts = count(store, "*.tmp", "/Cache/")
    assert (facts.files, facts.folders, facts.size_bytes) == (3, 1, 15)
    assert (facts.excluded_items, facts.excluded_bytes) == (4, 1_100)
    assert [one.name for one in facts.largest] == ["a.txt", "c/d.txt", "c/noll.txt"]
    assert facts.empty.examples == ("c/noll.txt",)
    assert (facts.newest, facts.recent_files, facts.recent_bytes) == (NOW, 1, 5)
    assert facts.longest_path is not None
    assert facts.longest_path.text == "c/noll.txt"
    assert (facts.measured.listed, facts.measured.sampled, facts.measured.sampled_bytes) == (8, 3, 15)


def test_backup_folders_are_looked_into() -> None:
    store = MemoryStore()
    put(store, "Visma/Backup/old.zip", 10, NOW - timedelta(days=9))
    put(store, "Visma/Backup/2026/new.zip", 20, NOW - timedelta(days=2))
    put(store, "Visma/Backup.txt", 1, NOW)
    facts = count(
        store, backups=(BackupCount("visma", "Visma/Backup"), BackupCount("all", "."), BackupCount("no", "Pyramid"))
    )
    visma, everything, none = facts.backups
    assert (visma.files, visma.size_bytes, visma.newest) == (2, 30, NOW - timedelta(days=2))
    assert visma.newest_file == "Visma/Backup/2026/new.zip"
    assert (everything.files, everything.newest) == (3, NOW)
    assert (none.files, none.newest, none.newest_file) == (0, None, None)


def test_lengths_are_told_in_characters_and_bytes() -> None:
    store = MemoryStore()
    put(store, "/".join(["mapp" * 15] * 4) + "/å", 1)
    put(store, "/".join(["mapp" * 15] * 7) + "/🏗", 1)
    facts = count(store)
    longest = facts.longest_path
    assert longest is not None
    assert (longest.characters, longest.units, longest.bytes) == (428, 429, 431)
    assert facts.longest_name is not None
    assert facts.longest_name.characters == 60
    # Folders count as well: what is inside them is at least as long.
    assert facts.paths_over_250.total == 4
    assert facts.paths_over_400.total == 2


def test_twins_are_told_per_folder_even_when_folders_lie_between_them() -> None:
    store = MemoryStore()
    for path in ("PROJEKT/x.txt", "Projekt/X.TXT", "Projekt/x.txt", "Projekt/a/x.txt", "projekt/x.txt", "projekt.txt"):
        put(store, path, 1)
    facts = count(store)
    assert facts.case_twins.total == 3
    assert facts.case_twins.examples == (
        "Projekt (beside PROJEKT)",
        "Projekt/x.txt (beside X.TXT)",
        "projekt (beside PROJEKT)",
    )
    assert not facts.form_twins


def test_letters_taken_apart_and_their_twins() -> None:
    store = MemoryStore()
    for name in ("Smörgås", "Älg"):
        put(store, normalize("NFD", name), 1)
    put(store, normalize("NFC", "Smörgås"), 1)
    facts = count(store)
    assert (facts.not_nfc.total, facts.form_twins.total) == (2, 1)


def test_the_sample_of_payloads_is_bounded() -> None:
    store = MemoryStore()
    for number in range(60):
        put(store, f"{number}.bin", 700_000)
    measured = count(store).measured
    assert measured.sampled_bytes == 5_000_000
    assert measured.sampled == 8
    put(store, "huge.bin", 9_000_000)
    alone = MemoryStore()
    put(alone, "huge.bin", 9_000_000)
    assert count(alone).measured.sampled_bytes == 1_000_000


@contextmanager
def local(root: Path) -> Iterator[LocalStore]:
    with open_local(SimpleNamespace(root=root)) as store:
        yield store


def test_a_real_folder_with_everything_that_goes_wrong(tmp_path: Path) -> None:
    (tmp_path / "Genväg").symlink_to("/etc")
    os.mkfifo(tmp_path / "kö.fifo")
    (tmp_path / "pling\x07?.txt").write_bytes(b"1")
    (tmp_path / "Punkt.").mkdir()
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/R\xe4ksm\xf6rg\xe5s")).write_bytes(b"1")
    with local(tmp_path) as store:
        facts = count(store)
    assert facts.links.examples == ("Genväg",)
    assert facts.other_kinds.examples == ("kö.fifo",)
    assert facts.unreadable.examples == ("R\\xE4ksm\\xF6rg\\xE5s (files.name-not-utf8)",)
    assert facts.names_refused.examples == ("Punkt.", "pling\\x07?.txt")
    assert {code: sample.total for code, sample in facts.refused_names.items()} == {
        "control-character": 1,
        "reserved-character": 1,
        "trailing-dot": 1,
    }
    assert (facts.files, facts.folders) == (1, 1)


def test_very_large_files(tmp_path: Path) -> None:
    """Sparse: they take no room on the disk."""
    for name, size in (("film.mp4", 2 * 1024**3 + 1), ("just.bin", 2 * 1024**3), ("disk.vhdx", 250 * 1024**3 + 1)):
        with (tmp_path / name).open("wb") as file:
            file.truncate(size)
    with local(tmp_path) as store:
        facts = count(store)
    assert (facts.over_2_gb.total, facts.over_250_gb.examples) == (2, ("disk.vhdx",))
    assert facts.measured.sampled_bytes == 3_000_000


def test_a_file_that_is_listed_but_does_not_open_is_unreadable() -> None:
    class Gone(MemoryStore):
        def scan(self, below: str = "") -> Iterator[Entry | ScanFailure]:
            yield from super().scan(below)
            yield Entry("z.txt", EntryKind.FILE, 5, NOW)

    store = Gone()
    put(store, "a.txt", 10)
    facts = count(store)
    assert facts.unreadable.examples == ("z.txt (files.path-missing)",)
    assert facts.measured.sampled == 1


def test_a_missing_folder_ends_the_count(tmp_path: Path) -> None:
    with pytest.raises(PathMissing), local(tmp_path / "nowhere") as store:
        count(store)


def test_progress_ends_with_the_number_of_entries() -> None:
    store = MemoryStore()
    put(store, "a/b.txt", 1)
    told: list[tuple[int, int]] = []
    EntryCount("company", Exclusions([]), RECENT).run(store, lambda done, of: told.append((done, of)))
    assert told[-1] == (2, 2)


def test_what_names_ages_and_depths_tell() -> None:
    store = MemoryStore()
    put(store, "/".join("x" * 16) + "/djup.txt", 1)
    put(store, "Arkiv.pst", 10)
    put(store, "Kunder.mdb", 10)
    put(store, "~$Avtal.docx", 10)
    put(store, "gammal.txt", 1_000, NOW - timedelta(days=2_000))
    put(store, "framtid.txt", 1, NOW + timedelta(days=400))
    put(store, "snart.txt", 1, NOW + timedelta(hours=12))
    facts = EntryCount("company", Exclusions(()), RECENT, at=NOW).run(store, untold)
    assert facts.deep.examples == ("/".join("x" * 16) + "/djup.txt",)
    assert (facts.mail_files.examples, facts.databases.examples) == (("Arkiv.pst",), ("Kunder.mdb",))
    assert facts.open_now.examples == ("~$Avtal.docx",)
    assert (facts.old_files, facts.old_bytes) == (1, 1_000)
    assert facts.from_the_future.examples == (f"framtid.txt ({NOW + timedelta(days=400):%Y-%m-%d})",)
    assert not facts.crowded
