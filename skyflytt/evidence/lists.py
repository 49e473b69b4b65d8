"""A list as CSV (RFC 4180, UTF-8, lines end in LF) and as JSON Lines, written in flat memory; the same rows give the same bytes."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

Value = str | int | None


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """A finished file: its name, and what it is told by."""

    name: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class WrittenList:
    """Both forms of one list, and how many rows they have."""

    csv: WrittenFile
    jsonl: WrittenFile
    rows: int


@dataclass(slots=True)
class HashedFile:
    """Written under a temporary name, hashed on the way; `finish` puts it on the disk and gives it its name."""

    path: Path
    _size: int = 0
    _sha256: hashlib._Hash = field(default_factory=hashlib.sha256)
    _file: BinaryIO = field(init=False)

    def __post_init__(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._file = self._beside.open("wb")

    @property
    def _beside(self) -> Path:
        return self.path.with_name(f".{self.path.name}.{os.getpid()}.tmp")

    def write(self, text: str) -> None:
        data = text.encode()
        self._size += len(data)
        self._sha256.update(data)
        self._file.write(data)

    def finish(self) -> WrittenFile:
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._beside.replace(self.path)
        return WrittenFile(self.path.name, self._size, self._sha256.hexdigest())


def write_list(folder: Path, name: str, columns: Sequence[str], rows: Iterable[Sequence[Value]]) -> WrittenList:
    """Write `name.csv` and `name.jsonl`; each row has a value for each column (None: an empty cell, `null`)."""
    as_csv, as_json = HashedFile(folder / f"{name}.csv"), HashedFile(folder / f"{name}.jsonl")
    as_csv.write(csv_line(columns))
    count = 0
    for row in rows:
        as_csv.write(csv_line(row))
        as_json.write(json_line(dict(zip(columns, row, strict=True))))
        count += 1
    return WrittenList(as_csv.finish(), as_json.finish(), count)


def json_line(value: object) -> str:
    """The one way in which evidence writes JSON on a line: sorted keys, no spaces."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n"


def file_sha256(path: Path) -> str:
    """The file's SHA-256 as hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def csv_line(row: Sequence[Value]) -> str:
    """The one way in which evidence writes a line of CSV."""
    return ",".join(map(_cell, row)) + "\n"


def _cell(value: Value) -> str:
    # Not csv.writer: with lines that end in LF it leaves a lone CR unquoted on some versions of Python.
    text = "" if value is None else str(value)
    return '"' + text.replace('"', '""') + '"' if any(character in text for character in ',"\r\n') else text
