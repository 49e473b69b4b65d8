from __future__ import annotations

import csv
import hashlib
import mailbox
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skyflytt.deadline.clock import SystemClock
from skyflytt.errors.mail import ArchiveDamaged, ExportAltered, ExportOccupied
from skyflytt.mail.archive import ArchiveItem, MailboxArchive, open_archive
from skyflytt.mail.export import eml, mbox, write_eml, write_mbox
from skyflytt.mail.export.names import MAX_NAME_BYTES, FolderNames, safe
from skyflytt.mail.identity import fingerprint
from skyflytt.mail.port import MessageEntry
from tests.contract.mail_messages import RECEIVED, corpus, message

SUBJECTS = ("", "Å" * 200, 'a/b\\c:d*e?f"g<h>i|j', "..", "CON", " punkt. ", "\u202egpj.exe", "rad\tett", "🙂" * 60)
FOLDERS = (
    ("INBOX",),
    ("Arkiv",),
    ("arkiv",),
    ("Arkiv", "2024"),
    ("a/b",),
    ("a_b",),
    ("..",),
    ("x.mbox",),
    ("x.eml", "nul"),
    ("index.csv",),
)


@pytest.fixture
def archive(tmp_path: Path) -> MailboxArchive:
    made = open_archive(tmp_path / "a.archive", "p/m", SystemClock())
    raws = list(corpus().values())
    raws += [message(1).replace(b"Nummer 1", subject.encode()) for subject in SUBJECTS]
    raws += [
        message(1),
        message(1),
        message(2) + b"From here\r\n>From there\r\n>>From far\r\nno end",
        b"From x\n",
        b"\n\nFrom y\n\n",
        b"",
    ]
    items = []
    for number, raw in enumerate(raws):
        folder = FOLDERS[number % len(FOLDERS)]
        items.append(
            ArchiveItem(
                folder, MessageEntry(f"1:{number}", frozenset({r"\Seen"}), RECEIVED, len(raw)), raw, fingerprint(raw)
            )
        )
    made.add_many(items)
    made.add(("INBOX",), MessageEntry("1:9999", frozenset(), RECEIVED, 1), b"gone", fingerprint(b"gone"))
    made.mark_gone(("INBOX",), ["1:9999"])
    return made


def test_eml_tree_holds_every_message(archive: MailboxArchive, tmp_path: Path) -> None:
    out = tmp_path / "export" / "anna"
    report = write_eml(archive, out)
    entries = list(archive.entries())
    assert (report.count, report.bytes) == (len(entries), sum(entry.size_bytes for entry in entries))
    assert sorted(report.files) == sorted(path.relative_to(out) for path in out.rglob("*.eml") if path.is_file())
    digests = sorted(hashlib.sha256((out / file).read_bytes()).hexdigest() for file in report.files)
    assert digests == sorted(entry.digest for entry in entries)
    names = [part for file in report.files for part in file.parts]
    assert max(len(name.encode()) for name in names) <= MAX_NAME_BYTES
    assert len({str(file).casefold() for file in report.files}) == len(report.files)
    assert (out / "Arkiv" / "2024").is_dir()
    with (out / "index.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["file"]: row["sha256"] for row in rows} == {
        str(file): entry.digest for file, entry in zip(report.files, entries, strict=True)
    }
    assert {path.name for path in out.parent.iterdir()} == {"anna"}


def test_names_are_the_same_at_every_export(archive: MailboxArchive, tmp_path: Path) -> None:
    first = write_eml(archive, tmp_path / "out")
    assert write_eml(archive, tmp_path / "out") == first
    assert write_mbox(archive, tmp_path / "out").count == first.count
    assert not [path for path in (tmp_path / "out").rglob("*.eml") if path.is_file()]


def test_mbox_reads_back_by_an_independent_reader(archive: MailboxArchive, tmp_path: Path) -> None:
    report = write_mbox(archive, tmp_path / "out")
    counts = {}
    for file in report.files:
        box = mailbox.mbox(tmp_path / "out" / file, create=False)
        counts[str(file)] = len(box)
        box.close()
    assert sorted(counts.values()) == sorted(archive.counts().folders.values())
    assert report.count == sum(counts.values())


@given(
    st.lists(
        st.lists(st.sampled_from([b"From ", b">", b"\n", b"\r\n", b"x", b">From a\n", b"\n\n"]), max_size=12).map(
            b"".join
        ),
        max_size=5,
    )
)
def test_mboxrd_gives_back_every_byte(raws: list[bytes]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "m.mbox"
        path.write_bytes(b"".join(b"From x\n" + mbox._QUOTE.sub(rb">\1", mbox._ended(raw)) + b"\n" for raw in raws))
        assert list(mbox.read_mbox(path)) == [raw if raw.endswith(b"\n") else raw + b"\n" for raw in raws]


def test_what_is_not_an_export_is_left_alone(archive: MailboxArchive, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "egen.txt").write_text("mitt")
    for write in (write_eml, write_mbox):
        with pytest.raises(ExportOccupied):
            write(archive, tmp_path / "out")
        with pytest.raises(ExportOccupied):
            write(archive, tmp_path / "out" / "egen.txt")
    assert (tmp_path / "out" / "egen.txt").read_text() == "mitt"


def test_damaged_payload_leaves_the_earlier_export(archive: MailboxArchive, tmp_path: Path) -> None:
    write_eml(archive, tmp_path / "out")
    before = sorted(tmp_path.joinpath("out").rglob("*"))
    archive._connection.execute("UPDATE payload SET zstd = x'00' WHERE rowid = 5")
    for write in (write_eml, write_mbox):
        with pytest.raises(ArchiveDamaged):
            write(archive, tmp_path / "out")
    assert sorted(tmp_path.joinpath("out").rglob("*")) == before
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_altered_file_is_noticed(archive: MailboxArchive, tmp_path: Path) -> None:
    report = write_eml(archive, tmp_path / "out")
    written = [(file, entry.digest) for file, entry in zip(report.files, archive.entries(), strict=True)]
    eml._verify(tmp_path / "out", written)
    (tmp_path / "out" / report.files[3]).write_bytes(b"changed")
    with pytest.raises(ExportAltered):
        eml._verify(tmp_path / "out", written)
    report = write_mbox(archive, tmp_path / "out")
    mbox._verify(tmp_path / "out", list(report.files), archive)
    with (tmp_path / "out" / report.files[0]).open("r+b") as file:
        file.seek(60)
        file.write(b"#")
    with pytest.raises(ExportAltered):
        mbox._verify(tmp_path / "out", list(report.files), archive)


@given(st.text(max_size=300), st.integers(20, 120))
def test_safe_names(name: str, room: int) -> None:
    made = safe(name, room)
    assert made.strip(". ") == made.rstrip(". ").lstrip(". ") != ""
    assert len(made.encode()) <= room + 1
    assert not set(made) & set('<>:"/\\|?*\0\n')
    assert made not in (".", "..")


@given(st.lists(st.lists(st.text(min_size=1, max_size=5), min_size=1, max_size=3).map(tuple), unique=True, max_size=20))
def test_folder_names_never_collide(folders: list[tuple[str, ...]]) -> None:
    names = FolderNames(".mbox")
    given_names = ["/".join(names.of(folder)).casefold() for folder in folders]
    assert len(set(given_names)) == len(folders)
