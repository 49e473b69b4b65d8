"""Escapes and folding of text values (RFC 5545 3.3.11 and 3.1, RFC 6350 3.4)."""

from __future__ import annotations

import re

from icalendar.parser import Contentline, Parameters

_ESCAPE = re.compile(r"\\(.)", re.S)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def unescaped(value: str) -> str:
    r"""\n is a line break, and any other escaped character itself. Line breaks are CRLF, as in Outlook's texts."""
    return _ESCAPE.sub(lambda found: "\r\n" if found[1] in "nN" else found[1], value)


def escaped(text: str) -> str:
    """A text as a value. Control characters, which no value may have, become spaces."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")
    return _CONTROL.sub(" ", text)


def fields(value: str, separator: str) -> list[str]:
    """A structured value cut at its separators that are not escaped; each part is still escaped."""
    parts, current, skip = [], "", False
    for character in value:
        if character == separator and not skip:
            parts.append(current)
            current = ""
            continue
        current += character
        skip = character == "\\" and not skip
    return [*parts, current]


def content_line(name: str, value: str, params: dict[str, str | list[str]] | None = None) -> str:
    """One content line, folded at 75 octets; `value` is escaped already."""
    clean = {key: _clean(each) for key, each in (params or {}).items() if each}
    parameters = Parameters(clean).to_ical().decode() if clean else ""
    head = f"{name};{parameters}" if parameters else name
    return folded(f"{head}:{_one_line(value)}")


def folded(line: str) -> str:
    """A content line cut into pieces of 75 octets."""
    return Contentline(_one_line(line)).to_ical().decode()  # type: ignore[no-untyped-call,no-any-return]


def _one_line(value: str) -> str:
    return _CONTROL.sub(" ", value.replace("\r", " ").replace("\n", " "))


def _clean(value: str | list[str]) -> str | list[str]:
    if isinstance(value, list):
        return [_one_line(each).replace('"', "'") for each in value]
    return _one_line(value).replace('"', "'")
