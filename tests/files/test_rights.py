"""Rights as they come over the wire and from the disk."""

from __future__ import annotations

import struct

import pytest

from skyflytt.files.posix_rights import GROUP, MASK, NAMED_GROUP, OTHER, OWNER, USER, posix_rights, read_acl
from skyflytt.files.smb.security import read_rights

DIRECTORY, FILE = 0o040000, 0o100000


def acl(*entries: tuple[int, int, int]) -> bytes:
    return struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *entry) for entry in entries)


def test_a_mode_alone() -> None:
    folder = posix_rights(DIRECTORY | 0o2750, (1001, 100))
    assert (folder.owner, folder.group, folder.mode, folder.acl) == ("1001", "100", "rwxr-s---", "")
    assert folder.grants == folder.for_files == {"group:100:r-"}
    assert posix_rights(FILE | 0o640, (7, 100)).grants == folder.for_files
    assert posix_rights(FILE | 0o644, (7, 100)).grants != folder.for_files
    assert posix_rights(FILE | 0o640, (7, 101)).grants != folder.for_files


def test_an_access_list_and_what_it_gives_to_files() -> None:
    base = [(OWNER, 7, 0), (GROUP, 5, 0), (OTHER, 0, 0)]
    access = acl(*base, (USER, 7, 1005), (NAMED_GROUP, 7, 50), (MASK, 5, 0))
    rights = posix_rights(DIRECTORY | 0o750, (0, 0), (access, acl(*base, (USER, 6, 33), (MASK, 7, 0))))
    assert "user:1005:rwx" in rights.acl.split(",")
    assert "default:user:33:rw-" in rights.acl.split(",")
    assert rights.grants == {"group:0:r-", "user:1005:r-", "group:50:r-"}
    assert rights.for_files == {"group:0:r-", "user:33:rw"}


@pytest.mark.parametrize("data", [b"", b"\1\0\0\0", acl()[:3], acl((USER, 7, 1))[:-1]])
def test_a_list_that_cannot_be_read_is_none(data: bytes) -> None:
    assert read_acl(data) == []


def sid(*parts: int) -> bytes:
    return struct.pack("<BB", 1, len(parts)) + (5).to_bytes(6, "big") + struct.pack(f"<{len(parts)}I", *parts)


def ace(kind: int, flags: int, mask: int, who: bytes) -> bytes:
    return struct.pack("<BBHI", kind, flags, 8 + len(who), mask) + who


def descriptor(owner: bytes, group: bytes, *aces: bytes, control: int = 0x8004) -> bytes:
    body = b"".join(aces)
    dacl = struct.pack("<BBHHH", 2, 0, 8 + len(body), len(aces), 0) + body
    at = 20
    head = struct.pack("<BBHIIII", 1, 0, control, at, at + len(owner), 0, at + len(owner) + len(group))
    return head + owner + group + dacl


ANNA, TEAM, USERS = sid(21, 1, 2, 3, 1001), sid(21, 1, 2, 3, 513), sid(32, 545)


def test_a_descriptor_as_sddl() -> None:
    data = descriptor(
        ANNA, TEAM, ace(0, 0x3, 0x1F01FF, ANNA), ace(0, 0x13, 0x1200A9, USERS), ace(1, 0, 0x2, TEAM), control=0x9404
    )
    rights = read_rights(data)
    assert (rights.owner, rights.group) == ("S-1-5-21-1-2-3-1001", "S-1-5-21-1-2-3-513")
    assert rights.acl == (
        "D:PAI(A;OICI;0x1f01ff;;;S-1-5-21-1-2-3-1001)(A;OICIID;0x1200a9;;;S-1-5-32-545)(D;;0x2;;;S-1-5-21-1-2-3-513)"
    )
    assert rights.grants == {"A:S-1-5-32-545:r", "D:S-1-5-21-1-2-3-513:w"}
    assert rights.for_files == {"A:S-1-5-32-545:r"}


def test_what_a_folder_gives_is_what_an_untouched_file_has() -> None:
    folder = read_rights(descriptor(ANNA, TEAM, ace(0, 0x3, 0x1301BF, TEAM), ace(0, 0xB, 0x10000000, sid(18))))
    file = read_rights(descriptor(ANNA, TEAM, ace(0, 0x10, 0x1301BF, TEAM), ace(0, 0x10, 0x1F01FF, sid(18))))
    own = read_rights(descriptor(ANNA, TEAM, ace(0, 0x10, 0x1301BF, TEAM), ace(0, 0, 0x1200A9, USERS)))
    assert file.grants == folder.for_files
    assert own.grants != folder.for_files


def test_no_list_means_everybody() -> None:
    assert read_rights(descriptor(ANNA, TEAM, control=0x8000)).grants == {"A:S-1-1-0:rw"}


def test_a_cut_descriptor_is_an_error_of_the_line() -> None:
    with pytest.raises(struct.error):
        read_rights(descriptor(ANNA, TEAM, ace(0, 0, 1, USERS))[:-6])
