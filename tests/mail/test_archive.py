from __future__ import annotations

import sqlite3
import subprocess
import sys
import textwrap
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from skyflytt.deadline.clock import MovableClock
from skyflytt.errors.files import WorkspaceFull
from skyflytt.errors.mail import (
    ArchiveDamaged,
    ArchiveOfAnotherMailbox,
    ArchiveTooNew,
    ArchiveUnavailable,
    NotAnArchive,
)
from skyflytt.mail.archive import ArchiveItem, MailboxArchive, open_archive, read_archive
from skyflytt.mail.archive.schema import SCHEMA_VERSION
from skyflytt.mail.identity import fingerprint
from skyflytt.mail.port import FolderPath, MessageEntry
from tests.contract.mail_messages import RECEIVED, big_message, corpus, message
from tests.ledger.killed import killed_while_it_was_made

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
OWNER = "norrsken/anna@example.com"
INBOX = ("INBOX",)


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(NOON)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "anna.archive"


def add(archive: MailboxArchive, folder: FolderPath, ref: str, raw: bytes, flags: frozenset[str] = frozenset()) -> None:
    archive.add(folder, MessageEntry(ref, flags, RECEIVED, len(raw)), raw, fingerprint(raw))


def add_all(archive: MailboxArchive, items: list[tuple[FolderPath, str, bytes]]) -> None:
    archive.add_many(
        ArchiveItem(folder, MessageEntry(ref, frozenset(), RECEIVED, len(raw)), raw, fingerprint(raw))
        for folder, ref, raw in items
    )


def test_corpus_goes_in_and_comes_out_byte_for_byte(path: Path, clock: MovableClock) -> None:
    raws = corpus()
    with open_archive(path, OWNER, clock) as archive:
        archive.add_many(
            ArchiveItem(
                ("Prov", *name.split("/")[:-1]),
                MessageEntry(name, frozenset(), RECEIVED, len(raw)),
                raw,
                fingerprint(raw),
            )
            for name, raw in raws.items()
        )
        number = archive.id
    with open_archive(path, OWNER, clock) as archive:
        assert archive.id == number
        found = {entry.ref: entry for entry in archive.entries()}
        assert found.keys() == raws.keys()
        for name, raw in raws.items():
            entry = found[name]
            assert archive.payload(entry.digest) == raw
            identity = fingerprint(raw)
            assert (entry.fingerprint, entry.digest, entry.size_bytes) == (
                identity.fingerprint,
                identity.digest,
                len(raw),
            )
            assert (entry.subject, entry.message_id, entry.sent) == (
                identity.subject,
                identity.message_id,
                identity.sent,
            )
            assert (entry.concerns, entry.received) == (identity.concerns, RECEIVED)
        assert archive.check() == []
        assert archive.counts().payload_bytes == sum(len(raw) for raw in set(raws.values()))
        assert archive.counts().stored_bytes < archive.counts().payload_bytes


def test_entries_are_sorted_and_folders_may_have_any_name(path: Path, clock: MovableClock) -> None:
    folders = [INBOX, ("Arkiv",), ("Arkiv", "2024"), ("Arkiv 2",), ("Å\\s", "a/b"), ("x\x1fy", "\\"), ("🙂",)]
    with open_archive(path, OWNER, clock) as archive:
        add_all(archive, [(folders[n % len(folders)], f"1:{n:05}", message(n % 5)) for n in range(1300)])
        seen = [(entry.folder, entry.ref) for entry in archive.entries()]
        assert len(seen) == 1300
        assert seen == sorted(seen)
        assert {folder for folder, _ in seen} == set(folders)
        assert sum(archive.counts().folders.values()) == 1300
        assert archive.counts().payloads == 5


def test_duplicates_stay_entries_over_one_payload(path: Path, clock: MovableClock) -> None:
    with open_archive(path, OWNER, clock) as archive:
        for ref in ("1:1", "1:2", "1:3"):
            add(archive, INBOX, ref, message(1))
        counts = archive.counts()
        assert (counts.present, counts.payloads) == (3, 1)


