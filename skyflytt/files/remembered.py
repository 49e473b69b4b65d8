"""A source's listing, remembered in a file of this machine: a pass over what did not change asks for the changes alone.

What the feed tells makes folders forgotten, in one transaction with the token that comes next; every folder that is not known is then
listed at the source, and only a tree without gaps is given. A process may be killed at any moment: what was forgotten is listed by the
next one, and what was listed before its token was safe is told again. See docs/decisions/0046.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from uuid import uuid4

from skyflytt.errors.base import Failure, Permanent
from skyflytt.errors.files import KindNotCopied, PathMissing, PathRefused, WorkspaceFull
from skyflytt.files.feed import ChangeFeed, FeedEndedError, Found, Told
from skyflytt.files.paths import is_utf8, join
from skyflytt.files.port import Entry, EntryKind, ScanFailure
from skyflytt.files.walk import Listed, Unlisted, walk

LONGEST = timedelta(days=7)
"""Then everything is listed anew, whatever the feed told."""
COMMITTED_FOLDERS = 200
ANEW = 3
"""How often a folder is looked for again that its own folder names and that is not there."""
SCHEMA = """
CREATE TABLE IF NOT EXISTS about (place TEXT NOT NULL, name TEXT NOT NULL, began TEXT NOT NULL, token TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS folder (ref TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS entry (
  folder TEXT NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL, size INTEGER NOT NULL, modified TEXT NOT NULL, token TEXT NOT NULL,
  ref TEXT NOT NULL, code TEXT NOT NULL, detail TEXT NOT NULL, PRIMARY KEY (folder, name)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS entry_ref ON entry (ref);
"""
COLUMNS = {
    "about": "place, name, began, token",
    "folder": "ref",
    "entry": "folder, name, kind, size, modified, token, ref, code, detail",
}
REACHED = """
WITH RECURSIVE reached (ref) AS (
  SELECT ? UNION SELECT entry.ref FROM reached JOIN entry ON entry.folder = reached.ref WHERE entry.kind = 'folder' AND entry.code = ''
) SELECT ref FROM reached
"""
UNKNOWN = """
WITH RECURSIVE reached (ref) AS (
  SELECT ? UNION SELECT entry.ref FROM reached JOIN folder ON folder.ref = reached.ref
  JOIN entry ON entry.folder = reached.ref WHERE entry.kind = 'folder' AND entry.code = ''
) SELECT ref FROM reached WHERE ref NOT IN (SELECT ref FROM folder)
"""
UNLISTED: dict[str, type[Permanent]] = {one.code: one for one in (KindNotCopied, PathRefused)}
"""Why an entry could not be looked at, where that is remembered too."""
Row = tuple[str, str, str, int, str, str, str, str, str]


class Remembered:
    """The listing in `file`; use it as a context manager. `name` is that of this listing: another one begins under another name."""

    def __init__(self, file: Path, feed: ChangeFeed) -> None:
        self._file = file
        self._feed = feed
        self._odd: set[str] = set()
        """Folders that cannot be remembered whole: they are listed where they are needed."""

    def __enter__(self) -> Remembered:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._open()
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def _open(self) -> None:
        try:
            self._connect()
        except sqlite3.DatabaseError:
            # It is none, a damaged one, or of another version: nothing is in it that could not be asked for again.
            self._connection.close()
            self._file.unlink(missing_ok=True)
            self._connect()

    def _connect(self) -> None:
        self._connection = sqlite3.connect(self._file, isolation_level=None)
        self._connection.executescript(SCHEMA)
        for table, columns in COLUMNS.items():
            self._connection.execute(f"SELECT {columns} FROM {table} LIMIT 1").fetchone()

    @property
    def name(self) -> str:
        found = self._connection.execute("SELECT name FROM about").fetchone()
        return str(found[0]) if found else ""

    def bring_up_to_date(self, name: str, now: datetime) -> None:
        """Forget what the feed tells of; everything, unless the listing is called `name`, of this place, and not too old."""
        about = self._connection.execute(f"SELECT {COLUMNS['about']} FROM about").fetchone()
        if about is None or about[:2] != (self._feed.place, name) or now - datetime.fromisoformat(about[2]) > LONGEST:
            self._begin_anew(now)
            return
        try:
            told = self._feed.since(about[3])
        except FeedEndedError:
            self._begin_anew(now)
            return
        with self._transaction():
            self._forget(told)
            self._connection.execute("UPDATE about SET token = ?", (told.token,))

    def _begin_anew(self, now: datetime) -> None:
        """The token comes first: what changes while everything is listed is told by it."""
        token = self._feed.now()
        with self._transaction():
            for table in ("about", "folder", "entry"):
                self._connection.execute(f"DELETE FROM {table}")
            about = (self._feed.place, uuid4().hex, now.isoformat(), token)
            self._connection.execute("INSERT INTO about (place, name, began, token) VALUES (?, ?, ?, ?)", about)

    def _forget(self, told: Told) -> None:
        for ref in told.folders:
            self._forget_folder(ref)
        for ref in told.entries | told.replaced:
            self._forget_holders(ref)
        for ref in told.replaced:
            for (below,) in self._connection.execute(REACHED, (ref,)).fetchall():
                self._forget_folder(below)

    def _forget_folder(self, ref: str) -> None:
        # Its entries stay until it is listed again, so that what is below them is still known to be so.
        self._connection.execute("DELETE FROM folder WHERE ref = ?", (ref,))

    def _forget_holders(self, ref: str) -> None:
        self._connection.execute("DELETE FROM folder WHERE ref IN (SELECT folder FROM entry WHERE ref = ?)", (ref,))

    def complete(self) -> None:
        """List every folder that is not known, and drop what cannot be reached any more."""
        tries: dict[str, int] = {}
        while unknown := self._unknown():
            for some in _groups(unknown, COMMITTED_FOLDERS):
                with self._transaction():
                    for ref in some:
                        self._list(ref, tries)
        with self._transaction():
            self._connection.execute("CREATE TEMP TABLE IF NOT EXISTS live (ref TEXT PRIMARY KEY)")
            self._connection.execute("DELETE FROM live")
            self._connection.execute(f"INSERT INTO live {REACHED}", (self._feed.top,))
            self._connection.execute("DELETE FROM folder WHERE ref NOT IN (SELECT ref FROM live)")
            self._connection.execute("DELETE FROM entry WHERE folder NOT IN (SELECT ref FROM folder)")

    def _unknown(self) -> list[str]:
        """Folders that can be reached from the top by what is known, and are not known themselves."""
        return [ref for (ref,) in self._connection.execute(UNKNOWN, (self._feed.top,)) if ref not in self._odd]

    def _list(self, ref: str, tries: dict[str, int]) -> None:
        try:
            found = self._feed.list_folder(ref)
        except PathMissing:
            if ref == self._feed.top:
                raise
            # Its own folder was listed before it went, and is listed once more; then it stands in the scan as what cannot be read.
            tries[ref] = tries.get(ref, 0) + 1
            self._forget_holders(ref) if tries[ref] < ANEW else self._leave_out(ref)
            return
        except Permanent:
            self._leave_out(ref)
            return
        self._connection.execute("DELETE FROM entry WHERE folder = ?", (ref,))
        if not _can_be_kept(found):
            self._odd.add(ref)
            return
        self._connection.executemany("INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", _rows(ref, found))
        self._connection.execute("INSERT OR IGNORE INTO folder VALUES (?)", (ref,))

    def _leave_out(self, ref: str) -> None:
        self._odd.add(ref)
        self._connection.execute("DELETE FROM entry WHERE folder = ?", (ref,))

    def scan(self) -> Iterator[Entry | ScanFailure]:
        """As a `FileStore` scans; only what could not be remembered is asked for."""
        refs = {"": self._feed.top}

        def list_folder(path: str) -> list[Listed | Unlisted]:
            found = self._listing(refs.pop(path))
            refs.update((join(path, one.listed.name), one.ref) for one in found if _is_folder(one))
            return [one.listed for one in found]

        return walk(list_folder)

    def _listing(self, ref: str) -> Sequence[Found]:
        known = self._connection.execute("SELECT 1 FROM folder WHERE ref = ?", (ref,)).fetchone()
        if known is None:
            return self._feed.list_folder(ref)
        return [
            _found(row)
            for row in self._connection.execute(f"SELECT {COLUMNS['entry']} FROM entry WHERE folder = ?", (ref,))
        ]

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except Failure:
            # The source's: what was listed until then is so.
            self._connection.execute("COMMIT")
            raise
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")


@contextmanager
def told_of_disk(file: Path) -> Iterator[None]:
    """What SQLite cannot do here is said of this machine's disk."""
    try:
        yield
    except sqlite3.Error as error:
        raise WorkspaceFull(str(file), f"the remembered listing cannot be kept ({error})") from error


def _can_be_kept(found: Sequence[Found]) -> bool:
    """Not with names that are no text or there twice, or an entry that could not be looked at for a reason of another kind."""
    names = [one.listed.name for one in found]
    return len(set(names)) == len(names) and all(map(is_utf8, names)) and all(map(_is_plain, found))


def _is_plain(one: Found) -> bool:
    if isinstance(one.listed, Listed):
        return one.listed.names == 1
    return one.listed.failure.code in UNLISTED and one.listed.failure.item == one.listed.name


def _rows(ref: str, found: Sequence[Found]) -> Iterator[Row]:
    for inner, one in found:
        if isinstance(one, Listed):
            modified = one.modified.isoformat()
            yield ref, one.name, one.kind.value, one.size_bytes, modified, str(one.token), inner, "", ""
        else:
            kind = EntryKind.FOLDER if one.folder else EntryKind.FILE
            yield ref, one.name, kind.value, 0, "", "", inner, one.failure.code, one.failure.detail


def _found(row: Row) -> Found:
    _, name, kind, size, modified, token, inner, code, detail = row
    if code:
        return Found(inner, Unlisted(name, UNLISTED[code](name, detail), kind == EntryKind.FOLDER.value))
    return Found(inner, Listed(name, EntryKind(kind), size, datetime.fromisoformat(modified), token=token))


def _is_folder(one: Found) -> bool:
    return isinstance(one.listed, Listed) and one.listed.kind is EntryKind.FOLDER


def _groups(refs: Iterable[str], size: int) -> Iterator[list[str]]:
    left = iter(refs)
    while group := list(islice(left, size)):
        yield group
