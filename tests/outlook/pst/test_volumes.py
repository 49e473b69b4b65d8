from __future__ import annotations

from pathlib import Path

import pypff
import pytest

from skyflytt.outlook.errors import ItemTooLarge, PstOccupied
from skyflytt.outlook.mapi import Attachment, Message, Named
from skyflytt.outlook.mapi.named import PS_PUBLIC_STRINGS
from skyflytt.outlook.mapi.tags import ATTACH_DATA, BODY, CONTAINER_CLASS, RECORD_KEY, SUBJECT
from skyflytt.outlook.pst.volumes import create_volumes
from skyflytt.outlook.pst.writer import create_pst
from tests.outlook.pst.written import Libpff, Written

LIMIT = 1_500_000


def message(number: int) -> Message:
    return Message({SUBJECT: f"number {number}", BODY: "text " * 10_000})


def write_many(path: Path, count: int = 60, limit: int = LIMIT) -> list[Path]:
    with create_volumes(path, name="Anna", seed=b"1", max_bytes=limit) as volumes:
        volumes.folder(("Empty",))
        volumes.folder(("Papperskorg",), deleted_items=True)
        volumes.folder(("A", "B"), container_class="IPF.Contact")
        for number in range(count):
            volumes.add(("Inbox",) if number < 40 else ("A", "B", "C"), message(number))
    return volumes.paths


def subjects(path: Path) -> list[str]:
    folders = Libpff(path).folders
    return [one.subject for folder in folders.values() for one in folder.sub_messages]


def test_one_file_keeps_its_name_and_is_what_a_writer_writes(tmp_path: Path) -> None:
    with create_volumes(tmp_path / "a.pst", name="Anna", seed=b"1") as volumes:
        volumes.add(("Inbox",), message(1))
    with create_pst(tmp_path / "b.pst", name="Anna", seed=b"1") as writer:
        writer.add(("Inbox",), message(1))
    assert volumes.paths == [tmp_path / "a.pst"]
    assert (tmp_path / "a.pst").read_bytes() == (tmp_path / "b.pst").read_bytes()


def test_several_files_hold_every_message_once_and_in_order(tmp_path: Path) -> None:
    paths = write_many(tmp_path / "mail.pst")
    assert [path.name for path in paths] == [f"mail-{number}.pst" for number in range(1, len(paths) + 1)]
    assert sorted(tmp_path.iterdir()) == sorted(paths)
    assert len(paths) >= 4
    assert all(path.stat().st_size <= LIMIT for path in paths)
    assert [subject for path in paths for subject in subjects(path)] == [f"number {number}" for number in range(60)]


def test_later_files_have_the_folders_that_they_need(tmp_path: Path) -> None:
    paths = write_many(tmp_path / "mail.pst")
    first, last = Libpff(paths[0]).folders, Libpff(paths[-1]).folders
    assert {("Empty",), ("Papperskorg",), ("Inbox",), ("A", "B")} <= first.keys()
    assert last.keys() == {(), ("Papperskorg",), ("A",), ("A", "B"), ("A", "B", "C")}
    file = Written(paths[-1])
    assert file.properties(last["A", "B"].identifier)[CONTAINER_CLASS].decode("utf-16-le") == "IPF.Contact"


def test_stores_are_told_apart(tmp_path: Path) -> None:
    paths = write_many(tmp_path / "mail.pst")
    stores = [Written(path).properties(0x21) for path in paths]
    assert len({store[RECORD_KEY] for store in stores}) == len(paths)
    assert [store[0x3001001F].decode("utf-16-le") for store in stores] == [f"Anna {at + 1}" for at in range(len(paths))]


def test_the_same_calls_give_the_same_bytes(tmp_path: Path) -> None:
    (tmp_path / "again").mkdir()
    for one, again in zip(write_many(tmp_path / "m.pst"), write_many(tmp_path / "again" / "m.pst"), strict=True):
        assert one.read_bytes() == again.read_bytes()


def test_a_message_that_no_file_can_hold(tmp_path: Path) -> None:
    large = Message({SUBJECT: "huge"}, attachments=[Attachment({ATTACH_DATA: bytes(2 * LIMIT)})])

    def write() -> None:
        with create_volumes(tmp_path / "a.pst", name="Anna", max_bytes=LIMIT) as volumes:
            volumes.add(("Inbox",), message(1))
            volumes.add(("Inbox",), large)

    with pytest.raises(ItemTooLarge, match=r"huge does not fit.*1,500,000"):
        write()
    assert list(tmp_path.iterdir()) == []


def test_a_new_file_when_names_run_out(tmp_path: Path) -> None:
    with create_volumes(tmp_path / "a.pst", name="Anna", seed=b"1") as volumes:
        for start in range(0, 40_000, 5_000):
            names = {Named(PS_PUBLIC_STRINGS, f"n{at}", 0x0003): at for at in range(start, start + 5_000)}
            volumes.add(("Inbox",), Message(dict(names)))
    assert len(volumes.paths) == 2
    assert [len(subjects(path)) for path in volumes.paths] == [6, 2]


def test_a_taken_number_leaves_nothing_of_ours(tmp_path: Path) -> None:
    taken = tmp_path / "mail-2.pst"
    taken.write_bytes(b"old")
    with pytest.raises(PstOccupied, match=r"mail-2\.pst"):
        write_many(tmp_path / "mail.pst")
    assert list(tmp_path.iterdir()) == [taken]
    assert taken.read_bytes() == b"old"


def test_every_volume_is_read_by_libpff_without_errors(tmp_path: Path) -> None:
    for path in write_many(tmp_path / "mail.pst"):
        file = pypff.file()
        file.open(str(path))
        assert file.number_of_orphan_items == 0
