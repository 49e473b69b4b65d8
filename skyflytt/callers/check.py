"""Read what is new in a log's files, whatever they are called today: a file is known again by how it begins.

Logs are rotated by renaming and packing. How far a file was read is kept with digests of its first and last bytes, so that a line is
counted once, and a daily check reads only what was added.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo

from skyflytt.callers import rows
from skyflytt.callers.log_file import Kept, LogFile, Tell, head_of, opened, tail_of
from skyflytt.callers.read_log import Given, LogRead, read_log
from skyflytt.callers.rows import ReadFile
from skyflytt.callers.tally import Tally
from skyflytt.errors.base import BadInput, Failure
from skyflytt.ledger.ledger import Ledger

SNAPSHOTS = ("activesync-devices",)
REHEARSAL = "rehearsal"


def nobody_listens(_path: str, _done: int, _of: int) -> None:
    """Nobody wants to be told."""


@dataclass(frozen=True, slots=True)
class LogSettings:
    """What the project says of a log. Of a `live` one, the last line may still be unfinished."""

    name: str
    kind: str | None
    zone: tzinfo
    own_addresses: frozenset[str] = frozenset()
    live: bool = True


@dataclass(slots=True)
class Checked:
    """What reading a log came to. `signed_in` and `failed` are of this time."""

    log: str
    files: int = 0
    new_lines: int = 0
    events: int = 0
    before: int = 0
    own: int = 0
    unknown: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Lines in no known form, by file: how many, and the number of the first."""
    problems: list[Failure] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class LogCheck:
    """A check of one log of a project. `tell` is given each file's path, how many bytes of it are read, and its size."""

    ledger: Ledger
    project: str
    settings: LogSettings
    since: datetime | None
    tell: Tell = nobody_listens

    def run(self, files: Iterable[LogFile]) -> Checked:
        """Count the sign-ins since `since` in whatever was not read yet. A file that cannot be read is among the problems."""
        known = [file for _, file in rows.read_files(self.ledger, self.project, self.settings.name)]
        if any(file.since != self.since for file in known):
            rows.forget_log(self.ledger, self.project, self.settings.name)
            known = []
        checked = Checked(self.settings.name)
        for file in files:
            checked.files += 1
            try:
                self._file(file, known, checked)
            except BadInput as failure:
                checked.problems.append(failure)
        return checked

    def _file(self, file: LogFile, known: list[ReadFile], checked: Checked) -> None:
        head, packed = head_of(file)
        before, tail = _known_as(file, head, known, packed=packed)
        if before is not None and before.form in SNAPSHOTS:
            self._nothing_new(before, file)
            return
        own = frozenset(address.encode() for address in self.settings.own_addresses)
        tally = Tally(int(self.since.timestamp()) if self.since else 0, own)
        with opened(file, before.read_to if before else 0, tail, self.tell) as kept:
            read = read_log(kept.unpacked, self._given(file, before), tally)
        if not read.read_to:
            if before is not None:
                self._nothing_new(before, file)
            return
        row = self._row(file, before, read, tally, head=head, kept=kept)
        begun_at = next((one.read_to for one in known if one.file == row.file), None)
        known[:] = [*(one for one in known if one.file != row.file), row]
        if rows.keep(
            self.ledger, self.project, self.settings.name, row, tally.rows(), begun_at=begun_at, snapshot=read.snapshot
        ):
            _note(checked, file, read, tally)

    def _nothing_new(self, before: ReadFile, file: LogFile) -> None:
        rows.note_read(self.ledger, self.project, self.settings.name, before.file, file.path)

    def _given(self, file: LogFile, before: ReadFile | None) -> Given:
        latest = self.ledger.clock.now()
        # In a rehearsal the files' own times are of another clock.
        if file.modified is not None and self.ledger.clock.name != REHEARSAL:
            latest = min(latest, file.modified)
        settings = self.settings
        given = Given(file.path, settings.kind, settings.zone, latest, settings.live)
        if before is None:
            return given
        return replace(given, form=before.form, header=before.header.encode("latin-1"), first_line=before.lines + 1)

    def _row(
        self, file: LogFile, before: ReadFile | None, read: LogRead, tally: Tally, *, head: bytes, kept: Kept
    ) -> ReadFile:
        read_to = (before.read_to if before else 0) + read.read_to
        head_bytes = before.head_bytes if before else min(read_to, len(head))
        last = [at for at in (before.ends_at if before else None, rows.instant(tally.last)) if at]
        return ReadFile(
            file=before.file if before else rows.digest(head[:head_bytes]),
            path=file.path,
            form=read.form,
            head_bytes=head_bytes,
            read_to=read_to,
            tail=rows.digest(kept.tail(read_to)),
            header=read.header.decode("latin-1"),
            lines=(before.lines if before else 0) + read.lines,
            unknown=(before.unknown if before else 0) + read.unknown,
            since=self.since,
            ends_at=max(last) if last else None,
            read_at=self.ledger.clock.now(),
        )


def _known_as(file: LogFile, head: bytes, known: list[ReadFile], *, packed: bool) -> tuple[ReadFile | None, bytes]:
    """The row of a file that begins so, and its last bytes before where it was read to.

    A file that is not packed may have been emptied and written anew since, beginning as before; its last bytes tell.
    """
    for row in sorted(known, key=lambda one: -one.read_to):
        if len(head) < row.head_bytes or rows.digest(head[: row.head_bytes]) != row.file:
            continue
        if packed:
            return row, b""
        tail = tail_of(file, row.read_to)
        if rows.digest(tail) == row.tail:
            return row, tail
    return None, b""


def _note(checked: Checked, file: LogFile, read: LogRead, tally: Tally) -> None:
    checked.new_lines += read.lines
    checked.events += tally.events
    checked.before += tally.before
    checked.own += tally.own
    if read.unknown:
        checked.unknown[file.path] = (read.unknown, read.first_unknown)