def test_flags_known_and_gone(path: Path, clock: MovableClock) -> None:
    with open_archive(path, OWNER, clock) as archive:
        add(archive, INBOX, "1:1", message(1), frozenset({r"\Seen", "projekt-x"}))
        add(archive, INBOX, "1:2", message(2))
        add(archive, ("Annan",), "1:1", message(3))
        archive.mark(INBOX, [MessageEntry("1:2", frozenset({r"\Flagged"}), RECEIVED, 1)])
        assert archive.known(INBOX) == {"1:1": ({r"\Seen", "projekt-x"}, ""), "1:2": ({r"\Flagged"}, "")}
        archive.mark_gone(INBOX, ["1:1", "1:99"])
        clock.advance(timedelta(days=1))
        archive.mark_gone(INBOX, ["1:1"])
        assert list(archive.known(INBOX)) == ["1:2"]
        gone = [entry for entry in archive.entries(present_only=False) if entry.gone_at]
        assert [(entry.ref, entry.gone_at) for entry in gone] == [("1:1", NOON)]
        assert archive.payload(gone[0].digest) == message(1)
        assert (archive.counts().present, archive.counts().gone) == (2, 1)


def test_adding_again_renews_flags_and_brings_back(path: Path, clock: MovableClock) -> None:
    with open_archive(path, OWNER, clock) as archive:
        add(archive, INBOX, "1:1", message(1))
        archive.mark_gone(INBOX, ["1:1"])
        add(archive, INBOX, "1:1", message(1), frozenset({r"\Seen"}))
        (entry,) = archive.entries()
        assert (entry.flags, archive.payload(entry.digest), entry.edits) == ({r"\Seen"}, message(1), 0)
        archive.mark_gone(INBOX, ["1:1"])
        add(archive, INBOX, "1:1", message(2))
        (entry,) = archive.entries()
        assert (archive.payload(entry.digest), entry.edits) == (message(2), 1)


def test_add_many_is_all_or_nothing(path: Path, clock: MovableClock) -> None:
    def broken() -> object:
        yield ArchiveItem(INBOX, MessageEntry("1:1", frozenset(), RECEIVED, 1), message(1), fingerprint(message(1)))
        raise RuntimeError("the source broke")

    with open_archive(path, OWNER, clock) as archive:
        with pytest.raises(RuntimeError):
            archive.add_many(broken())  # type: ignore[arg-type]
        assert archive.counts().present == archive.counts().payloads == 0
        add(archive, INBOX, "1:1", message(1))
        assert archive.counts().present == 1


def test_another_mailbox_is_refused(path: Path, clock: MovableClock) -> None:
    with open_archive(path, OWNER, clock) as archive:
        add(archive, INBOX, "1:1", message(1))
    with pytest.raises(ArchiveOfAnotherMailbox, match=r"bo@example\.com"):
        open_archive(path, "norrsken/bo@example.com", clock)


def test_one_that_was_killed_while_it_was_made_is_made_again(path: Path, clock: MovableClock) -> None:
    killed_while_it_was_made(path)
    with pytest.raises(NotAnArchive, match="killed in the middle of a change"):
        read_archive(path)
    with open_archive(path, OWNER, clock) as archive:
        add(archive, INBOX, "1:1", message(1))
    with read_archive(path) as archive:
        assert archive.counts().present == 1


def test_other_files_are_refused_and_left_alone(path: Path, clock: MovableClock) -> None:
    path.write_bytes(b"this is a letter\n" * 100)
    with pytest.raises(NotAnArchive):
        open_archive(path, OWNER, clock)
    assert path.read_bytes() == b"this is a letter\n" * 100
    path.unlink()
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE accounts (name TEXT)")
    other.close()
    before = path.read_bytes()
    with pytest.raises(NotAnArchive):
        open_archive(path, OWNER, clock)
    assert path.read_bytes() == before


def test_newer_format_is_refused(path: Path, clock: MovableClock) -> None:
    open_archive(path, OWNER, clock).close()
    with sqlite3.connect(path) as raw:
        raw.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    raw.close()
    with pytest.raises(ArchiveTooNew):
        open_archive(path, OWNER, clock)


