"""Verification finds every kind of alteration, and nothing where there is none."""

from __future__ import annotations

import json
import tracemalloc
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from skyflytt.outlook.mapi import Attachment, Message, Named, Properties, tags
from skyflytt.outlook.mapi.named import KEYWORDS, PS_PUBLIC_STRINGS
from skyflytt.outlook.pst.permute import encode
from skyflytt.outlook.pst.reading import FolderPath
from skyflytt.outlook.pst.verification import Verification, verify_pst
from skyflytt.outlook.pst.volumes import create_volumes
from skyflytt.outlook.pst.writer import create_pst
from tests.outlook.pst.reading.corpora import ALL, messages

SECRET = "Lösenordet är 1234. " * 30
OWN_SET = uuid.UUID("11111111-2222-3333-4444-555555555555")


def rich_message() -> Message:
    inner = Message({tags.SUBJECT: "Inre", tags.BODY: "inne i brevet"}, [person("Bo", 1)])
    properties: Properties = {
        tags.MESSAGE_CLASS: "IPM.Note",
        tags.SUBJECT: "RE: Offert på altan",
        tags.BODY: SECRET,
        tags.HTML: b"<p>hej</p>",
        tags.CLIENT_SUBMIT_TIME: 133_000_000_000_000_001,
        tags.MESSAGE_DELIVERY_TIME: 133_000_000_100_000_003,
        tags.MESSAGE_FLAGS: 1,
        tags.IMPORTANCE: 2,
        tags.SENDER_NAME: "Åsa 🙂",
        KEYWORDS: ("Blå", "Grön"),
        Named(OWN_SET, 0x8123, 0x0005): float("nan"),
        Named(OWN_SET, 7, 0x0048): OWN_SET,
        Named(PS_PUBLIC_STRINGS, "Eget fält", 0x1003): (1, -2, 3),
    }
    attachments = [
        Attachment({tags.ATTACH_LONG_FILENAME: "ritning.dwg", tags.ATTACH_DATA: bytes(range(256)) * 100}),
        Attachment({tags.ATTACH_LONG_FILENAME: "tom.txt", tags.ATTACH_DATA: b""}),
        Attachment({tags.ATTACH_METHOD: 5}, inner),
    ]
    return Message(properties, [person("Åsa", 1), person("Bo", 2), person("Cyril", 3)], attachments)


def person(name: str, kind: int) -> Properties:
    return {
        tags.RECIPIENT_TYPE: kind,
        tags.DISPLAY_NAME: name,
        tags.ADDRESS_TYPE: "SMTP",
        tags.EMAIL_ADDRESS: f"{name.lower()}@example.com",
    }


def plain(number: int) -> Message:
    return Message({tags.SUBJECT: f"Nummer {number}", tags.BODY: f"text {number}"})


def written(tmp_path: Path, *items: tuple[FolderPath, Message]) -> Path:
    path = tmp_path / "written.pst"
    with create_pst(path, name="Test", seed=b"test") as writer:
        for folder, message in items:
            writer.add(folder, message)
    return path


def verified(tmp_path: Path, was_written: Message, meant: Message) -> Verification:
    return verify_pst([written(tmp_path, (("Inbox",), was_written))], [(("Inbox",), meant)])


def test_nothing_differs(tmp_path: Path) -> None:
    found = verified(tmp_path, rich_message(), rich_message())
    assert (found.differences, found.difference_count) == ((), 0)
    assert (found.meant, found.found) == (1, 1)
    assert found.reader.startswith("libpff 20")


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.name)
def test_real_files_written_out_again(path: Path, tmp_path: Path) -> None:
    items = list(messages(path))
    found = verify_pst([written(tmp_path, *items)], items)
    assert [str(one) for one in found.differences] == []
    assert found.found == len(items)


def change(tag: object, value: object) -> Callable[[Message], None]:
    return lambda message: message.properties.update({tag: value})  # type: ignore[dict-item]


