"""Items that Outlook itself wrote, read from their PST files."""

from __future__ import annotations

from pathlib import Path

import pytest

from skyflytt.outlook.items import appointment as names
from skyflytt.outlook.items import from_icalendar, to_icalendar, to_vcard
from skyflytt.outlook.items.distribution_list import CHECKSUM, MEMBERS, checksum, read_list
from skyflytt.outlook.items.recurrence import decode_appointment, encode_appointment
from skyflytt.outlook.items.zones import decode_definition, zone_named
from skyflytt.outlook.mapi import Message, tags
from skyflytt.outlook.pst.reading import open_pst

DATA = Path(__file__).parents[2] / "data" / "pst"


def items(name: str) -> dict[str, Message]:
    with open_pst(DATA / name) as pst:
        found = [each for folder in pst.folders() for _, each in pst.messages(folder.path) if isinstance(each, Message)]
    return {str(message.properties[tags.MESSAGE_CLASS]): message for message in found}


@pytest.fixture(scope="module")
def outlook() -> dict[str, Message]:
    return items("dist-list.pst")


def test_a_series_with_two_changed_and_one_deleted_occurrence(outlook: dict[str, Message]) -> None:
    written = to_icalendar(outlook["IPM.Appointment"])
    assert written is not None
    lines = written.decode().split("\r\n")
    for line in (
        "DTSTART;TZID=America/Los_Angeles:20160802T080000", "RRULE:FREQ=WEEKLY;BYDAY=TU;WKST=SU",
        "EXDATE;TZID=America/Los_Angeles:20160809T080000", "RECURRENCE-ID;TZID=America/Los_Angeles:20160823T080000",
        "DTSTART;TZID=America/Los_Angeles:20160823T090000", "DESCRIPTION:This is the one at 10\\n", "TRIGGER:-PT15M",
    ):  # fmt: skip
        assert line in lines


def test_its_structures_are_written_as_outlook_wrote_them(outlook: dict[str, Message]) -> None:
    bag = outlook["IPM.Appointment"].properties
    blob = bag[names.RECUR]
    assert isinstance(blob, bytes)
    assert encode_appointment(decode_appointment(blob)) == blob
    written = to_icalendar(outlook["IPM.Appointment"])
    assert written is not None
    (again,) = from_icalendar(written)
    assert again.properties[names.RECUR] == blob
    assert again.properties[names.TIME_ZONE_STRUCT] == bag[names.TIME_ZONE_STRUCT]
    assert again.properties[names.START_WHOLE] == bag[names.START_WHOLE]


def test_its_zone_definition(outlook: dict[str, Message]) -> None:
    definition = decode_definition(bytes(outlook["IPM.Appointment"].properties[names.ZONE_RECUR]))
    zone = zone_named("America/Los_Angeles")
    assert definition is not None
    assert zone is not None
    assert definition.name == zone.windows == "Pacific Standard Time"
    assert definition.rule == zone.rule(2016)


def test_a_distribution_list_and_its_checksum(outlook: dict[str, Message]) -> None:
    bag = outlook["IPM.DistList"].properties
    assert checksum(bag[MEMBERS]) == bag[CHECKSUM]
    assert [(each.name, each.address) for each in read_list(outlook["IPM.DistList"]).members] == [
        ("contact name 1", "contact1@rjohnson.id.au"),
        ("dist name 1", "dist1@rjohnson.id.au"),
        ("dist name 2", "dist2@rjohnson.id.au"),
    ]


def test_a_contact(outlook: dict[str, Message]) -> None:
    written = to_vcard(outlook["IPM.Contact"])
    assert written is not None
    assert b"EMAIL;TYPE=INTERNET:contact1@rjohnson.id.au\r\n" in written


def test_a_meeting_of_outlook_2003() -> None:
    written = to_icalendar(items("ansi-32-bit.pst")["IPM.Appointment"])
    assert written is not None
    text = written.decode().replace("\r\n ", "")
    assert 'ORGANIZER;CN="Cyndy Foulkrod":mailto:Cyndy.Foulkrod@stellent.com' in text
    assert text.count("ROLE=OPT-PARTICIPANT") == 3
    assert "DTSTART:20040819T183000Z" in text