def test_missing_folder(tmp_path: Path, clock: MovableClock) -> None:
    with pytest.raises(ArchiveUnavailable):
        open_archive(tmp_path / "none" / "x.archive", OWNER, clock)


def test_damage_is_found_on_reading_and_by_the_check(path: Path, clock: MovableClock) -> None:
    with open_archive(path, OWNER, clock) as archive:
        for number in range(4):
            add(archive, INBOX, f"1:{number}", message(number))
        digests = [entry.digest for entry in archive.entries()]
    with sqlite3.connect(path) as raw:
        raw.execute("UPDATE payload SET zstd = zeroblob(30) WHERE digest = ?", (bytes.fromhex(digests[0]),))
        raw.execute(
            "UPDATE payload SET zstd = (SELECT zstd FROM payload WHERE digest = ?) WHERE digest = ?",
            (bytes.fromhex(digests[3]), bytes.fromhex(digests[1])),
        )
        raw.execute("DELETE FROM payload WHERE digest = ?", (bytes.fromhex(digests[2]),))
    raw.close()
    with open_archive(path, OWNER, clock) as archive:
        for number, digest in enumerate(digests[:3]):
            with pytest.raises(ArchiveDamaged, match=digest):
                archive.payload(digest)
            with pytest.raises(ArchiveDamaged, match=digest):
                archive.require(digest, message(number))
        assert archive.payload(digests[3]) == message(3)
        archive.require(digests[3], message(3))
        found = {(damage.kind, damage.item) for damage in archive.check()}
    damaged = {("payload-damaged", digest) for digest in digests[:2]}
    assert found == damaged | {("payload-missing", "INBOX/1:2")}


def test_full_disk_is_told_and_nothing_is_half_written(path: Path, clock: MovableClock) -> None:
    with open_archive(path, OWNER, clock) as archive:
        add(archive, INBOX, "1:1", message(1))
        archive._connection.execute("PRAGMA max_page_count = 40")
        with pytest.raises(WorkspaceFull, match=r"anna\.archive"):
            add(archive, INBOX, "1:2", big_message(900_000))
        assert archive.counts().present == 1
    with open_archive(path, OWNER, clock) as archive:
        add(archive, INBOX, "1:2", big_message(900_000))
        assert archive.check() == []


def test_kill_in_mid_fill_leaves_whole_batches(path: Path, clock: MovableClock) -> None:
    script = """
        import sys, itertools
        from datetime import UTC, datetime
        from pathlib import Path
        from skyflytt.deadline.clock import SystemClock
        from skyflytt.mail.archive import ArchiveItem, open_archive
        from skyflytt.mail.identity import fingerprint
        from skyflytt.mail.port import MessageEntry
        with open_archive(Path(sys.argv[1]), sys.argv[2], SystemClock()) as archive:
            for batch in itertools.count():
                raws = [b"Subject: %d\\r\\n\\r\\n%d" % (n, n) for n in range(batch * 10, batch * 10 + 10)]
                archive.add_many(
                    ArchiveItem(("INBOX",), MessageEntry(raw.split()[1].decode(), frozenset(), datetime.now(UTC), 1), raw, fingerprint(raw))
                    for raw in raws)
                print(batch, flush=True)
    """
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script), str(path), OWNER], stdout=subprocess.PIPE
    )
    assert process.stdout
    told = [process.stdout.readline() for _ in range(30)]
    process.kill()
    process.wait()
    process.stdout.close()
    with open_archive(path, OWNER, clock) as archive:
        counts = archive.counts()
        assert counts.present % 10 == 0
        assert counts.present >= len(told) * 10
        assert counts.payloads == counts.present
        assert archive.check() == []


def test_entries_stream_while_it_is_written(path: Path, clock: MovableClock) -> None:
    with open_archive(path, OWNER, clock) as archive:
        add_all(archive, [(INBOX, f"1:{n:05}", message(n % 3)) for n in range(1200)])
        seen = 0
        for entry in archive.entries():
            if seen % 400 == 0:
                archive.mark(INBOX, [MessageEntry(entry.ref, frozenset({r"\Seen"}), RECEIVED, 1)])
            seen += 1
        assert seen == 1200