ALTERATIONS: dict[str, tuple[Callable[[Message], None], str]] = {
    "class": (change(tags.MESSAGE_CLASS, "IPM.Task"), "MESSAGE_CLASS"),
    "subject": (change(tags.SUBJECT, "RE: Offert på altanen"), "SUBJECT"),
    "body": (change(tags.BODY, SECRET + "."), "BODY"),
    "html": (change(tags.HTML, b"<p>hej!</p>"), "HTML"),
    "time": (change(tags.CLIENT_SUBMIT_TIME, 133_000_000_000_000_002), "CLIENT_SUBMIT_TIME"),
    "read state": (change(tags.MESSAGE_FLAGS, 0), "MESSAGE_FLAGS"),
    "number": (change(tags.IMPORTANCE, 1), "IMPORTANCE"),
    "emoji": (change(tags.SENDER_NAME, "Åsa 🙁"), "SENDER_NAME"),
    "categories": (change(KEYWORDS, ("Blå",)), "Keywords"),
    "order of values": (change(KEYWORDS, ("Grön", "Blå")), "Keywords"),
    "named number": (change(Named(OWN_SET, 0x8123, 0x0005), 1.5), "0x8123"),
    "named guid": (change(Named(OWN_SET, 7, 0x0048), uuid.UUID(int=1)), "0x0007"),
    "name of another case only": (change(Named(PS_PUBLIC_STRINGS, "eget fält", 0x1003), (1, -2, 3)), ""),
    "several numbers": (change(Named(PS_PUBLIC_STRINGS, "Eget fält", 0x1003), (1, 2, 3)), "Eget fält"),
    "one more property": (change(tags.COMMENT, "ny"), "COMMENT"),
    "one property less": (lambda message: message.properties.pop(tags.IMPORTANCE), "IMPORTANCE"),
    "one named property less": (lambda message: message.properties.pop(KEYWORDS), "Keywords"),
    "recipient's address": (
        lambda message: message.recipients[1].update({tags.EMAIL_ADDRESS: "bo@example.org"}),
        "recipient 2: EMAIL_ADDRESS",
    ),
    "recipient's kind": (lambda message: message.recipients[2].update({tags.RECIPIENT_TYPE: 2}), "recipient 3"),
    "order of recipients": (lambda message: message.recipients.reverse(), "recipient 1: "),
    "one recipient less": (lambda message: message.recipients.pop(), "the number of recipients is 3, meant was 2"),
    "attached data": (
        lambda message: message.attachments[0].properties.update({tags.ATTACH_DATA: bytes(25600)}),
        "attachment 1: ATTACH_DATA 0x37010102 is 25600 bytes with SHA-256",
    ),
    "name of an attachment": (
        lambda message: message.attachments[1].properties.update({tags.ATTACH_LONG_FILENAME: "full.txt"}),
        "attachment 2: ATTACH_LONG_FILENAME 0x3707001f is 'tom.txt', meant was 'full.txt'",
    ),
    "one attachment less": (lambda message: message.attachments.pop(0), "the number of attachments is 3, meant was 2"),
    "no embedded message": (lambda message: setattr(message.attachments[2], "embedded", None), "the embedded message"),
    "embedded body": (
        lambda message: message.attachments[2].embedded.properties.update({tags.BODY: "annat"}),  # type: ignore[union-attr]
        "attachment 3: BODY",
    ),
    "embedded recipient": (
        lambda message: message.attachments[2].embedded.recipients[0].update({tags.DISPLAY_NAME: "Bosse"}),  # type: ignore[union-attr]
        "attachment 3, recipient 1: DISPLAY_NAME",
    ),
}


@pytest.mark.parametrize("alteration", ALTERATIONS)
def test_alterations_are_named(alteration: str, tmp_path: Path) -> None:
    alter, words = ALTERATIONS[alteration]
    meant = rich_message()
    alter(meant)
    found = verified(tmp_path, rich_message(), meant)
    if not words:
        assert found.differences == ()
        return
    told = [str(one) for one in found.differences]
    assert any(words in one for one in told), told
    assert all(one.startswith("Inbox, item 1 ('RE: Offert") for one in told)
    assert not any("Lösenordet" in one or "inne i brevet" in one or "annat" in one for one in told)
    assert "Lösenordet" not in found.as_json()


def test_bytes_altered_on_the_disk(tmp_path: Path) -> None:
    path = written(tmp_path, (("Inbox",), rich_message()))
    data = bytearray(path.read_bytes())
    at = data.find(encode("Lösenordet".encode("utf-16-le")))
    assert at > 0
    data[at] ^= 0xFF
    path.write_bytes(data)
    (difference,) = verify_pst([path], [(("Inbox",), rich_message())]).differences
    assert difference.what == "BODY 0x1000001f"


