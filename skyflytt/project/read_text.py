"""The text of a project file, or a clear word on why there is none."""

from __future__ import annotations

import errno
from pathlib import Path

from skyflytt.project.problems import Problem, ProjectFileInvalid

MOST_BYTES = 16 * 1024 * 1024
REFUSALS = {
    errno.ENOENT: ("there is no such file", "the path of an existing project file"),
    errno.ENOTDIR: ("a part of its path is not a folder", "the path of an existing project file"),
    errno.EISDIR: ("it is a folder, not a file", "the path of the project file in it"),
    errno.EACCES: ("this user may not read it", "the path of a readable file, or make it readable (chmod u+r)"),
}


def read_text(path: Path) -> str:
    """The file's text; raises `ProjectFileInvalid` with one problem where there is none to read."""
    try:
        with path.open("rb") as file:
            raw = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        number = error.errno if isinstance(error, OSError) else None
        what = getattr(error, "strerror", None) or str(error)
        refusal = REFUSALS.get(number or 0, (f"it cannot be read: {what}", "the path of a readable project file"))
        raise refused(path, *refusal) from error
    if len(raw) > MOST_BYTES:
        raise refused(path, "it is larger than 16 MiB, so it is no project file", "the path of the project file")
    return decode(path, raw)


def decode(path: Path, raw: bytes) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise refused(path, "it is in UTF-16", "the same text, saved as UTF-8")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = error.object[: error.start]
        start = before.rfind(b"\n") + 1
        line, column = before.count(b"\n") + 1, len(before[start:].decode("utf-8", "replace")) + 1
        what = f"the byte 0x{raw[error.start]:02x} is not UTF-8; the file was probably saved as Windows-1252 or Latin-1"
        raise refused(path, what, "the same text, saved as UTF-8", line, column) from None


def refused(path: Path, what: str, write: str, line: int = 1, column: int = 1) -> ProjectFileInvalid:
    return ProjectFileInvalid([Problem(str(path), line, column, "", what, write)])
