"""Check evidence without the ledger: every digest computed again, every list counted, the journal's chain followed."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from skyflytt.evidence.chain import chain_problems
from skyflytt.evidence.lists import file_sha256
from skyflytt.evidence.write import INDEX, JOURNAL, MANIFESTS


@dataclass(frozen=True, slots=True)
class EvidenceCheck:
    """`problems` are sentences; evidence without any is whole. `digest` is the index's SHA-256 ("" when there is none)."""

    problems: tuple[str, ...]
    files: int
    journal_entries: int
    digest: str

    @property
    def whole(self) -> bool:
        return not self.problems


def check_evidence(folder: Path) -> EvidenceCheck:
    """Check a folder that `write_evidence` wrote. What cannot be read is a problem, never an exception."""
    try:
        index = json.loads((folder / INDEX).read_text(encoding="utf-8"))
        files = {str(one["name"]): (int(one["size_bytes"]), str(one["sha256"])) for one in index["files"]}
        project, entries = str(index["project"]), int(index["journal_entries"])
    except FileNotFoundError:
        return EvidenceCheck((f"there is no {INDEX}",), 0, 0, "")
    except (OSError, ValueError, KeyError, TypeError) as error:
        return EvidenceCheck((f"{INDEX} cannot be read ({error})",), 0, 0, "")
    problems = [*_file_problems(folder, files)]
    if not problems:
        problems += _content_problems(folder, files, project, entries)
    return EvidenceCheck(tuple(problems), len(files), entries, file_sha256(folder / INDEX))


def _file_problems(folder: Path, files: dict[str, tuple[int, str]]) -> Iterator[str]:
    if JOURNAL not in files:
        yield f"the index does not name {JOURNAL}"
    for name, (size, sha256) in files.items():
        parts = PurePosixPath(name)
        if parts.is_absolute() or ".." in parts.parts:
            yield f"{name} is not a name below the evidence's folder"
            continue
        path = folder / name
        if not path.is_file():
            yield f"{name} is missing"
        elif path.stat().st_size != size or file_sha256(path) != sha256:
            yield f"{name} was altered: its digest is not the one in the index"
    there = {str(path.relative_to(folder)) for path in (folder / MANIFESTS).glob("*")}
    yield from (f"{name} is not in the index" for name in sorted(there - set(files)))


def _content_problems(folder: Path, files: dict[str, tuple[int, str]], project: str, entries: int) -> Iterator[str]:
    yield from chain_problems(folder / JOURNAL, project)
    with (folder / JOURNAL).open("rb") as lines:
        counted = sum(1 for _ in lines)
    if counted != entries:
        yield f"the journal has {counted} entries, the index says {entries}"
    for name in files:
        if name.startswith(f"{MANIFESTS}/") and name.endswith(".csv"):
            yield from unequal(folder / name, (folder / name).with_suffix(".jsonl"))


def unequal(as_csv: Path, as_json: Path) -> Iterator[str]:
    """Both forms of a manifest have to tell the same; the first row that differs, as a sentence."""
    with as_csv.open(encoding="utf-8", newline="") as rows, as_json.open(encoding="utf-8") as lines:
        for number, (row, line) in enumerate(_pairs(csv.DictReader(rows), lines), 1):
            told = json.loads(line) if line is not None else None
            if row is None or told is None or {k: "" if v is None else str(v) for k, v in told.items()} != row:
                yield f"{as_csv.name} and {as_json.name} differ in row {number}"
                return


def _pairs(rows: Any, lines: Any) -> Iterator[tuple[Any, Any]]:
    while True:
        row, line = next(rows, None), next(lines, None)
        if row is None and line is None:
            return
        yield row, line
