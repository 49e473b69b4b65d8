from __future__ import annotations

from pathlib import Path

from skyflytt.outlook.mapi import Message
from skyflytt.outlook.mapi import tags as t
from skyflytt.outlook.mapi.tags import CONTENT_COUNT, CONTENT_UNREAD_COUNT, DISPLAY_NAME, MESSAGE_FLAGS, SUBFOLDERS
from skyflytt.outlook.pst.messaging.columns import ASSOC_CONTENTS, HIERARCHY
from skyflytt.outlook.pst.verification import verify_pst
from skyflytt.outlook.pst.writer import create_pst
from tests.outlook.pst.written import Libpff, Written

MANDATORY = {0x21, 0x61, 0x122, 0x12D, 0x12E, 0x12F, 0x1E1, 0x201, 0x261, 0x60D, 0x60E, 0x60F, 0x610, 0x62B, 0x64C}
MANDATORY |= {0x671, 0x692, 0x2223, 0x2226, 0x2227, 0x2230}
FOLDERS = (0x8022, 0x8042, 0x8062)


def name_of(properties: dict[int, bytes]) -> str:
    return properties[DISPLAY_NAME].decode("utf-16-le")


def test_an_empty_mailbox_has_every_mandatory_node(tmp_path: Path) -> None:
    path = tmp_path / "a.pst"
    with create_pst(path, name="Anna Å", seed=b"1"):
        pass
    file = Written(path)
    assert file.raw.nodes.keys() == MANDATORY | {nid + table for nid in FOLDERS for table in (0, 0xB, 0xC, 0xD)}
    assert {nid: file.raw.nodes[nid][2] for nid in (0x122, 0x2223, *FOLDERS)} == {
        0x122: 0x122,
        0x2223: 0x122,
        0x8022: 0x122,
        0x8042: 0x122,
        0x8062: 0x8022,
    }
    store = file.properties(0x21)
    key = store[t.RECORD_KEY]
    assert name_of(store) == "Anna Å"
    assert store[t.IPM_SUBTREE_ENTRY_ID] == bytes(4) + key + (0x8022).to_bytes(4, "little")
    assert store[t.IPM_WASTEBASKET_ENTRY_ID] == bytes(4) + key + (0x8062).to_bytes(4, "little")
    assert store[t.FINDER_ENTRY_ID] == bytes(4) + key + (0x8042).to_bytes(4, "little")
    assert file.rows(0x62B)[1][t.RECEIVE_FOLDER_NID] == (0x122).to_bytes(4, "little")


def test_folders_in_any_order_with_their_classes_and_counts(tmp_path: Path) -> None:
    path = tmp_path / "a.pst"
    with create_pst(path, name="Test", seed=b"1") as writer:
        writer.add(("Inbox", "Projects 🎉"), Message({MESSAGE_FLAGS: 0}))
        writer.folder(
            ("Contacts",), container_class="IPF.Contact", properties={t.COMMENT: "people", t.CONTENT_COUNT: 9}
        )
        writer.add(("Inbox",), Message({MESSAGE_FLAGS: 1}))
        writer.add(("Inbox", "Projects 🎉"), Message({MESSAGE_FLAGS: 1}))
        writer.add(("Inbox", "Projects 🎉"), Message({MESSAGE_FLAGS: 0}), associated=True)
        writer.add((), Message({MESSAGE_FLAGS: 0}))
        writer.folder(("Inbox",), container_class="")
    file = Written(path)
    by_name = {name_of(file.properties(nid)): nid for nid in file.raw.nodes if nid & 0x1F == 2}
    counts = {name: [int.from_bytes(file.properties(nid)[tag], "little") for tag in (CONTENT_COUNT, CONTENT_UNREAD_COUNT)]
              for name, nid in by_name.items()}  # fmt: skip
    assert counts["Projects 🎉"] == [2, 1]
    assert counts["Inbox"] == [1, 0]
    assert counts["Top of Outlook data file"] == [1, 1]
    assert counts["Contacts"] == [0, 0]
    contacts = file.properties(by_name["Contacts"])
    assert contacts[t.CONTAINER_CLASS].decode("utf-16-le") == "IPF.Contact"
    assert contacts[t.COMMENT].decode("utf-16-le") == "people"
    assert t.CONTAINER_CLASS not in file.properties(by_name["Inbox"])
    for parent in (0x122, 0x8022, by_name["Inbox"]):
        for nid, row in file.rows(parent + 0xB).items():
            own = file.properties(nid)
            assert file.raw.nodes[nid][2] == parent
            assert {tag: row[tag] for tag in row if tag >> 16 not in (0x67F2, 0x67F3)} == {
                tag: value for tag, value in own.items() if tag in HIERARCHY
            }
    for nid in by_name.values():
        assert file.properties(nid)[SUBFOLDERS] == (b"\1" if file.rows(nid + 0xB) else b"\0")


