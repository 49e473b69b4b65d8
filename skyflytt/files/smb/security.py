"""A security descriptor as the wire has it ([MS-DTYP] section 2.4.6), as SDDL (section 2.5.1), and as rights."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from skyflytt.files.rights import Rights

OWNER, GROUP, DACL = 1, 2, 4
"""What is asked for ([MS-SMB2] section 2.2.37)."""
DESCRIPTOR = struct.Struct("<BBHIIII")
ACL_HEAD, ACE_HEAD = struct.Struct("<BBHHH"), struct.Struct("<BBH")
DACL_PRESENT, DACL_PROTECTED, DACL_AUTO_INHERITED = 0x4, 0x1000, 0x400
OBJECT_INHERIT, INHERIT_ONLY = 0x1, 0x8
ACE_FLAGS = {0x1: "OI", 0x2: "CI", 0x4: "NP", 0x8: "IO", 0x10: "ID", 0x40: "SA", 0x80: "FA"}
ACE_TYPES = {0: "A", 1: "D"}
READ, WRITE = 0x1 | 0x8000_0000 | 0x1000_0000, 0x2 | 0x4000_0000 | 0x1000_0000
"""Reading and writing data, also as parts of the generic rights (section 2.4.3)."""
CREATOR_OWNER, CREATOR_GROUP = "S-1-3-0", "S-1-3-1"


@dataclass(frozen=True, slots=True)
class Ace:
    kind: int
    flags: int
    mask: int
    sid: str

    def __str__(self) -> str:
        flags = "".join(word for bit, word in ACE_FLAGS.items() if self.flags & bit)
        return f"({ACE_TYPES.get(self.kind, f'#{self.kind}')};{flags};0x{self.mask:x};;;{self.sid})"

    @property
    def grant(self) -> str:
        may = ("r" if self.mask & READ else "") + ("w" if self.mask & WRITE else "")
        return f"{ACE_TYPES.get(self.kind, self.kind)}:{self.sid}:{may}" if may else ""


def read_rights(data: bytes) -> Rights:
    """The rights that a descriptor in self-relative form stands for. Raises `struct.error` for one that is cut."""
    _, _, control, owner_at, group_at, _, dacl_at = DESCRIPTOR.unpack_from(data)
    owner = _sid(data, owner_at) if owner_at else ""
    group = _sid(data, group_at) if group_at else ""
    if not control & DACL_PRESENT or not dacl_at:
        # No list at all: everybody may do everything.
        everybody = frozenset({"A:S-1-1-0:rw"})
        return Rights(owner, group, "", "D:NO_ACCESS_CONTROL", everybody, everybody)
    aces = _aces(data, dacl_at)
    marks = ("P" if control & DACL_PROTECTED else "") + ("AI" if control & DACL_AUTO_INHERITED else "")
    grants = _grants([ace for ace in aces if not ace.flags & INHERIT_ONLY], owner)
    passed_on = [ace for ace in aces if ace.flags & OBJECT_INHERIT]
    for_files = _grants(passed_on, owner) if passed_on else grants
    return Rights(owner, group, "", f"D:{marks}{''.join(map(str, aces))}", grants, for_files)


def _grants(aces: list[Ace], owner: str) -> frozenset[str]:
    """The owner's own are left out: who owns a file has nothing to do with the folder that it is in."""
    return frozenset(ace.grant for ace in aces if ace.grant and ace.sid not in (owner, CREATOR_OWNER, CREATOR_GROUP))


def _aces(data: bytes, at: int) -> list[Ace]:
    _, _, _, count, _ = ACL_HEAD.unpack_from(data, at)
    at += ACL_HEAD.size
    aces = []
    for _ in range(count):
        kind, flags, size = ACE_HEAD.unpack_from(data, at)
        (mask,) = struct.unpack_from("<I", data, at + ACE_HEAD.size)
        aces.append(Ace(kind, flags, mask, _sid(data, at + ACE_HEAD.size + 4)))
        at += max(size, ACE_HEAD.size)
    return aces


def _sid(data: bytes, at: int) -> str:
    """A SID as text (section 2.4.2.1)."""
    revision, count = struct.unpack_from("<BB", data, at)
    authority = int.from_bytes(data[at + 2 : at + 8], "big")
    parts = struct.unpack_from(f"<{count}I", data, at + 8)
    return "-".join(map(str, ("S", revision, authority, *parts)))
