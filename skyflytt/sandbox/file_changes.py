"""An act's files, on the old file server's disk: new, changed, moved, deleted, and a new folder."""

from __future__ import annotations

import os
from pathlib import Path

from skyflytt.sandbox.acts import Act
from skyflytt.sandbox.company.files import PlannedFile, ordinary
from skyflytt.sandbox.state import Sandbox


def apply(sandbox: Sandbox, act: Act) -> tuple[dict[str, int], int]:
    """What the act comprises, and how much of it was not yet so."""
    root = sandbox.root / "old-files"
    done = sum([_new(root, act), _change(root, act), _move(root, act), _delete(root, act), _new_folder(root, act)])
    counts = {
        "new": act.new_files,
        "changed": act.changed_files,
        "moved": act.moved_files,
        "deleted": act.deleted_files,
    }
    return {**counts, "new folders": 1}, done


def new_paths(act: Act) -> list[str]:
    return [
        f"company/Projekt/Flytten 2026/{act.name}/Anteckning {number:02} från mötet – å ä ö.txt"
        for number in range(act.new_files)
    ]


def changed(act: Act) -> list[PlannedFile]:
    return list(ordinary()[act.files : act.files + act.changed_files])


def moved(act: Act) -> list[tuple[str, str]]:
    start = act.files + act.changed_files
    files = ordinary()[start : start + act.moved_files]
    return [(file.path, f"company/Arkiv/{act.name}/{file.path.rsplit('/', 1)[-1]}") for file in files]


def deleted(act: Act) -> list[str]:
    start = act.files + act.changed_files + act.moved_files
    return [file.path for file in ordinary()[start : start + act.deleted_files]]


def _new(root: Path, act: Act) -> int:
    return sum(
        _write(root, path, f"{path}\r\n".encode() * (number * 40 + 1), act, number)
        for number, path in enumerate(new_paths(act))
    )


def _change(root: Path, act: Act) -> int:
    """Every third keeps its size, which only a comparison of times or content notices; the others grow."""
    done = 0
    for number, file in enumerate(changed(act)):
        before, mark = file.content(), f"{act.name} {number}".encode()
        after = mark + before[len(mark) :] if number % 3 == 0 else before + b"\r\n" + mark
        done += _write(root, file.path, after, act, number)
    return done


def _write(root: Path, path: str, content: bytes, act: Act, number: int) -> int:
    """Whole or not at all, the time included; 0 when it is so already."""
    final = root / path
    at = act.minute(number).timestamp()
    if final.exists() and final.stat().st_mtime == at and final.read_bytes() == content:
        return 0
    final.parent.mkdir(parents=True, exist_ok=True)
    beside = root.with_name(".changing")
    beside.write_bytes(content)
    os.utime(beside, (at, at))
    beside.replace(final)
    return 1


def _move(root: Path, act: Act) -> int:
    done = 0
    for before, after in moved(act):
        if (root / before).exists():
            (root / after).parent.mkdir(parents=True, exist_ok=True)
            (root / before).replace(root / after)
            done += 1
    return done


def _delete(root: Path, act: Act) -> int:
    found = [root / path for path in deleted(act) if (root / path).exists()]
    for path in found:
        path.unlink()
    return len(found)


def _new_folder(root: Path, act: Act) -> int:
    folder = root / "company" / f"Ny tom mapp ({act.name})"
    if folder.exists():
        return 0
    folder.mkdir()
    return 1
