"""Every message is checked through its raw structure; libpff's reading is in test_writer."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from skyflytt.outlook.mapi import Attachment, Message, Named, Properties
from skyflytt.outlook.mapi import tags as t
from skyflytt.outlook.mapi.named import PS_PUBLIC_STRINGS
from skyflytt.outlook.pst.messaging.columns import ATTACHMENTS, CONTENTS
from skyflytt.outlook.pst.verification import verify_pst
from skyflytt.outlook.pst.writer import create_pst
from tests.outlook.pst.written import Written, write

INBOX_CONTENTS = 0x808E
SENT, DELIVERED = 132_000_000_000_000_000, 132_000_000_100_000_000
ANNA: Properties = {t.DISPLAY_NAME: "Anna Å", t.ADDRESS_TYPE: "SMTP", t.EMAIL_ADDRESS: "anna@norr.example"}


def text(value: bytes) -> str:
    return value.decode("utf-16-le")


def number(value: bytes) -> int:
    return int.from_bytes(value, "little")


def written(tmp_path: Path, message: Message) -> tuple[Written, int, dict[int, bytes]]:
    [nid] = write(tmp_path / "a.pst", message)
    file = Written(tmp_path / "a.pst")
    return file, nid, file.properties(nid)


def test_a_message_without_anything_has_what_every_message_has(tmp_path: Path) -> None:
    _, _, properties = written(tmp_path, Message())
    required = (
        t.MESSAGE_CLASS,
        t.MESSAGE_FLAGS,
        t.MESSAGE_SIZE,
        t.CREATION_TIME,
        t.LAST_MODIFICATION_TIME,
        t.SEARCH_KEY,
    )
    assert sorted(properties) == sorted(required)
    assert text(properties[t.MESSAGE_CLASS]) == "IPM.Note"
    assert len(properties[t.SEARCH_KEY]) == 16


def test_times_that_are_missing_follow_from_those_that_are_there(tmp_path: Path) -> None:
    _, _, properties = written(tmp_path, Message({t.CLIENT_SUBMIT_TIME: SENT, t.MESSAGE_DELIVERY_TIME: DELIVERED}))
    assert number(properties[t.CREATION_TIME]) == number(properties[t.LAST_MODIFICATION_TIME]) == DELIVERED
    [nid] = write(tmp_path / "b.pst", Message({t.CLIENT_SUBMIT_TIME: SENT, t.CREATION_TIME: 7}))
    properties = Written(tmp_path / "b.pst").properties(nid)
    assert [number(properties[tag]) for tag in (t.CREATION_TIME, t.LAST_MODIFICATION_TIME)] == [7, 7]


@pytest.mark.parametrize(
    ("brought", "attachments", "flags"),
    [(None, 0, 0x01), (0, 0, 0x00), (0x12, 0, 0x02), (0x08, 1, 0x18), (0x45, 0, 0x01), (0x2401, 0, 0x2401)],
)
def test_flags(tmp_path: Path, brought: int | None, attachments: int, flags: int) -> None:
    properties: Properties = {} if brought is None else {t.MESSAGE_FLAGS: brought, t.HAS_ATTACHMENTS: not attachments}
    message = Message(properties, attachments=[Attachment({t.ATTACH_DATA: b"x"})] * attachments)
    _, _, read = written(tmp_path, message)
    assert number(read[t.MESSAGE_FLAGS]) == flags
    assert brought is None or number(read[t.HAS_ATTACHMENTS]) == attachments


def test_the_row_has_exactly_the_cells_that_the_message_has(tmp_path: Path) -> None:
    message = Message(
        {
            t.SUBJECT: "RE: " + "långt 🎉 " * 900,
            t.IMPORTANCE: 2,
            t.MESSAGE_TO_ME: True,
            t.SENT_REPRESENTING_NAME: "Anna",
            t.CONVERSATION_INDEX: bytes(range(22)),
            t.CLIENT_SUBMIT_TIME: SENT,
            t.MESSAGE_STATUS: 5,
            t.BODY: "no column",
        },
        [ANNA],
    )
    file, nid, properties = written(tmp_path, message)
    row = file.rows(INBOX_CONTENTS)[nid]
    row_only = {0x67F20003, 0x67F30003, t.MESSAGE_STATUS, t.CONVERSATION_ID}
    assert {tag: value for tag, value in row.items() if tag not in row_only} == {
        tag: value for tag, value in properties.items() if tag in CONTENTS
    }
    assert row_only <= row.keys()
    assert not row_only & properties.keys()
    assert number(row[t.MESSAGE_STATUS]) == 5
    assert len(row[t.SUBJECT]) > 3580


def test_the_subject_is_one_property_with_its_prefix_marked(tmp_path: Path) -> None:
    _, _, properties = written(
        tmp_path, Message({t.SUBJECT: "RE: x", t.SUBJECT_PREFIX: "RE: ", t.NORMALIZED_SUBJECT: "x"})
    )
    assert text(properties[t.SUBJECT]) == "\x01\x05RE: x"
    assert text(properties[t.CONVERSATION_TOPIC]) == "x"
    assert not {t.SUBJECT_PREFIX, t.NORMALIZED_SUBJECT} & properties.keys()


def test_an_empty_subject_is_empty(tmp_path: Path) -> None:
    _, _, properties = written(tmp_path, Message({t.SUBJECT: ""}))
    assert properties[t.SUBJECT] == properties[t.CONVERSATION_TOPIC] == b""


def test_the_size_is_that_of_all_data(tmp_path: Path) -> None:
    inner = Message({t.SUBJECT: "inner", t.HTML: b"h" * 20_000})
    message = Message(
        {t.BODY: "b" * 5_000, **{Named(PS_PUBLIC_STRINGS, f"n{at}", 0x1F): "v" * 99 for at in range(120)}},
        [ANNA] * 30,
        [Attachment({t.ATTACH_DATA: b"d" * 30_000}), Attachment({}, inner)],
    )
    file, nid, properties = written(tmp_path, message)
    size = file.size(*file.raw.nodes[nid][:2])
    assert size > 60_000
    assert number(properties[t.MESSAGE_SIZE]) == size
    assert number(file.rows(INBOX_CONTENTS)[nid][t.MESSAGE_SIZE]) == size


def test_a_message_with_more_properties_than_one_heap_item_counts(tmp_path: Path) -> None:
    names: Properties = {Named(PS_PUBLIC_STRINGS, f"n{at}", 0x0003): at for at in range(2_000)}
    file, nid, properties = written(tmp_path, Message(names))
    assert len(properties) == 2_006
    assert number(properties[t.MESSAGE_SIZE]) == file.size(*file.raw.nodes[nid][:2])


def test_what_belongs_to_another_store_is_left_out(tmp_path: Path) -> None:
    foreign: Properties = {t.ENTRY_ID: b"e", t.RECORD_KEY: b"r", t.ROWID: 1, t.MESSAGE_SIZE: 7, t.CONVERSATION_ID: b"c"}
    _, _, properties = written(tmp_path, Message({**foreign, t.CHANGE_KEY: b"kept", t.SEARCH_KEY: b"s" * 16}))
    assert not (foreign.keys() - {t.MESSAGE_SIZE}) & properties.keys()
    assert number(properties[t.MESSAGE_SIZE]) != 7
    assert properties[t.CHANGE_KEY] == b"kept"
    assert properties[t.SEARCH_KEY] == b"s" * 16


def test_recipients(tmp_path: Path) -> None:
    recipients: list[Properties] = [
        ANNA,
        {t.DISPLAY_NAME: "Bo", t.RECIPIENT_TYPE: 2, t.ENTRY_ID: b"own"},
        {t.SMTP_ADDRESS: "c@norr.example", t.RECIPIENT_TYPE: 0x1000_0003, t.RECIPIENT_FLAGS: 1, t.ROWID: 9},
        {t.DISPLAY_NAME: "Dag"},
    ]
    file, nid, properties = written(tmp_path, Message({}, recipients))
    rows = file.subnode_rows(nid, 0x692)
    assert list(rows) == [1, 2, 3, 4]
    assert [text(row[t.DISPLAY_NAME]) for row in rows.values()] == ["Anna Å", "Bo", "c@norr.example", "Dag"]
    assert [number(row[t.RECIPIENT_TYPE]) for row in rows.values()] == [1, 2, 0x1000_0003, 1]
    assert [text(properties[tag]) for tag in (t.DISPLAY_TO, t.DISPLAY_CC, t.DISPLAY_BCC)] == [
        "Anna Å; Dag",
        "Bo",
        "c@norr.example",
    ]
    assert b"norr" in rows[1][t.ENTRY_ID].replace(b"\0", b"")
    assert rows[2][t.ENTRY_ID] == b"own"
    assert number(rows[3][t.RECIPIENT_FLAGS]) == 1
    assert t.RECIPIENT_FLAGS not in rows[4]


def test_display_names_that_were_brought_are_kept(tmp_path: Path) -> None:
    _, _, properties = written(tmp_path, Message({t.DISPLAY_TO: "undisclosed"}, [ANNA]))
    assert text(properties[t.DISPLAY_TO]) == "undisclosed"


def test_attachments(tmp_path: Path) -> None:
    ole = Attachment({t.ATTACH_METHOD: 6, t.ATTACH_DATA_OBJECT: b"o" * 9_000})
    attachments = [
        Attachment({t.ATTACH_LONG_FILENAME: "år 🎉.txt", t.ATTACH_DATA: b"data", t.ATTACH_SIZE: 999}),
        Attachment({t.ATTACH_DATA: b"", t.ATTACHMENT_HIDDEN: True, t.RENDERING_POSITION: 12}),
        ole,
        Attachment({t.ATTACH_METHOD: 7, t.ATTACH_LONG_PATHNAME: "\\\\server\\file"}),
        Attachment({t.ATTACH_METHOD: 5, t.ATTACH_DATA: b"claims to be a message"}),
    ]
    file, nid, _ = written(tmp_path, Message({}, attachments=attachments))
    rows = file.subnode_rows(nid, 0x671)
    read = [file.subnode(nid, below) for below in rows]
    assert [number(one[t.ATTACH_METHOD]) for one in read] == [1, 1, 6, 7, 1]
    assert [number(one[t.ATTACH_SIZE]) for one in read] == [4 + 4 + 4 + 4 + 2 * 18, 13, 9_012, 12 + 26, 12 + 22]
    assert text(read[0][t.ATTACH_FILENAME]) == "år 🎉.txt"
    assert read[0][t.ATTACH_DATA] == b"data"
    assert read[1][t.ATTACH_DATA] == b""
    assert [struct.unpack("<i", one[t.RENDERING_POSITION])[0] for one in read] == [-1, 12, -1, -1, -1]
    ole_nid, ole_size = struct.unpack("<II", read[2][t.ATTACH_DATA_OBJECT])
    _, subnodes, _ = file.raw.nodes[nid]
    below = file.raw.subnodes(file.raw.subnodes(subnodes)[list(rows)[2]][1])
    assert (file.raw.data(below[ole_nid][0]), ole_size) == (b"o" * 9_000, 9_000)
    for properties, row in zip(read, rows.values(), strict=True):
        assert {tag: row[tag] for tag in row if tag >> 16 not in (0x67F2, 0x67F3)} == {
            tag: value for tag, value in properties.items() if tag in ATTACHMENTS
        }


def test_embedded_messages(tmp_path: Path) -> None:
    deepest = Message({t.SUBJECT: "FW: deepest", t.BODY: "at the end"}, [ANNA])
    middle = Message({t.SUBJECT: "middle"}, attachments=[Attachment({t.ATTACH_DATA: b"x"}), Attachment({}, deepest)])
    outer = Message({t.SUBJECT: "outer"}, attachments=[Attachment({t.DISPLAY_NAME: "named"}, middle)])
    file, nid, _ = written(tmp_path, outer)
    path = [nid]
    for subject, at in (("outer", 0), ("middle", 1)):
        assert text(file.subnode(*path)[t.SUBJECT]) == "\x01\x01" + subject
        attachment = list(file.subnode_rows(*path, 0x671))[at]
        properties = file.subnode(*path, attachment)
        inner, size = struct.unpack("<II", properties[t.ATTACH_DATA_OBJECT])
        assert number(properties[t.ATTACH_METHOD]) == 5
        assert text(properties[t.DISPLAY_NAME]) == {"outer": "named", "middle": "deepest"}[subject]
        path += [attachment, inner]
        assert number(file.subnode(*path)[t.MESSAGE_SIZE]) == size
    assert text(file.subnode(*path)[t.BODY]) == "at the end"
    assert file.subnode_rows(*path, 0x692).keys() == {1}


def test_one_attachment_twice_is_two_attachments(tmp_path: Path) -> None:
    twice = Attachment({}, Message({t.SUBJECT: "twice"}))
    file, nid, _ = written(tmp_path, Message({}, attachments=[twice, twice]))
    assert len(file.subnode_rows(nid, 0x671)) == 2


def test_embedded_a_thousand_deep(tmp_path: Path) -> None:
    message = Message({t.SUBJECT: "0"})
    for depth in range(1, 1000):
        message = Message({t.SUBJECT: str(depth)}, attachments=[Attachment({}, message)])
    [nid] = write(tmp_path / "a.pst", message)
    assert nid == 0x200024


def test_two_properties_of_one_id_are_one(tmp_path: Path) -> None:
    name = Named(PS_PUBLIC_STRINGS, "Twice", 0x001F)
    _, _, properties = written(tmp_path, Message({name: "first", name._replace(name="twice", type=0x0003): 7}))
    assert [value for tag, value in properties.items() if tag >> 31] == ["first".encode("utf-16-le")]


def test_a_list_of_nobody_is_not_there(tmp_path: Path) -> None:
    message = Message({t.DISPLAY_TO: "", t.DISPLAY_CC: "", t.DISPLAY_BCC: ""}, [ANNA])
    file, nid, properties = written(tmp_path, message)
    assert text(properties[t.DISPLAY_TO]) == "Anna Å"
    assert not {t.DISPLAY_CC, t.DISPLAY_BCC} & (properties.keys() | file.rows(INBOX_CONTENTS)[nid].keys())


def test_a_class_and_a_name_that_are_empty_do_not_stop_a_reader(tmp_path: Path) -> None:
    message = Message({t.MESSAGE_CLASS: "", Named(PS_PUBLIC_STRINGS, "", 0x1F): "kept"})
    _, _, properties = written(tmp_path, message)
    assert text(properties[t.MESSAGE_CLASS]) == "IPM.Note"
    assert "kept" in {value.decode("utf-16-le", "replace") for tag, value in properties.items() if tag & 0xFFFF == 0x1F}
    path = tmp_path / "verified.pst"
    with create_pst(path, name="Test", seed=b"seed") as writer:
        writer.add(("Inbox",), message)
    assert not verify_pst([path], [(("Inbox",), message)]).differences
