"""Who may read and write a folder, out of a row of the report of permissions (`skyflytt.files.permissions`), as plain wishes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from skyflytt.files.smb.security import READ, WRITE

Role = Literal["read", "write"]
ACE = re.compile(r"\((?P<kind>[^;]*);(?P<flags>[^;]*);0x(?P<mask>[0-9a-f]+);;;(?P<sid>[^)]*)\)")
SYSTEM = {
    "S-1-3-0": "the creator",
    "S-1-3-1": "the creator's group",
    "S-1-5-18": "the system",
    "S-1-5-32-544": "administrators",
}
EVERYBODY = {"S-1-1-0", "S-1-5-11", "S-1-5-32-545", "other"}


@dataclass(frozen=True, slots=True)
class Wish:
    """`who` is the source's name, number or SID; `refuses` says that it is shut out, which SharePoint cannot be told."""

    who: str
    role: Role
    refuses: bool = False


def wishes(row: Mapping[str, str]) -> list[Wish]:
    """Of one row: each once, with the stronger role; in the order of the names."""
    found: dict[tuple[str, bool], Role] = {}
    for wish in _wishes(row):
        if found.get((wish.who, wish.refuses)) != "write":
            found[wish.who, wish.refuses] = wish.role
    return [Wish(who, role, refuses) for (who, refuses), role in sorted(found.items())]


def _wishes(row: Mapping[str, str]) -> Iterator[Wish]:
    acl = row.get("acl", "")
    if acl.startswith("D:"):
        yield from _of_sddl(acl)
    elif acl:
        yield from _of_posix(acl, row)
    else:
        mode = row.get("mode", "")
        for who, letters in ((row.get("owner", ""), mode[:3]), (row.get("group", ""), mode[3:6]), ("other", mode[6:9])):
            yield from _lettered(who, letters)


def _of_sddl(acl: str) -> Iterator[Wish]:
    if acl == "D:NO_ACCESS_CONTROL":
        yield Wish("S-1-1-0", "write")
    for ace in ACE.finditer(acl):
        mask = int(ace["mask"], 16)
        if "IO" in ace["flags"] or ace["sid"] in SYSTEM or not mask & (READ | WRITE):
            continue
        if ace["kind"] in ("A", "D"):
            yield Wish(ace["sid"], "write" if mask & WRITE else "read", ace["kind"] == "D")


def _of_posix(acl: str, row: Mapping[str, str]) -> Iterator[Wish]:
    """acl(5): the mask limits everybody but the owner and the others; what is for new files alone is left out."""
    entries = [one.split(":") for one in acl.split(",") if not one.startswith("default:")]
    mask = next((one[2] for one in entries if one[0] == "mask"), "rwx")
    for kind, who, letters in (one for one in entries if len(one) == 3 and one[0] != "mask"):
        named = who or {"user": row.get("owner", ""), "group": row.get("group", "")}.get(kind, "other")
        limited = letters if (kind == "user" and not who) or kind == "other" else _both(letters, mask)
        yield from _lettered(named, limited)


def _both(letters: str, mask: str) -> str:
    return "".join(one if one == other else "-" for one, other in zip(letters, mask, strict=False))


def _lettered(who: str, letters: str) -> Iterator[Wish]:
    if who and ("r" in letters or "w" in letters):
        yield Wish(who, "write" if "w" in letters else "read")
