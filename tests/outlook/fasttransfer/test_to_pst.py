"""From a stream into a PST file, and read back by libpff."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from skyflytt.outlook.fasttransfer import read_stream, write_stream
from skyflytt.outlook.mapi import Attachment, Message, Named, Properties, tags
from skyflytt.outlook.mapi.named import KEYWORDS, PSETID_APPOINTMENT, PSETID_COMMON
from skyflytt.outlook.pst.reading import open_pst
from skyflytt.outlook.pst.writer import create_pst
from tests.outlook.fasttransfer import samples

OWN_SET = UUID("5B1C4E2A-6F0D-4C53-9A7E-2D8C0F4B7A61")
FOLDER = ("Inbox",)

EMBEDDED = Message(
    {tags.MESSAGE_CLASS: "IPM.Note", tags.SUBJECT: "inside", tags.BODY: "Å" * 5000, KEYWORDS: ("Blå",)},
    [{tags.RECIPIENT_TYPE: 1, tags.DISPLAY_NAME: "Eva", tags.EMAIL_ADDRESS: "eva@old.example"}],
    [Attachment({tags.ATTACH_METHOD: 1, tags.ATTACH_LONG_FILENAME: "a.txt", tags.ATTACH_DATA: b"deep"})],
)
MESSAGE = Message(
    {
        tags.MESSAGE_CLASS: "IPM.Appointment",
        tags.SUBJECT: "Möte 😀",
        tags.IMPORTANCE: 2,
        tags.MESSAGE_FLAGS: 0x11,
        tags.CLIENT_SUBMIT_TIME: 133_000_000_000_000_000,
        tags.HTML: b"<p>" + bytes(range(256)) * 300,
        tags.SEARCH_KEY: bytes(range(16)),
        tags.CHILDRENS_NAMES: ("Åsa", ""),
        0x66110005: 1.5,
        0x66120014: -(1 << 40),
        0x66130048: OWN_SET,
        0x66141102: (b"\0\1", b"", b"x" * 9000),
        0x66151003: (1, -1),
        0x66161048: (OWN_SET, PSETID_COMMON),
        Named(PSETID_APPOINTMENT, 0x8208, 0x001F): "Rum 5",
        Named(PSETID_COMMON, 0x8516, 0x0040): 133_000_000_000_000_000,
        Named(OWN_SET, "Ärende", 0x0003): 7,
        KEYWORDS: ("Röd", "Blå"),
    },
    [
        {tags.RECIPIENT_TYPE: kind, tags.DISPLAY_NAME: f"Person {kind}", tags.ENTRY_ID: bytes([kind]) * 40}
        for kind in (1, 2)
    ],
    [
        Attachment(
            {tags.ATTACH_METHOD: 1, tags.ATTACH_LONG_FILENAME: "räksmörgås.bin", tags.ATTACH_DATA: bytes(70_000)}
        ),
        Attachment({tags.ATTACH_METHOD: 1, tags.ATTACH_LONG_FILENAME: "empty.bin", tags.ATTACH_DATA: b""}),
        Attachment({tags.ATTACH_METHOD: 5, tags.DISPLAY_NAME: "inside"}, EMBEDDED),
    ],
)


def through_pst(path: Path, message: Message) -> Message:
    with create_pst(path, name="x", seed=b"x") as pst:
        pst.add(FOLDER, message)
    with open_pst(path) as pst:
        ((_, read),) = pst.messages(FOLDER)
    assert isinstance(read, Message)
    return read


def assert_holds(read: Message, meant: Message, where: str = "message") -> None:
    """Everything that was meant is there; the PST adds what it computes itself."""
    assert_bag(read.properties, meant.properties, where)
    assert (len(read.recipients), len(read.attachments)) == (len(meant.recipients), len(meant.attachments)), where
    for number, (got, wanted) in enumerate(zip(read.recipients, meant.recipients, strict=True)):
        assert_bag(got, wanted, f"{where}, recipient {number}")
    for number, (found, sought) in enumerate(zip(read.attachments, meant.attachments, strict=True)):
        assert_bag(found.properties, sought.properties, f"{where}, attachment {number}")
        assert (found.embedded is None) == (sought.embedded is None), where
        if found.embedded is not None and sought.embedded is not None:
            assert_holds(found.embedded, sought.embedded, f"{where}, attachment {number}, embedded")


def assert_bag(read: Properties, meant: Properties, where: str) -> None:
    assert {key: read.get(key) for key in meant} == meant, where


def test_a_message_of_a_stream_is_in_the_pst(tmp_path: Path) -> None:
    message = read_stream(write_stream(MESSAGE))
    assert message == MESSAGE
    assert_holds(through_pst(tmp_path / "a.pst", message), MESSAGE)


def test_a_mail_of_exchange_is_in_the_pst(tmp_path: Path) -> None:
    message = read_stream(samples.blob(samples.MAIL))
    del message.properties[0x65E10102]  # the parent folder's key in the old store
    assert_holds(through_pst(tmp_path / "a.pst", message), message)


def test_a_message_of_a_pst_goes_into_a_stream_and_comes_back(tmp_path: Path) -> None:
    message = through_pst(tmp_path / "a.pst", MESSAGE)
    assert_holds(read_stream(write_stream(message)), MESSAGE)
