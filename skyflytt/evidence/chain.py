"""The journal as a file: JSON Lines whose chain of hashes anybody can compute again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from skyflytt.evidence.lists import HashedFile, WrittenFile, json_line
from skyflytt.ledger import journal
from skyflytt.ledger.journal import FIRST, Entry, entry_hash
from skyflytt.ledger.ledger import Ledger

FIELDS = {
    "project",
    "number",
    "at",
    "clock",
    "actor",
    "action",
    "subject",
    "data",
    "tool_version",
    "previous_hash",
    "hash",
}


def write_journal(path: Path, ledger: Ledger, project: str) -> tuple[WrittenFile, int]:
    """The project's journal in its order, one entry a line; the file and how many entries. Raises `JournalBroken`."""
    file, count = HashedFile(path), 0
    for entry in journal.entries(ledger, project):
        file.write(json_line(_line(project, entry)))
        count += 1
    return file.finish(), count


def chain_problems(path: Path, project: str) -> Iterator[str]:
    """What is wrong with the chain in an exported journal, a sentence each; nothing when it is whole."""
    previous = FIRST
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            try:
                entry = json.loads(line)
                computed = _hash(entry)
            except (ValueError, TypeError, KeyError, AttributeError) as error:
                yield f"entry {number} of the journal cannot be read ({error})"
                return
            if set(entry) != FIELDS or entry["project"] != project:
                yield f"entry {number} of the journal is not one of {project}"
            if entry["number"] != number or entry["previous_hash"] != previous:
                yield f"entry {number} of the journal does not follow the one before it"
            if computed != entry["hash"]:
                yield f"entry {number} of the journal was altered"
            previous = entry["hash"]


def _line(project: str, entry: Entry) -> dict[str, Any]:
    values = {name: getattr(entry, name) for name in FIELDS - {"project", "at"}}
    at = entry.at.astimezone(UTC).isoformat(timespec="microseconds")
    return {**values, "data": dict(entry.data), "project": project, "at": at}


def _hash(entry: dict[str, Any]) -> str:
    data = json.dumps(entry["data"], sort_keys=True, ensure_ascii=False)
    return entry_hash({**entry, "at": datetime.fromisoformat(entry["at"]), "data": data})
