"""vCard 2.1 lines: quoted-printable with its soft line breaks, and character sets (vCard 2.1, 2.1.3 and 2.1.5)."""

from __future__ import annotations

from base64 import b64decode
from dataclasses import replace
from quopri import decodestring

from skyflytt.outlook.items.icalendar.lines import Line
from skyflytt.outlook.items.icalendar.text import escaped, fields


def joined(lines: list[str]) -> list[str]:
    """A quoted-printable value goes on in the next line where its own ends in "="."""
    result: list[str] = []
    for line in lines:
        if result and result[-1].endswith("=") and "QUOTED-PRINTABLE" in result[-1].partition(":")[0].upper():
            result[-1] = result[-1][:-1] + line
        else:
            result.append(line)
    return result


def plain(line: Line) -> Line:
    """The line without its transfer encoding: a quoted-printable value as text, its structure kept."""
    if line.param("ENCODING").upper() not in {"QUOTED-PRINTABLE", "Q"}:
        return line
    charset = line.param("CHARSET") or "utf-8"
    parts = [_decoded(part, charset) for part in fields(line.value, ";")]
    return replace(line, value=";".join(escaped(part) for part in parts))


def _decoded(value: str, charset: str) -> str:
    data = decodestring(value.encode("utf-8", "surrogatepass"))
    try:
        return data.decode(charset)
    except (LookupError, ValueError):
        return data.decode("cp1252", "replace")


def binary_value(line: Line) -> bytes | None:
    """The bytes of a base64 value or a data: address; None for a link, and for what cannot be decoded."""
    value = line.value.strip()
    if value[:5].lower() == "data:":
        value = value.partition(",")[2]
    elif line.param("ENCODING").upper() not in {"B", "BASE64"}:
        return None
    try:
        return b64decode("".join(value.replace("\\", "").split()), validate=True) or None
    except ValueError:
        return None