def test_missing_more_and_swapped_messages(tmp_path: Path) -> None:
    items = [(("Inbox",), plain(1)), (("Inbox",), plain(2)), (("Arkiv", "2024"), plain(3))]
    path = written(tmp_path, *items)
    assert verify_pst([path], items).differences == ()
    assert verify_pst([path], [items[2], *items[:2]]).differences == ()

    more = verify_pst([path], [*items, (("Inbox",), plain(4))])
    assert "Inbox, item 3 ('Nummer 4'): the item is not there, meant was there" in map(str, more.differences)
    assert "Inbox: the number of items is 2, meant was 3" in map(str, more.differences)

    less = verify_pst([path], items[1:])
    assert "Inbox: the number of items is 2, meant was 1" in map(str, less.differences)
    assert any("'Nummer 1'" in str(one) for one in less.differences)

    elsewhere = verify_pst([path], [*items[:2], (("Arkiv",), plain(3))])
    assert {str(one) for one in elsewhere.differences} == {
        "Arkiv, item 1 ('Nummer 3'): the item is not there, meant was there",
        "Arkiv: the number of items is 0, meant was 1",
        "Arkiv/2024: the number of items is 1, meant was 0",
    }
    swapped = verify_pst([path], [items[1], items[0], items[2]])
    assert swapped.difference_count >= 4


def test_volumes_are_one(tmp_path: Path) -> None:
    items = [((("Inbox",), ("Sent",))[number % 2], plain(number)) for number in range(200)]
    for _, message in items:
        message.attachments.append(Attachment({tags.ATTACH_LONG_FILENAME: "x", tags.ATTACH_DATA: bytes(20_000)}))
    with create_volumes(tmp_path / "v.pst", name="V", seed=b"v", max_bytes=1_500_000) as volumes:
        for folder, message in items:
            volumes.add(folder, message)
    assert len(volumes.paths) > 2
    found = verify_pst(volumes.paths, items)
    assert (found.differences, found.meant, found.found) == ((), 200, 200)
    assert verify_pst(volumes.paths[:-1], items).differences
    assert verify_pst(list(reversed(volumes.paths)), items).differences


def test_report_as_json(tmp_path: Path) -> None:
    path = written(tmp_path, (("Inbox",), plain(1)))
    report = json.loads(verify_pst([path], [(("Inbox",), plain(2))]).as_json())
    assert (report["meant"], report["found"], report["difference_count"]) == (1, 1, len(report["differences"]))
    assert {"path": ["Inbox"], "meant": 1, "found": 1} in report["folders"]


def peak_of_verifying(path: Path, items: Iterator[tuple[FolderPath, Message]]) -> int:
    """Bytes; other threads of this process count too, for as long as they happen to work."""
    tracemalloc.start()
    assert verify_pst([path], items).differences == ()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    def items(count: int) -> Iterator[tuple[FolderPath, Message]]:
        for number in range(count):
            message = plain(number)
            message.attachments.append(Attachment({tags.ATTACH_DATA: bytes([number % 256]) * 10_000}))
            yield ("Inbox",), message

    peaks = []
    for count in (100, 600):
        path = tmp_path / f"{count}.pst"
        with create_pst(path, name="Test", seed=b"test") as writer:
            for folder, message in items(count):
                writer.add(folder, message)
        peaks.append(min(peak_of_verifying(path, items(count)) for _ in range(3)))
    assert peaks[1] < peaks[0] + 200_000


def test_associated_items_are_compared_too(tmp_path: Path) -> None:
    path = tmp_path / "associated.pst"
    with create_pst(path, name="x", seed=b"1") as pst:
        pst.add(("Inbox",), plain(1))
        pst.add(("Inbox",), plain(2), associated=True)
    assert verify_pst([path], [(("Inbox",), plain(1)), (("Inbox",), plain(2), True)]).differences == ()
    assert verify_pst([path], [(("Inbox",), plain(1))]).differences
    assert verify_pst([path], [(("Inbox",), plain(1)), (("Inbox",), plain(3), True)]).differences
