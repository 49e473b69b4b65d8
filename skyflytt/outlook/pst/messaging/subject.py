"""Subjects: prefix and rest in one property ([MS-PST] 2.5.3.1.1.1, [MS-OXCMSG] 2.2.1.9, 2.2.1.10 and 2.2.1.46)."""

from __future__ import annotations

import re
from typing import NamedTuple

MARK = "\x01"
_PREFIX = re.compile(r"[^\W\d_]{1,3}: ")
# The length is written as one UTF-16 unit; below 0xD800 it can be no surrogate, and nobody's prefix is that long.
_LONGEST_PREFIX = 250
# The length counts UTF-16 units; readers that count characters find the same end only where all of them take one.
_LAST_OF_ONE_UNIT = "\uffff"


class Subject(NamedTuple):
    """`prefix` ends with its space ("RE: "), and is empty where there is none."""

    prefix: str
    normalized: str

    @property
    def stored(self) -> str:
        """The value of PidTagSubject in a PST file: mark, length of the prefix plus one, whole subject. An empty one is bare."""
        text = self.prefix + self.normalized
        return f"{MARK}{chr(len(self.prefix) + 1)}{text}" if text else ""


def subject_of(subject: str | None, prefix: str | None, normalized: str | None) -> Subject | None:
    """The subject that these three properties say together; PidTagSubject wins where they disagree. None where all are missing."""
    if subject is None:
        return None if prefix is None and normalized is None else _joined(prefix or "", normalized or "")
    if normalized is not None and prefix is not None and subject == prefix + normalized:
        # What looks like a mark is text here: the three properties agree without one.
        return _joined(prefix, normalized)
    if subject[:1] == MARK and len(subject) > 1:
        text, length = subject[2:], ord(subject[1]) - 1
        return _joined(text[:length], text[length:]) if 0 <= length <= len(text) else split(text)
    if prefix and subject.startswith(prefix):
        return _joined(prefix, subject[len(prefix) :])
    if normalized and subject.endswith(normalized):
        cut = len(subject) - len(normalized)
        return _joined(subject[:cut], subject[cut:])
    return Subject("", subject) if prefix == "" else split(subject)


def split(subject: str) -> Subject:
    """One to three letters, a colon and a space are a prefix."""
    found = _PREFIX.match(subject)
    cut = found.end() if found else 0
    return _joined(subject[:cut], subject[cut:])


def _joined(prefix: str, normalized: str) -> Subject:
    if len(prefix) > _LONGEST_PREFIX or any(character > _LAST_OF_ONE_UNIT for character in prefix):
        return Subject("", prefix + normalized)
    return Subject(prefix, normalized)
