"""Read one log: recognise how it is written, count who signed in, or say where it is in no known form."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import BinaryIO

from skyflytt.callers.event import Form
from skyflytt.callers.forms import KINDS, Way, way_named, way_of
from skyflytt.callers.lines import BLOCK, HEAD, Unpacked, batches, read_up_to, unpacked
from skyflytt.callers.stamps import Stamps
from skyflytt.callers.tally import Tally
from skyflytt.errors.callers import LogFormUnknown, LogLacksField
from skyflytt.project.part import quoted

BOM = b"\xef\xbb\xbf"
ENOUGH = 10_000
"""Lines after which a file that is mostly something else is not read to its end."""


@dataclass(frozen=True, slots=True)
class Given:
    """What is known of a log before it is read. `zone`: what the server's clock shows; `latest`: the log ends then at the latest."""

    name: str
    kind: str | None
    zone: tzinfo
    latest: datetime
    live: bool = False
    """It is still written to: an unfinished last line is left for the next time."""
    form: str = ""
    """What an earlier part of the same file was found to be, where one was read; `header` is that part's `Form.header`."""
    header: bytes = b""
    first_line: int = 1


@dataclass(slots=True)
class LogRead:
    """What a log was found to be. `read_to` counts the unpacked bytes of whole lines; lines are counted from 1."""

    name: str
    form: str
    snapshot: bool
    packed: bool
    lines: int = 0
    read_to: int = 0
    unknown: int = 0
    first_unknown: int = 0
    header: bytes = b""


def read_log(raw: BinaryIO | Unpacked, given: Given, tally: Tally) -> LogRead:
    """Count the log's events in `tally`.

    Raises `LogFormUnknown` with the file and the line, `LogLacksField`, `LogDamaged`; the tally is of no use then.
    """
    source = raw if isinstance(raw, Unpacked) else unpacked(raw)
    head = read_up_to(source, BLOCK, given.name)
    way = _way(head, given)
    if way is None:
        return LogRead(given.name, "empty", snapshot=False, packed=source.packed)
    form = way.make(Stamps(given.zone, given.latest))
    for line in given.header.split(b"\n"):
        if line:
            form.read(line)
    read = LogRead(given.name, way.name, form.snapshot, source.packed)
    try:
        _Reading(given, form, tally, read).run(source, head, way.ends)
    except LogLacksField as failure:
        raise LogLacksField(f"{given.name} {failure.item}", failure.detail) from None
    read.header = form.header
    return read


def _way(head: bytes, given: Given) -> Way | None:
    start = head[:HEAD].removeprefix(BOM)
    lines = [line.rstrip(b"\r") for line in start.split(b"\n")]
    if not start.strip():
        return None
    found = way_named(given.form, given.kind) or way_of(lines, given.kind)
    if found is None:
        shown = quoted(next(line for line in lines if line.strip()).decode("utf-8", "replace"))
        wanted = f"the form {given.kind}" if given.kind else f"any known form ({', '.join(KINDS)})"
        number = given.first_line + next(number for number, line in enumerate(lines) if line.strip())
        raise LogFormUnknown(f"{given.name}:{number}", f"{shown} is not of {wanted}")
    return found


@dataclass(frozen=True, slots=True)
class _Reading:
    """One log being read."""

    given: Given
    form: Form
    tally: Tally
    read: LogRead

    def run(self, source: Unpacked, head: bytes, ends: bytes) -> None:
        read, rest = self.read, b""
        for lines, left in batches(source, self.given.name, first=head.removeprefix(BOM), ends=ends):
            rest = left
            self._count(lines)
            read.read_to += sum(map(len, lines)) + len(lines) * len(ends)
            if read.lines > ENOUGH:
                self._refuse_unknown()
        if rest.strip() and (read.packed or not self.given.live):
            self._count([rest])
            read.read_to += len(rest)
        if head.startswith(BOM):
            read.read_to += len(BOM)
        self._refuse_unknown()

    def _count(self, lines: list[bytes]) -> None:
        add, parse, read = self.tally.add, self.form.read, self.read
        for line in lines:
            found = parse(line)
            if found is True:
                continue
            if found:
                add(found)
            elif line.strip():
                read.unknown += 1
                read.first_unknown = read.first_unknown or self.given.first_line + read.lines + lines.index(line)
        read.lines += len(lines)

    def _refuse_unknown(self) -> None:
        read = self.read
        if read.unknown * 2 > read.lines:
            what = f"that line is not of the form {read.form}, nor are most others"
            raise LogFormUnknown(f"{read.name}:{read.first_unknown}", what)
