"""Rights as POSIX has them: owner, group, mode, and access lists (acl(5); their binary form is that of Linux's attributes)."""

from __future__ import annotations

import stat as modes
import struct
from collections.abc import Callable
from dataclasses import dataclass

from skyflytt.files.rights import Rights

VERSION = 2
HEAD, ENTRY = struct.Struct("<I"), struct.Struct("<HHI")
OWNER, USER, GROUP, NAMED_GROUP, MASK, OTHER = 0x01, 0x02, 0x04, 0x08, 0x10, 0x20
WORDS = {OWNER: "user", USER: "user", GROUP: "group", NAMED_GROUP: "group", MASK: "mask", OTHER: "other"}
Acl = list[tuple[int, int, int]]
"""Tag, permissions (4 read, 2 write, 1 execute), and the number of a named user or group."""


@dataclass(frozen=True, slots=True)
class Names:
    """What a user's or group's number stands for, on the machine that has the files."""

    user: Callable[[int], str] = str
    group: Callable[[int], str] = str

    def of(self, tag: int, number: int) -> str:
        return self.user(number) if tag == USER else self.group(number) if tag == NAMED_GROUP else ""


NUMBERS = Names()


def posix_rights(
    mode: int, owner: tuple[int, int], acls: tuple[bytes, bytes] = (b"", b""), names: Names = NUMBERS
) -> Rights:
    """`owner` is a user's and a group's number; `acls` are the values of the attributes `system.posix_acl_access` and `_default`."""
    access, given = map(read_acl, acls)
    words = [*_text(access, names), *(f"default:{one}" for one in _text(given, names))]
    group = names.group(owner[1])
    grants = _grants(access or _of_mode(mode), group, names)
    for_files = _grants(given, group, names) if given else grants
    return Rights(names.user(owner[0]), group, modes.filemode(mode)[1:], ",".join(words), grants, for_files)


def read_acl(data: bytes) -> Acl:
    """The entries; none where there is no list, or one in a form that is not known here."""
    if len(data) < HEAD.size or HEAD.unpack_from(data)[0] != VERSION or (len(data) - HEAD.size) % ENTRY.size:
        return []
    return list(ENTRY.iter_unpack(data[HEAD.size :]))


def _of_mode(mode: int) -> Acl:
    return [(GROUP, mode >> 3 & 7, 0), (OTHER, mode & 7, 0)]


def _text(acl: Acl, names: Names) -> list[str]:
    return [f"{WORDS.get(tag, tag)}:{names.of(tag, number)}:{_letters(given, 7)}" for tag, given, number in acl]


def _letters(given: int, of: int) -> str:
    return "".join(letter if given & of & bit else "-" for letter, bit in (("r", 4), ("w", 2), ("x", 1)))


def _grants(acl: Acl, group: str, names: Names) -> frozenset[str]:
    """Reading and writing alone: executing means another thing for files than for folders. The mask limits all but the others."""
    mask = next((given for tag, given, _ in acl if tag == MASK), 7)
    found = set()
    for tag, given, number in acl:
        if tag in (OWNER, MASK):
            continue
        name = group if tag == GROUP else names.of(tag, number)
        effective = given if tag == OTHER else given & mask
        if effective & 6:
            found.add(f"{WORDS.get(tag, tag)}:{name}:{_letters(effective, 6)[:2]}")
    return frozenset(found)
