"""Whole files as libpff, readpst, lspst and pffexport read them, and as our own strict check does."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest

from skyflytt.outlook.errors import ItemTooLarge
from skyflytt.outlook.mapi import Attachment, Message, Named, Properties
from skyflytt.outlook.mapi import tags as t
from skyflytt.outlook.mapi.named import KEYWORDS, PS_PUBLIC_STRINGS
from skyflytt.outlook.pst.check import check_pst
from skyflytt.outlook.pst.reading import open_pst
from skyflytt.outlook.pst.writer import create_pst
from tests.outlook.pst.written import Libpff, Written, write

ANNA: Properties = {t.DISPLAY_NAME: "Anna Å", t.ADDRESS_TYPE: "SMTP", t.EMAIL_ADDRESS: "anna@norr.example"}
GUID = UUID("6ED8DA90-450B-101B-98DA-00AA003F1305")
OF_EVERY_TYPE: Properties = {
    0x66A00002: -2,
    0x66A10003: -3,
    0x66A20004: 0.5,
    0x66A30005: -0.1,
    0x66A40006: -40_000,
    0x66A50007: 41_000.25,
    0x66A6000A: 0x8004010F,
    0x66A7000B: True,
    0x66A80014: -(1 << 63),
    0x66A9001F: "text 🎉\ud800",
    0x66AA0040: 132_000_000_000_000_001,
    0x66AB0048: GUID,
    0x66AC00FB: b"server",
    0x66AD0102: bytes(range(256)),
    0x66AE1002: (1, -1),
    0x66AF1003: (1, -1, 1 << 30),
    0x66B01004: (0.5, -0.5),
    0x66B11005: (0.1, -0.1),
    0x66B21006: (1, -1),
    0x66B31007: (1.5, 2.5),
    0x66B41014: (1 << 62, -1),
    0x66B5101F: ("", "one", "två 🎉"),
    0x66B61040: (0, 1 << 62),
    0x66B71048: (GUID, GUID),
    0x66B81102: (b"", b"x" * 5_000),
    0x66B9001F: "long " * 4_000,
    0x66BA0102: b"",
    0x66BB001F: "",
    KEYWORDS: ("Röd kategori", "blue"),
    Named(GUID, 0x8005, 0x0003): 7,
    Named(PS_PUBLIC_STRINGS, "Own 🎉", 0x001F): "named",
}

Program = Callable[..., str]


def output(*command: str | Path) -> str:
    return subprocess.run([str(one) for one in command], capture_output=True, text=True, check=True).stdout


def assert_clean(path: Path) -> None:
    assert [str(finding) for finding in check_pst(path)] == []


def a_message() -> Message:
    inner = Message({t.SUBJECT: "inner", t.BODY: "inside"}, [ANNA])
    return Message(
        {
            **OF_EVERY_TYPE,
            t.SUBJECT: "RE: x",
            t.BODY: "body å\r\n" * 2_000,
            t.HTML: "<p>body å</p>".encode(),
            t.INTERNET_CODEPAGE: 65001,
            t.SENDER_NAME: "Anna Å",
            t.SENT_REPRESENTING_NAME: "Anna Å",
            t.SENDER_EMAIL_ADDRESS: "anna@norr.example",
            t.MESSAGE_DELIVERY_TIME: 132_000_000_000_000_000,
            t.TRANSPORT_MESSAGE_HEADERS: "Subject: RE: x\r\n\r\n",
        },
        [ANNA, {t.DISPLAY_NAME: "Bo", t.RECIPIENT_TYPE: 2}],
        [
            Attachment({t.ATTACH_LONG_FILENAME: "år 🎉.txt", t.ATTACH_DATA: b"x" * 100_000}),
            Attachment({t.ATTACH_LONG_FILENAME: "nothing.bin", t.ATTACH_DATA: b""}),
            Attachment({}, inner),
        ],
    )


def test_libpff_reads_a_message(tmp_path: Path) -> None:
    path = tmp_path / "a.pst"
    write(path, a_message(), Message({t.SUBJECT: ""}))
    message = Libpff(path).message(("Inbox",))
    assert message.subject == "RE: x"
    assert message.conversation_topic == "x"
    assert message.plain_text_body.decode() == "body å\r\n" * 2_000
    assert message.html_body.decode() == "<p>body å</p>"
    assert message.sender_name == "Anna Å"
    assert message.get_delivery_time_as_integer() == 132_000_000_000_000_000
    assert message.transport_headers == "Subject: RE: x\r\n\r\n"
    assert [one.size for one in message.attachments][:2] == [100_000, 0]
    assert message.get_attachment(0).read_buffer(100_000) == b"x" * 100_000
    assert Libpff(path).message(("Inbox",), 1).subject is None
    assert_clean(path)


def test_every_property_type_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "a.pst"
    write(path, Message(dict(OF_EVERY_TYPE)))
    with open_pst(path) as reader:
        [(_, message)] = reader.messages(("Inbox",))
    assert isinstance(message, Message)
    assert {key: message.properties.get(key) for key in OF_EVERY_TYPE} == OF_EVERY_TYPE


def test_every_property_type_comes_back_from_recipients(tmp_path: Path) -> None:
    path = tmp_path / "a.pst"
    [nid] = write(path, Message({}, [{**ANNA, **OF_EVERY_TYPE}, ANNA]))
    with open_pst(path) as reader:
        [(_, message)] = reader.messages(("Inbox",))
    assert isinstance(message, Message)
    # libpff does not tell a table's empty cell from one that is not there.
    expected = {key: value for key, value in OF_EVERY_TYPE.items() if value not in (b"", "")}
    assert {key: value for key, value in message.recipients[0].items() if key in OF_EVERY_TYPE} == expected
    # Nor does it tell that a number has no cell.
    rows = Written(path).subnode_rows(nid, 0x692)
    assert len(rows[1].keys() - rows[2].keys()) == len(OF_EVERY_TYPE)
    assert_clean(path)


def test_the_same_seed_and_calls_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.pst", "b.pst"):
        write(tmp_path / name, a_message())
    assert (tmp_path / "a.pst").read_bytes() == (tmp_path / "b.pst").read_bytes()


def test_without_a_seed_stores_differ(tmp_path: Path) -> None:
    for name in ("a.pst", "b.pst"):
        with create_pst(tmp_path / name, name="Test"):
            pass
    keys = [Written(tmp_path / name).properties(0x21)[t.RECORD_KEY] for name in ("a.pst", "b.pst")]
    assert keys[0] != keys[1]


def test_too_many_names_are_refused_before_anything_of_the_message_is_written(tmp_path: Path) -> None:
    path = tmp_path / "a.pst"
    names: Properties = {Named(PS_PUBLIC_STRINGS, f"n{at}", 0x0003): at for at in range(40_000)}
    with create_pst(path, name="Test", seed=b"1") as writer:
        with pytest.raises(ItemTooLarge, match=r"made up.*32,766"):
            writer.add(("Inbox",), Message({t.SUBJECT: "made up", **names}))
        writer.add(("Inbox",), Message({t.SUBJECT: "next"}))
    assert Libpff(path).message(("Inbox",)).subject == "next"
    assert_clean(path)


def test_an_empty_mailbox(tmp_path: Path, require_debian: Program) -> None:
    path = tmp_path / "a.pst"
    with create_pst(path, name="Anna Å 🎉", seed=b"1"):
        pass
    assert Libpff(path).folders.keys() == {(), ("Deleted Items",)}
    assert "Folder" not in output(require_debian("pst-utils", binary="lspst"), path).replace("Deleted", "")
    assert "64-bit" in output(require_debian("pff-tools", binary="pffinfo"), path)
    assert_clean(path)


def test_lspst_and_readpst(tmp_path: Path, require_debian: Program) -> None:
    path = tmp_path / "a.pst"
    write(path, a_message(), Message({t.SUBJECT: "second 🎉"}), folder=("Inbox", "🎉"))
    listed = output(require_debian("pst-utils", binary="lspst"), path).splitlines()
    assert [line for line in listed if "Subject" in line] == [
        "Email\tFrom: Anna Å\tSubject: RE: x",
        "Email\t\tSubject: second 🎉",
    ]
    (tmp_path / "out").mkdir()
    output(require_debian("pst-utils", binary="readpst"), "-q", "-e", "-j", "0", "-o", tmp_path / "out", path)
    assert len(list((tmp_path / "out").rglob("*.eml"))) == 2


def test_pffexport(tmp_path: Path, require_debian: Program) -> None:
    path = tmp_path / "a.pst"
    write(path, _five_deep())
    output(require_debian("pff-tools", binary="pffexport"), "-q", "-m", "all", "-t", tmp_path / "out", path)
    assert not list((tmp_path / "out.orphans").rglob("*.txt"))
    bodies = sorted(file.read_text() for file in tmp_path.rglob("Message.txt"))
    assert bodies == [f"depth {depth}" for depth in range(6)]


def _five_deep() -> Message:
    message = Message({t.SUBJECT: "5", t.BODY: "depth 5"}, [ANNA])
    for depth in range(4, -1, -1):
        attachments = [Attachment({t.ATTACH_LONG_FILENAME: "a.txt", t.ATTACH_DATA: b"a"}), Attachment({}, message)]
        message = Message({t.SUBJECT: str(depth), t.BODY: f"depth {depth}"}, [ANNA], attachments)
    return message


def test_five_embedded_messages_deep(tmp_path: Path) -> None:
    path = tmp_path / "a.pst"
    write(path, _five_deep())
    with open_pst(path) as reader:
        [(_, message)] = reader.messages(("Inbox",))
    assert isinstance(message, Message)
    for depth in range(6):
        assert message.properties[t.BODY] == f"depth {depth}"
        assert message.recipients[0][t.DISPLAY_NAME] == "Anna Å"
        if depth < 5:
            inner = message.attachments[1].embedded
            assert inner is not None
            message = inner
    assert_clean(path)


def test_two_thousand_recipients_and_four_hundred_attachments(tmp_path: Path) -> None:
    path = tmp_path / "a.pst"
    recipients: list[Properties] = [
        {t.DISPLAY_NAME: f"Nr {at}", t.ADDRESS_TYPE: "SMTP", t.EMAIL_ADDRESS: f"{at}@norr.example"}
        for at in range(2_000)
    ]
    attachments = [
        Attachment({t.ATTACH_LONG_FILENAME: f"{at} 🎉.txt", t.ATTACH_DATA: b"%d" % at * 1_000}) for at in range(400)
    ]
    write(path, Message({t.SUBJECT: "many"}, recipients, attachments))
    message = Libpff(path).message(("Inbox",))
    assert message.recipients.number_of_record_sets == 2_000
    assert [one.read_buffer(one.size) for one in message.attachments] == [b"%d" % at * 1_000 for at in range(400)]
    with open_pst(path) as reader:
        [(_, read)] = reader.messages(("Inbox",))
    assert isinstance(read, Message)
    assert [one[t.EMAIL_ADDRESS] for one in read.recipients] == [f"{at}@norr.example" for at in range(2_000)]
    assert_clean(path)
