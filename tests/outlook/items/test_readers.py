"""Items in a PST file, as readers that are not ours see them."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from skyflytt.outlook.items import container_class, from_icalendar, from_vcard, to_icalendar, to_vcard
from skyflytt.outlook.mapi import Message, tags
from skyflytt.outlook.pst.reading import open_pst
from skyflytt.outlook.pst.writer import create_pst
from tests.outlook.items.calendars import CARDS, SERIES, TASK

FOLDERS = {"IPF.Appointment": "Calendar", "IPF.Contact": "Contacts", "IPF.Task": "Tasks"}


@pytest.fixture(scope="module")
def pst(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("items") / "items.pst"
    with create_pst(path, name="items", seed=b"items") as writer:
        for message in [*from_icalendar(SERIES), *from_icalendar(TASK), *from_vcard(CARDS)]:
            kind = container_class(str(message.properties[tags.MESSAGE_CLASS]))
            writer.folder((FOLDERS[kind],), container_class=kind)
            writer.add((FOLDERS[kind],), message)
    return path


def test_readpst(pst: Path, tmp_path: Path, require_debian: Callable[..., str]) -> None:
    readpst = require_debian("pst-utils", binary="readpst")
    subprocess.run([readpst, "-q", "-r", "-o", tmp_path, pst], check=True, timeout=60)
    calendar = (tmp_path / "items" / "Calendar" / "calendar").read_text()
    for line in (
        "SUMMARY:Möte\\, veckovis", "DTSTART;VALUE=DATE-TIME:20240311T083000Z", "DTEND;VALUE=DATE-TIME:20240311T091500Z",
        "LOCATION:Rum 1", "RRULE:FREQ=WEEKLY;COUNT=20;BYDAY=MO;WE", "TRIGGER:-PT15M",
    ):  # fmt: skip
        # readpst itself writes BYDAY with semicolons.
        assert line in calendar.splitlines()
    contacts = (tmp_path / "items" / "Contacts" / "contacts").read_text()
    for line in (
        "N:Öberg;Anna;;Dr;", "EMAIL:anna@example.com", "BDAY:1980-02-29T00:00:00Z", "TEL;TYPE=cell,voice:+46 70",
        "ADR;TYPE=home:;;Gatan 1;Stockholm;;111 22;Sweden",
    ):  # fmt: skip
        assert line in contacts.splitlines()


def test_libpff(pst: Path) -> None:
    """What was written and read with libpff says the same in iCalendar and vCard."""
    with open_pst(pst) as reader:
        read = [
            each for folder in reader.folders() for _, each in reader.messages(folder.path) if isinstance(each, Message)
        ]
    meant = [*from_icalendar(SERIES), *from_icalendar(TASK), *from_vcard(CARDS)]
    assert {_text(message) for message in read} == {_text(message) for message in meant}


def _text(message: Message) -> bytes:
    for tag in (tags.CREATION_TIME, tags.LAST_MODIFICATION_TIME):
        message.properties.pop(tag, None)
        for attachment in message.attachments:
            if attachment.embedded is not None:
                attachment.embedded.properties.pop(tag, None)
    return to_icalendar(message) or to_vcard(message) or b""
