"""LIST, as servers without MLSD write it."""

from __future__ import annotations

import pytest

from skyflytt.errors.files import PathRefused
from skyflytt.files.ftps.plain import read_lines
from skyflytt.files.port import EntryKind

VSFTPD = (
    "drwxr-xr-x    3 0        0            4096 Nov 22 02:52 .\r\n"
    "drwx------    4 0        0            4096 Nov 22 02:52 ..\r\n"
    "-rw-r--r--    1 1000     1000            3 Feb 03  2021  två  blanka\r\n"
    "lrwxrwxrwx    1 0        0               3 Nov 22 02:52 ln -> dir\r\n"
    "srwxr-xr-x    1 0        0               0 Nov  2 02:52 socket\r\n"
    "drwxr-xr-x    2 0        0            4096 Nov 22 02:52 dir -> x\r\n"
)
IIS = (
    "02-03-21  04:05AM       <DIR>          Avtal och annat\r\n"
    "12-31-2020  11:59PM             12345678 rapport 1.pdf\r\n"
    "2020-12-31  11:59             1 nej\r\n"
)


def told(lines: str) -> list[tuple[str, EntryKind, int]]:
    return [(one.name, one.kind, one.size_bytes) for one in read_lines("folder", lines.encode())]


def test_vsftpd() -> None:
    assert told(VSFTPD) == [
        (" två  blanka", EntryKind.FILE, 3),
        ("ln", EntryKind.SYMLINK, 0),
        ("socket", EntryKind.OTHER, 0),
        ("dir -> x", EntryKind.FOLDER, 0),
    ]


def test_iis() -> None:
    assert told(IIS.rpartition("2020-12-31")[0]) == [
        ("Avtal och annat", EntryKind.FOLDER, 0),
        ("rapport 1.pdf", EntryKind.FILE, 12_345_678),
    ]


@pytest.mark.parametrize("line", [IIS.splitlines()[2], "a line break in a name", "-rw-r--r-- 1 0 0 3 name"])
def test_a_line_that_is_not_understood_is_no_empty_folder(line: str) -> None:
    with pytest.raises(PathRefused, match="not understood"):
        told(f"total 4\r\n{line}\r\n")
