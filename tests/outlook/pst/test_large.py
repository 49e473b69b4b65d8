"""Large mailboxes, written by a process of their own whose peak memory is measured."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pypff
import pytest

from skyflytt.outlook.pst.check import check_pst
from tests.outlook.pst.written import Libpff

pytestmark = [pytest.mark.heavy, pytest.mark.timeout(1_800)]

WRITE = """
import sys
from pathlib import Path
from skyflytt.outlook.mapi import Message
from skyflytt.outlook.mapi import tags as t
from skyflytt.outlook.pst.writer import create_pst

def message(number):
    properties = {t.SUBJECT: f"RE: number {number}", t.BODY: "text " * 400, t.HTML: b"<p>" * 1_500, t.MESSAGE_FLAGS: number % 2,
                  t.SENDER_NAME: "Anna", t.MESSAGE_DELIVERY_TIME: 132 * 10**15 + number}
    return Message(properties, [{t.DISPLAY_NAME: "Bo", t.ADDRESS_TYPE: "SMTP", t.EMAIL_ADDRESS: "bo@norr.example"}])

def path(number, folders):
    if folders == 1:
        return ("Inbox",)
    place = number % folders
    return tuple(f"{place // 30 if depth == 0 else 'x'} {depth}" for depth in range(place % 30 + 1))

with create_pst(Path(sys.argv[1]), name="Large", seed=b"1") as writer:
    for number in range(int(sys.argv[2])):
        writer.add(path(number, int(sys.argv[3])), message(number))
# Not getrusage: its peak begins with that of the process that started this one.
print(next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM")) // 1024)
"""


def peak_mb(path: Path, messages: int, folders: int) -> int:
    command = [sys.executable, "-c", WRITE, str(path), str(messages), str(folders)]
    return int(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def assert_clean(path: Path) -> None:
    assert [str(finding) for finding, _ in zip(check_pst(path), range(20), strict=False)] == []


def test_a_hundred_thousand_messages_in_one_folder(tmp_path: Path) -> None:
    few, many = peak_mb(tmp_path / "few.pst", 10_000, 1), peak_mb(tmp_path / "many.pst", 100_000, 1)
    assert many < 100
    assert many - few < 30
    file = pypff.file()
    file.open(str(tmp_path / "many.pst"))
    inbox = next(one for one in file.root_folder.sub_folders if one.identifier == 0x8022).get_sub_folder(1)
    assert inbox.number_of_sub_messages == 100_000
    for number in (0, 1, 50_000, 99_999):
        assert inbox.get_sub_message(number).subject == f"RE: number {number}"
    assert_clean(tmp_path / "many.pst")


def test_two_thousand_folders_thirty_deep(tmp_path: Path) -> None:
    path = tmp_path / "a.pst"
    assert peak_mb(path, 20_000, 2_000) < 100
    folders = Libpff(path).folders
    counts = [
        folder.number_of_sub_messages for place, folder in folders.items() if place not in ((), ("Deleted Items",))
    ]
    assert counts == [10] * 2_000
    assert max(map(len, folders)) == 30
    assert_clean(path)
