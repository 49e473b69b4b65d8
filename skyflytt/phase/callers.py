"""Who still calls home: the project's logs fetched and read, copies of logs read by hand, and the owners told what to do."""

from __future__ import annotations

import fnmatch
import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import BinaryIO
from zoneinfo import ZoneInfo

from skyflytt.callers import rows
from skyflytt.callers.check import Checked, LogCheck, LogSettings, nobody_listens
from skyflytt.callers.log_file import LogFile, Tell
from skyflytt.errors.callers import LogMissing
from skyflytt.errors.project import NoSuchWorkload
from skyflytt.files.port import Entry, EntryKind, FileStore
from skyflytt.ledger import journal
from skyflytt.phase.migration import Migration
from skyflytt.phase.stores import open_server
from skyflytt.project.logs import ServerLog

COPIES = "copies"
"""The name that logs handed to the command are kept under, which the project file does not name."""


def since(migration: Migration) -> datetime | None:
    """From when on calls count: the cutover; before it, all of them, so that devices are known beforehand."""
    return rows.cut_over_at(migration.ledger, migration.name)


def not_yet_known(migration: Migration, quiet: timedelta) -> str:
    """Why nobody can be said to be silent yet, in a sentence; empty when the logs are read far enough beyond the cutover."""
    if not migration.project.logs:
        return "the project file names no log under `logs`, so who still calls is not known"
    began = since(migration)
    if began is None:
        return "the project is not cut over yet; these are the devices that will have to be changed"
    read = {log: file.read_at for log, file in rows.read_files(migration.ledger, migration.name)}
    unread = [one.name for one in migration.project.logs if one.name not in read]
    if unread:
        return f"nothing was read yet of {', '.join(unread)}"
    if min(read.values()) < began + quiet:
        until = (began + quiet).astimezone(migration.project.zone)
        return f"a device that calls seldom may still come; ask again after {until:%Y-%m-%d %H:%M}"
    return ""


def check_log(migration: Migration, name: str, tell: Tell = nobody_listens) -> Checked:
    """Fetch and read what is new in one log of the project file. Raises `LogMissing`, and the failures of the server it lies at."""
    log = next((one for one in migration.project.logs if one.name == name), None)
    if log is None:
        known = ", ".join(one.name for one in migration.project.logs) or "none"
        raise NoSuchWorkload(name, f"no such log of {migration.name}; there are {known}")
    zone = ZoneInfo(log.time_zone or migration.project.time_zone)
    settings = LogSettings(log.name, log.kind, zone, frozenset(log.own_addresses))
    with _files_of(migration, log) as files:
        return _checked(migration, settings, files, tell)


def check_copies(
    migration: Migration,
    paths: Sequence[Path],
    kind: str | None = None,
    zone: ZoneInfo | None = None,
    tell: Tell = nobody_listens,
) -> Checked:
    """Read logs that somebody handed over, files or folders of them. Raises `LogMissing`."""
    files = [file for path in paths for file in local_files(path)]
    settings = LogSettings(COPIES, kind, zone or migration.project.zone, live=False)
    return _checked(migration, settings, files, tell)


def _checked(migration: Migration, settings: LogSettings, files: Sequence[LogFile], tell: Tell) -> Checked:
    checked = LogCheck(migration.ledger, migration.name, settings, since(migration), tell).run(files)
    counted = {"files": checked.files, "lines": checked.new_lines, "events": checked.events}
    data = {**counted, "problems": sorted(one.code for one in checked.problems)}
    ledger, name = migration.ledger, migration.name
    journal.append(ledger, name, actor="skyflytt", action="callers-read", subject=settings.name, data=data)
    return checked


@contextmanager
def _files_of(migration: Migration, log: ServerLog) -> Iterator[list[LogFile]]:
    if log.server is None:
        yield local_files(Path(log.path))
        return
    with open_server(migration, log.server) as store:
        yield store_files(store, log.path, log.server)


def local_files(path: Path) -> list[LogFile]:
    """A file, those in a folder and below it, or those that a pattern names, oldest first. Raises `LogMissing`."""
    if path.is_dir():
        found = [one for one in path.rglob("*") if one.is_file()]
    elif any(mark in path.name for mark in "*?["):
        found = [one for one in path.parent.glob(path.name) if one.is_file()]
    else:
        found = [path] if path.is_file() else []
    if not found:
        raise LogMissing(str(path), "there is no such file")
    return sorted((_local(one) for one in found), key=_age)


def store_files(store: FileStore, path: str, server: str) -> list[LogFile]:
    """The same at a file server; names are matched below the pattern's folder. Raises `LogMissing`."""
    entry = store.stat(path) if path != "." else None
    if entry is not None and entry.kind is EntryKind.FILE:
        found = [entry]
    else:
        below = path if entry is not None else str(PurePosixPath(path).parent)
        pattern = path if entry is None and path != "." else "*"
        scanned = store.scan("" if below == "." else below)
        found = [one for one in scanned if isinstance(one, Entry) and one.kind is EntryKind.FILE]
        found = [one for one in found if fnmatch.fnmatchcase(one.path, pattern)]
    if not found:
        raise LogMissing(f"{server}:{path}", "there is no such file")
    return sorted((_far(store, one) for one in found), key=_age)


def _age(file: LogFile) -> tuple[float, str]:
    return (file.modified.timestamp() if file.modified else 0.0), file.path


def _far(store: FileStore, entry: Entry) -> LogFile:
    return LogFile(entry.path, entry.size_bytes, entry.modified, lambda offset: store.read(entry.path, offset))


def _local(path: Path) -> LogFile:
    told = path.stat()

    @contextmanager
    def opened(offset: int) -> Iterator[BinaryIO]:
        with ExitStack() as held:
            try:
                file = held.enter_context(path.open("rb"))
            except OSError as error:
                raise LogMissing(str(path), os.strerror(error.errno or 0)) from error
            file.seek(offset)
            yield file

    return LogFile(str(path), told.st_size, datetime.fromtimestamp(told.st_mtime, UTC), opened)
