"""The machine-readable listing of FTP (RFC 3659, section 7)."""

from __future__ import annotations

from datetime import UTC, datetime

from skyflytt.errors.files import PathRefused
from skyflytt.files.paths import decode
from skyflytt.files.port import EntryKind
from skyflytt.files.walk import Listed

KINDS = {"file": EntryKind.FILE, "dir": EntryKind.FOLDER, "cdir": EntryKind.FOLDER, "pdir": EntryKind.FOLDER}
ITSELF = ("cdir", "pdir")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def read_listing(folder: str, lines: bytes) -> list[Listed]:
    """The entries of an MLSD's answer but for the folder itself and the one above it."""
    found = []
    for line in lines.split(b"\r\n"):
        if line:
            kind, listed = read_line(folder, line)
            if kind not in ITSELF and listed.name not in (".", ".."):
                found.append(listed)
    return found


def read_line(folder: str, line: bytes) -> tuple[str, Listed]:
    """`type=file;size=3;modify=20240102030405; name`: the fact `type`, and the entry. Names of facts are in any case."""
    head, space, name = line.partition(b" ")
    facts = dict(fact.split("=", 1) for fact in head.decode("latin-1").lower().split(";") if "=" in fact)
    if not space or "type" not in facts:
        raise PathRefused(folder or "/", f"the server lists a line that is not of MLSD: {line[:80]!r}")
    kind = KINDS.get(facts["type"], EntryKind.SYMLINK if "link" in facts["type"] else EntryKind.OTHER)
    return facts["type"], Listed(decode(name), kind, int(facts.get("size", 0)), read_time(facts.get("modify", "")))


def read_time(text: str) -> datetime:
    """`20240102030405` or with a fraction, in UTC (section 2.3); the epoch when the server does not say."""
    if not text:
        return EPOCH
    seconds, _, fraction = text.partition(".")
    at = datetime.strptime(seconds, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    return at.replace(microsecond=int(fraction[:6].ljust(6, "0"))) if fraction else at


def write_time(at: datetime) -> str:
    """As MFMT takes it (draft-somers-ftp-mfxx)."""
    return at.astimezone(UTC).strftime("%Y%m%d%H%M%S")
