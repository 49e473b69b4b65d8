"""The journal is whole: every entry follows the one before it, from the first on, as many as the index says."""

from __future__ import annotations

from pathlib import Path

from skyflytt.evidence.chain import chain_problems
from skyflytt.evidence.checks.part import Part, judged, read
from skyflytt.evidence.write import INDEX, JOURNAL


def check(folder: Path) -> Part:
    index = read(folder, INDEX)
    problems = list(chain_problems(folder / JOURNAL, index["project"]))
    with (folder / JOURNAL).open("rb") as lines:
        counted = sum(1 for _ in lines)
    if counted != index["journal_entries"]:
        problems.append(f"it has {counted} entries, the index says {index['journal_entries']}")
    return judged("journal", problems, f"{counted} entries, each with the hash of the one before")
