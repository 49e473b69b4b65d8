"""Gmail (X-GM-EXT-1): one message with several labels, shown as a copy in each label's folder, and always in "All Mail".

Its views over other folders are left out, so that nothing moves twice: "Starred" and "Important" as a whole (what is in them is elsewhere, the
star is a flag), and of "All Mail" whatever carries a label that has a folder of its own. What is left of it was archived, and is nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

EXTENSION = "X-GM-EXT-1"
LABELS = "X-GM-LABELS"
VIEWS = frozenset((b"\\flagged", b"\\important"))
ALL_MAIL = b"\\all"
_LABELS = re.compile(rb'X-GM-LABELS \(((?:[^()"]|"(?:[^"\\]|\\.)*")*)\)')
_LABEL = re.compile(rb'"((?:[^"\\]|\\.)*)"|([^\s"]+)')
_NO_FOLDER = frozenset((b"\\starred", b"\\important", b"\\muted"))
_LITERAL = re.compile(rb"\{\d+\}\Z")
_UID = re.compile(rb"[( ]UID (\d+)")


def whole_lines(lines: Iterable[object]) -> Iterator[bytes]:
    """FETCH lines in one piece each; a label that came as a literal becomes a word."""
    head = b""
    for line in lines:
        if isinstance(line, tuple):
            head += _LITERAL.sub(b"label", line[0])
        elif isinstance(line, bytes):
            yield head + line
            head = b""


def elsewhere(lines: Iterable[bytes]) -> set[int]:
    """The UIDs of messages that another folder shows too, from whole FETCH lines with UID and X-GM-LABELS."""
    return {
        int(uid[1])
        for line in lines
        if (uid := _UID.search(line)) and (labels := _LABELS.search(line)) and _named(labels[1]) - _NO_FOLDER
    }


def _named(labels: bytes) -> set[bytes]:
    return {(quoted or atom).replace(b"\\\\", b"\\").lower() for quoted, atom in _LABEL.findall(labels)}