def test_associated_messages_have_a_table_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "a.pst"
    with create_pst(path, name="Test", seed=b"1") as writer:
        view = Message({t.MESSAGE_CLASS: "IPM.Microsoft.FolderDesign.NamedView", t.SUBJECT: "View", 0x682F001F: "v"})
        nid = writer.add(("Inbox",), view, associated=True)
    file = Written(path)
    assert nid == 0x100028
    properties, row = file.properties(nid), file.rows(0x808F)[nid]
    assert int.from_bytes(properties[MESSAGE_FLAGS], "little") & 0x40
    assert {tag: row[tag] for tag in row if tag not in (0x67F20003, 0x67F30003, t.MESSAGE_STATUS)} == {
        tag: value for tag, value in properties.items() if tag in ASSOC_CONTENTS
    }
    assert file.properties(0x8082)[CONTENT_COUNT] == bytes(4)


def test_deleted_items_under_another_name(tmp_path: Path) -> None:
    path = tmp_path / "a.pst"
    with create_pst(path, name="Test", seed=b"1") as writer:
        writer.folder(("Borttaget",), deleted_items=True)
        writer.add(("Deleted Items",), Message())
    file = Written(path)
    assert name_of(file.properties(0x8062)) == "Borttaget"
    assert file.properties(0x21)[t.IPM_WASTEBASKET_ENTRY_ID][-4:] == b"\x62\x80\0\0"


def test_deleted_items_that_are_named_last(tmp_path: Path) -> None:
    path = tmp_path / "a.pst"
    with create_pst(path, name="Test", seed=b"1") as writer:
        writer.add(("Deleted Items",), Message())
        writer.add(("Papperskorg",), Message())
        writer.folder(("Papperskorg",), deleted_items=True)
    file = Written(path)
    wastebasket = int.from_bytes(file.properties(0x21)[t.IPM_WASTEBASKET_ENTRY_ID][-4:], "little")
    assert name_of(file.properties(wastebasket)) == "Papperskorg"


def test_thirty_folders_deep(tmp_path: Path) -> None:
    path = tmp_path / "a.pst"
    deep = tuple(f"nivå {depth}" for depth in range(30))
    with create_pst(path, name="Test", seed=b"1") as writer:
        writer.add(deep, Message({t.SUBJECT: "at the bottom"}))
    libpff = Libpff(path)
    assert libpff.message(deep).subject == "at the bottom"
    assert len(libpff.folders) == 32


def test_store_and_folders_without_a_name_get_one(tmp_path: Path) -> None:
    path = tmp_path / "a.pst"
    with create_pst(path, name="", seed=b"1") as writer:
        writer.add(("", "a\0"), Message())
    file = Written(path)
    assert name_of(file.properties(0x21)) == "Outlook Data File"
    assert name_of(file.properties(0x8082)) == "(no name)"
    assert not list(verify_pst([path], [(("", "a\0"), Message())]).differences)
