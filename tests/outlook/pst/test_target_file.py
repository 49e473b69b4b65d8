from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from skyflytt.errors.files import WorkspaceFull
from skyflytt.outlook.errors import PstOccupied
from skyflytt.outlook.mapi import Message
from skyflytt.outlook.pst.target_file import target_file
from skyflytt.outlook.pst.writer import create_pst

LIMITED = """
import resource, sys
from pathlib import Path
resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))
from skyflytt.errors.files import WorkspaceFull
from skyflytt.outlook.mapi import Message
from skyflytt.outlook.mapi.tags import BODY
from skyflytt.outlook.pst.writer import create_pst
try:
    with create_pst(Path(sys.argv[1]), name="Test", seed=b"1") as writer:
        for _ in range(int(sys.argv[2])):
            writer.add(("Inbox",), Message({BODY: "x" * 100_000}))
except WorkspaceFull as error:
    print(error.code, error.item)
"""


def test_the_file_appears_when_the_block_ends(tmp_path: Path) -> None:
    path = tmp_path / "a.pst"
    with target_file(path) as file:
        file.write(b"whole")
        assert not path.exists()
    assert path.read_bytes() == b"whole"
    assert list(tmp_path.iterdir()) == [path]


def test_nothing_is_left_when_the_block_fails(tmp_path: Path) -> None:
    def fail() -> None:
        with create_pst(tmp_path / "a.pst", name="Test") as writer:
            writer.add(("Inbox",), Message())
            (tmp_path / "gone").read_bytes()

    with pytest.raises(FileNotFoundError, match="gone"):
        fail()
    assert list(tmp_path.iterdir()) == []


def test_an_occupied_name_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.pst"
    path.write_bytes(b"old")
    with pytest.raises(PstOccupied, match=r"a\.pst cannot be written: there is a file of that name"), target_file(path):
        pytest.fail("begun")
    with pytest.raises(PstOccupied, match="there is a folder of that name"), target_file(tmp_path):
        pytest.fail("begun")
    assert path.read_bytes() == b"old"


def test_a_name_that_is_taken_meanwhile_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.pst"

    def write() -> None:
        with target_file(path) as file:
            file.write(b"new")
            path.write_bytes(b"other")

    with pytest.raises(PstOccupied, match="there is a file of that name"):
        write()
    assert path.read_bytes() == b"other"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("place", ["missing/a.pst", "a-file/a.pst", "/proc/a.pst", "n" * 300 + ".pst"])
def test_an_unwritable_place(tmp_path: Path, place: str) -> None:
    (tmp_path / "a-file").touch()
    with pytest.raises(PstOccupied, match=r"cannot be written: [A-Z]"), target_file(tmp_path / place):
        pass


@pytest.mark.parametrize("messages", [2, 20])
def test_a_full_disk_leaves_nothing(tmp_path: Path, messages: int) -> None:
    """Both where the buffer is flushed at the end, and in mid-write."""
    path = tmp_path / "a.pst"
    command = [sys.executable, "-c", LIMITED, str(path), str(messages)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.split() == [WorkspaceFull.code, str(path)]
    assert list(tmp_path.iterdir()) == []
