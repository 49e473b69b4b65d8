"""`SHA256SUMS` as coreutils' `sha256sum -c` reads it: digest, two spaces, name; odd names escaped behind a backslash."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

SUMS = "SHA256SUMS"
ESCAPES = {"\\": "\\\\", "\n": "\\n", "\r": "\\r"}
LINE = re.compile(r"(\\?)([0-9a-f]{64}) [ *](.+)")
ESCAPED = re.compile(r"\\(.)")
CHARACTERS = {"\\": "\\", "n": "\n", "r": "\r"}


def sums_line(sha256: str, name: str) -> str:
    """One line with its line break. A name with a backslash, LF or CR is escaped, and the line then begins with a backslash."""
    escaped = "".join(ESCAPES.get(character, character) for character in name)
    mark = "\\" if escaped != name else ""
    return f"{mark}{sha256}  {escaped}\n"


def read_sums(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Each line's name and digest. Raises `ValueError` with the line's number at one that is none.

    Lines may end in CR LF, as they do after a transfer in text mode.
    """
    for number, line in enumerate(lines, 1):
        text = line.removesuffix("\n").removesuffix("\r")
        if not text:
            continue
        found = LINE.fullmatch(text)
        if found is None:
            raise ValueError(f"line {number}")
        marked, digest, name = found.groups()
        yield (ESCAPED.sub(_character, name) if marked else name), digest


def _character(found: re.Match[str]) -> str:
    return CHARACTERS.get(found[1], found[0])