def test_reading_alone_needs_no_owner_and_changes_nothing(path: Path, clock: MovableClock) -> None:
    with open_archive(path, OWNER, clock) as archive:
        add(archive, INBOX, "1:1", b"Subject: a\r\n\r\nb\r\n")
    before = path.read_bytes()
    with read_archive(path) as reader:
        assert [message.subject for message in reader.entries()] == ["a"]
        assert reader.counts().present == 1
    assert path.read_bytes() == before


@pytest.mark.parametrize("content", [b"", b"From somebody\n", b"SQLite format 3\0" + bytes(84)])
def test_reading_something_else_is_refused(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises((NotAnArchive, ArchiveUnavailable)):
        read_archive(path)


def test_streams_are_kept_beside_the_message_and_verified(path: Path, clock: MovableClock) -> None:
    raw, stream = message(1), b"FastTransfer" * 1000
    with open_archive(path, OWNER, clock) as archive:
        entry = MessageEntry("1:1", frozenset(), RECEIVED, len(raw))
        archive.add_many([ArchiveItem(INBOX, entry, raw, fingerprint(raw), stream)])
        add(archive, INBOX, "1:2", message(2))
        entries = list(archive.entries())
        assert [archive.stream(entry) for entry in entries] == [stream, None]
        assert archive.check() == []
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE stream SET zstd = x'00'")
    with open_archive(path, OWNER, clock) as archive:
        with pytest.raises(ArchiveDamaged):
            archive.stream(entries[0])
        assert [damage.kind for damage in archive.check()] == ["payload-damaged"]


def as_version(path: Path, version: int) -> None:
    """The file as a program of version 1 or 2 left it."""
    with sqlite3.connect(path) as connection:
        connection.execute("ALTER TABLE stream RENAME TO kept")
        connection.execute(
            "CREATE TABLE stream (digest BLOB PRIMARY KEY REFERENCES payload(digest), own_digest BLOB NOT NULL,"
            " size_bytes INTEGER NOT NULL, zstd BLOB NOT NULL)"
        )
        connection.execute(
            "INSERT OR IGNORE INTO stream SELECT entry.digest, kept.digest, kept.size_bytes, kept.zstd"
            " FROM entry JOIN kept ON kept.digest = entry.stream"
        )
        connection.execute("DROP TABLE superseded")
        # SQLite drops no column that refers to another table, so the table is written anew.
        connection.execute("ALTER TABLE entry RENAME TO newer")
        connection.execute(
            "CREATE TABLE entry (folder TEXT NOT NULL, ref TEXT NOT NULL, flags TEXT NOT NULL, received TEXT NOT NULL,"
            " fingerprint TEXT NOT NULL, digest BLOB NOT NULL REFERENCES payload(digest), size_bytes INTEGER NOT NULL,"
            " gone_at TEXT, subject TEXT NOT NULL, message_id TEXT, sent TEXT, concerns TEXT NOT NULL,"
            " PRIMARY KEY (folder, ref)) WITHOUT ROWID"
        )
        connection.execute(
            "INSERT INTO entry SELECT folder, ref, flags, received, fingerprint, digest, size_bytes, gone_at, subject,"
            " message_id, sent, concerns FROM newer"
        )
        connection.execute("DROP TABLE newer")
        connection.execute("DROP TABLE kept")
        connection.execute("CREATE INDEX entry_fingerprint ON entry(fingerprint)")
        if version < 2:
            connection.execute("DROP TABLE stream")
        connection.execute(f"PRAGMA user_version = {version}")


@pytest.mark.parametrize("version", [1, 2])
def test_an_older_archive_is_read_and_then_brought_up_to_date(path: Path, clock: MovableClock, version: int) -> None:
    raw, stream = message(1), b"FastTransfer" * 1000
    with open_archive(path, OWNER, clock) as archive:
        archive.add_many(
            ArchiveItem(INBOX, MessageEntry(ref, frozenset(), RECEIVED, 1), raw, fingerprint(raw), stream)
            for ref in ("1:1", "1:2")
        )
        add(archive, INBOX, "1:3", message(2))
        before = list(archive.entries())
    as_version(path, version)
    kept = [stream, stream, None] if version == 2 else [None] * 3
    with read_archive(path) as reader:
        entries = list(reader.entries())
        assert [reader.stream(entry) for entry in entries] == kept
        assert [replace(entry, stream=None, way=None) for entry in before] == entries
        assert reader.ways() == {None: 3}
        assert reader.earlier(entries[0]) == []
        assert reader.check() == []
    with open_archive(path, OWNER, clock) as archive:
        entries = list(archive.entries())
        assert [archive.stream(entry) for entry in entries] == kept
        if version == 2:
            assert entries == [replace(entry, way=None) for entry in before]
        assert archive.lacks_editions(INBOX)
        assert {known.edition for known in archive.known(INBOX).values()} == {""}
        edit(archive, "1:1", message(3), b"another stream")
        assert [archive.stream(entry) for entry in archive.entries()] == [b"another stream", *kept[1:]]
        assert archive.check() == []
    assert schema_of(path) == schema_of(new(path.with_name("new"), clock))


def schema_of(path: Path) -> list[tuple[str, str]]:
    """Tables with their columns, whatever order they were made in."""
    with sqlite3.connect(path) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master ORDER BY name")]
        return [(name, str(list(connection.execute(f"PRAGMA table_info({name})")))) for name in tables]


def new(path: Path, clock: MovableClock) -> Path:
    open_archive(path, OWNER, clock).close()
    return path


def edit(archive: MailboxArchive, ref: str, raw: bytes, stream: bytes | None = None, edition: str = "B") -> None:
    entry = MessageEntry(ref, frozenset({r"\Seen"}), RECEIVED, len(raw), edition)
    archive.add_many([ArchiveItem(INBOX, entry, raw, fingerprint(raw), stream)])


def test_an_edited_message_is_what_it_is_now_and_what_it_was_stays(path: Path, clock: MovableClock) -> None:
    with open_archive(path, OWNER, clock) as archive:
        add(archive, INBOX, "1:1", message(1))
        add(archive, INBOX, "1:2", message(1))
        before = archive.message(INBOX, "1:1")
        assert before is not None
        edit(archive, "1:1", message(2), b"stream")
        edited, untouched = archive.entries()
        identity = fingerprint(message(2))
        assert (edited.digest, edited.fingerprint, edited.subject) == (
            identity.digest,
            identity.fingerprint,
            identity.subject,
        )
        assert (edited.size_bytes, edited.edits, edited.flags) == (len(message(2)), 1, {r"\Seen"})
        assert (archive.payload(edited.digest), archive.stream(edited)) == (message(2), b"stream")
        assert (untouched.digest, untouched.edits, archive.stream(untouched)) == (before.digest, 0, None)
        assert archive.earlier(edited) == [(before.digest, None)]
        assert archive.known(INBOX)["1:1"].edition == "B"
        # The same once more is no edit, and the stream alone is one.
        edit(archive, "1:1", message(2), b"stream", "C")
        edit(archive, "1:1", message(2), b"other stream", "D")
        edited, _ = archive.entries()
        assert (edited.edits, archive.stream(edited)) == (2, b"other stream")
        assert [archive.payload(digest) for digest, _ in archive.earlier(edited)] == [message(1), message(2)]
        assert archive.counts().payloads == 2
        assert archive.check() == []
    with sqlite3.connect(path) as connection:
        connection.execute("DELETE FROM stream")
        connection.execute("DELETE FROM payload WHERE digest = ?", (bytes.fromhex(before.digest),))
    with read_archive(path) as reader:
        kinds = [damage.kind for damage in reader.check()]
        assert sorted(kinds) == ["payload-missing"] * 2 + ["stream-missing"] * 2
        with pytest.raises(ArchiveDamaged):
            reader.stream(edited)
