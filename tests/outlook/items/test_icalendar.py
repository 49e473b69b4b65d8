# ruff: noqa: DTZ001 - the local time of a series
"""iCalendar to items and back."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from skyflytt.outlook.errors import NotACalendar
from skyflytt.outlook.items import appointment as names
from skyflytt.outlook.items import container_class, from_icalendar, to_icalendar
from skyflytt.outlook.items.appointment_reading import read_appointment
from skyflytt.outlook.items.item import REMINDER_DELTA, REMINDER_SET
from skyflytt.outlook.items.losses import losses_of, unmapped_of
from skyflytt.outlook.items.recurrence import decode_appointment, instances
from skyflytt.outlook.items.zones import decode_structure, zone_of_rule
from skyflytt.outlook.mapi import Message, tags
from skyflytt.outlook.mapi.times import filetime
from skyflytt.outlook.rtf import compress
from tests.outlook.items.calendars import SERIES, TASK


def event(lines: str, around: str = "") -> str:
    return f"BEGIN:VCALENDAR\n{around}BEGIN:VEVENT\nUID:u@x\nSUMMARY:s\n{lines}\nEND:VEVENT\nEND:VCALENDAR\n"


def only(text: str) -> Message:
    (message,) = from_icalendar(text)
    return message


def test_a_series_with_a_changed_and_a_deleted_occurrence() -> None:
    message = only(SERIES)
    assert losses_of(message) == ()
    bag = message.properties
    assert bag[tags.MESSAGE_CLASS] == "IPM.Appointment"
    assert bag[names.START_WHOLE] == filetime(datetime(2024, 3, 11, 8, 30, tzinfo=UTC))
    assert (bag[REMINDER_SET], bag[REMINDER_DELTA]) == (True, 15)
    recurrence = decode_appointment(bag[names.RECUR])
    assert (recurrence.start_minutes, recurrence.end_minutes) == (570, 615)
    assert recurrence.pattern.deleted == (date(2024, 4, 1), date(2024, 4, 3))
    assert recurrence.pattern.modified == (date(2024, 4, 4),)
    assert recurrence.exceptions[0].subject == "Flyttat till Čačak"
    (attachment,) = message.attachments
    assert attachment.properties[tags.ATTACH_METHOD] == 5
    assert attachment.properties[tags.ATTACHMENT_HIDDEN] is True
    assert attachment.embedded is not None
    embedded = attachment.embedded.properties
    assert embedded[tags.MESSAGE_CLASS] == "IPM.OLE.CLASS.{00061055-0000-0000-C000-000000000046}"
    assert embedded[names.EXCEPTION_REPLACE_TIME] == filetime(datetime(2024, 4, 3, 7, 30, tzinfo=UTC))
    assert [row[tags.RECIPIENT_FLAGS] for row in message.recipients] == [3, 1]


def test_the_series_comes_back_as_it_was() -> None:
    written = to_icalendar(only(SERIES))
    assert written is not None
    text = written.decode()
    for line in (
        "DTSTART;TZID=Europe/Stockholm:20240311T093000", "RRULE:FREQ=WEEKLY;COUNT=20;BYDAY=MO,WE;WKST=MO", "UID:abc@x",
        "EXDATE;TZID=Europe/Stockholm:20240401T093000", "RECURRENCE-ID;TZID=Europe/Stockholm:20240403T093000",
        "DTSTART;TZID=Europe/Stockholm:20240404T110000", "SUMMARY:Möte\\, veckovis", "X-FOO;X-P=1:bar\\,baz", "LOCATION:Rum 2",
    ):  # fmt: skip
        assert line in text.split("\r\n")
    again = only(text)
    assert to_icalendar(again) == written


@settings(max_examples=120, deadline=None)
@given(
    st.sampled_from(
        ["Europe/Stockholm", "America/New_York", "Australia/Sydney", "Asia/Kolkata", "America/Santiago", "UTC"]
    ),
    st.datetimes(datetime(2019, 1, 1), datetime(2030, 1, 1)).map(lambda day: day.replace(second=0, microsecond=0)),
    st.sampled_from(
        [
            "FREQ=DAILY",
            "FREQ=WEEKLY;BYDAY=MO,SU",
            "FREQ=MONTHLY;BYDAY=-1SU",
            "FREQ=MONTHLY;BYMONTHDAY=-1",
            "FREQ=YEARLY",
        ]
    ),
    st.integers(1, 3),
)
def test_occurrences_from_the_blob_are_those_of_the_rule_over_clock_changes(
    zone: str, start: datetime, rule: str, interval: int
) -> None:
    """In UTC, by nothing but the structure and the one-rule zone that Outlook computes with."""
    there = start.replace(tzinfo=ZoneInfo(zone))
    # A series that begins in the hour that the clock skips stays an hour later throughout; Outlook offers no such hour.
    assume(there.astimezone(UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None) == start)
    rule = f"{rule};INTERVAL={interval};COUNT=25"
    begins = f"DTSTART:{start:%Y%m%dT%H%M%SZ}" if zone == "UTC" else f"DTSTART;TZID={zone}:{start:%Y%m%dT%H%M%S}"
    messages = from_icalendar(event(f"{begins}\nDURATION:PT45M\nRRULE:{rule}"))
    bag = messages[0].properties
    recurrence = decode_appointment(bag[names.RECUR])
    stored = decode_structure(bag[names.TIME_ZONE_STRUCT])
    assert stored is not None
    outlook = zone_of_rule("Outlook", stored)
    found = {
        outlook.aware(datetime.combine(day, datetime.min.time()) + timedelta(minutes=recurrence.start_minutes))
        for day in instances(recurrence.pattern)
        if day.year == start.year
    }
    expected = {
        each.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
        for each in islice(rrulestr(rule, dtstart=start), 25)
        if each.year == start.year
    }
    assert found == expected


def test_an_all_day_event_is_midnight_to_midnight_and_free() -> None:
    message = only(event("DTSTART;VALUE=DATE:20240510\nDTEND;VALUE=DATE:20240512", "X-WR-TIMEZONE:Europe/Belgrade\n"))
    bag = message.properties
    assert bag[names.SUB_TYPE] is True
    assert bag[names.START_WHOLE] == filetime(datetime(2024, 5, 9, 22, 0, tzinfo=UTC))
    assert bag[names.DURATION] == 2880
    written = to_icalendar(message)
    assert written is not None
    assert b"DTSTART;VALUE=DATE:20240510\r\n" in written
    assert b"DTEND;VALUE=DATE:20240512\r\n" in written


@pytest.mark.parametrize(
    ("tzid", "utc_hour"),
    [("W. Europe Standard Time", 8), ("/mozilla.org/20070129_1/Europe/Oslo", 8), ("America/New_York", 14), ("Own", 7)],
)
def test_zones_by_any_of_their_names(tzid: str, utc_hour: int) -> None:
    own = (
        "BEGIN:VTIMEZONE\nTZID:Own\nBEGIN:STANDARD\nDTSTART:19701025T030000\nTZOFFSETFROM:+0300\nTZOFFSETTO:+0200\n"
        "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\nEND:STANDARD\nBEGIN:DAYLIGHT\nDTSTART:19700329T020000\nTZOFFSETFROM:+0200\n"
        "TZOFFSETTO:+0300\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3\nEND:DAYLIGHT\nEND:VTIMEZONE\n"
    )
    bag = only(event(f"DTSTART;TZID={tzid}:20240115T090000", own)).properties
    assert bag[names.START_WHOLE] == filetime(datetime(2024, 1, 15, utc_hour, 0, tzinfo=UTC))
    summer = only(event(f"DTSTART;TZID={tzid}:20240715T090000", own)).properties
    assert summer[names.START_WHOLE] == filetime(datetime(2024, 7, 15, utc_hour - 1, 0, tzinfo=UTC))


def test_times_without_a_zone_are_said_to_be_so() -> None:
    message = only(event("DTSTART:20240115T090000"))
    assert "name no zone" in losses_of(message)[0]
    assert message.attachments[0].properties[tags.ATTACH_LONG_FILENAME] == "item.ics"


def test_what_outlook_has_no_words_for_is_single_items() -> None:
    messages = from_icalendar(
        event("DTSTART:20240101T090000Z\nDTEND:20240101T100000Z\nRRULE:FREQ=DAILY;BYHOUR=9,17;COUNT=4")
    )
    starts = [message.properties[names.START_WHOLE] for message in messages]
    assert starts == [filetime(datetime(2024, 1, day, hour, tzinfo=UTC)) for day in (1, 2) for hour in (9, 17)]
    assert all("no words" in losses_of(message)[0] for message in messages)
    assert all(names.RECUR not in message.properties for message in messages)


def test_rdates_and_changes_outside_the_rule_are_items_of_their_own() -> None:
    text = event("DTSTART:20240101T090000Z\nRRULE:FREQ=WEEKLY;COUNT=3\nRDATE:20240103T120000Z").replace(
        "END:VCALENDAR",
        "BEGIN:VEVENT\nUID:u@x\nRECURRENCE-ID:20250101T090000Z\nDTSTART:20250102T090000Z\nSUMMARY:late\nEND:VEVENT\nEND:VCALENDAR",
    )
    messages = from_icalendar(text)
    assert [message.properties[names.START_WHOLE] for message in messages] == [
        filetime(moment)
        for moment in (
            datetime(2024, 1, 1, 9, tzinfo=UTC), datetime(2024, 1, 3, 12, tzinfo=UTC), datetime(2025, 1, 2, 9, tzinfo=UTC),
        )
    ]  # fmt: skip
    assert [len(losses_of(message)) for message in messages] == [0, 1, 1]


def test_a_start_outside_its_own_rule_is_kept() -> None:
    messages = from_icalendar(event("DTSTART:20240102T090000Z\nRRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=3"))
    assert [message.properties[names.START_WHOLE] for message in messages] == [
        filetime(datetime(2024, 1, 8, 9, tzinfo=UTC)),
        filetime(datetime(2024, 1, 2, 9, tzinfo=UTC)),
    ]


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        ("REQUEST", "IPM.Schedule.Meeting.Request"),
        ("CANCEL", "IPM.Schedule.Meeting.Canceled"),
        ("REPLY", "IPM.Schedule.Meeting.Resp.Pos"),
        ("PUBLISH", "IPM.Appointment"),
    ],
)
def test_methods_are_meeting_messages(method: str, expected: str) -> None:
    people = "ORGANIZER:mailto:a@x.example\nATTENDEE;PARTSTAT=ACCEPTED:mailto:b@x.example"
    message = only(event(f"DTSTART:20240101T090000Z\n{people}", f"METHOD:{method}\n"))
    assert message.properties[tags.MESSAGE_CLASS] == expected
    written = to_icalendar(message)
    assert written is not None
    assert (f"METHOD:{method}".encode() in written) == (method != "PUBLISH")


def test_a_task_with_its_recurrence() -> None:
    message = only(TASK)
    assert losses_of(message) == ()
    written = to_icalendar(message)
    assert written is not None
    lines = written.decode().split("\r\n")
    for line in TASK.splitlines():
        assert line in lines
    assert "STATUS:IN-PROCESS" in lines


def test_what_is_not_understood_is_kept() -> None:
    unreadable, appointment = from_icalendar(
        event("DESCRIPTION:no start") + event("DTSTART:20240101T090000Z\nthis is no content line\nGEO:1;2")
    )
    assert unreadable.properties[tags.MESSAGE_CLASS] == "IPM.Note"
    assert b"DESCRIPTION:no start" in bytes(unreadable.attachments[0].properties[tags.ATTACH_DATA])
    assert unmapped_of(appointment) == ("GEO:1;2", "this is no content line")
    with pytest.raises(NotACalendar, match="no iCalendar"):
        from_icalendar(b"\xff\xfenothing")


def test_broken_texts_raise_nothing_else() -> None:
    chance = random.Random(20)
    seeds = [SERIES, TASK, event("DTSTART;VALUE=DATE:20240510\nRRULE:FREQ=YEARLY\nATTACH:http://x/y\nDURATION:P1D")]
    for _ in range(1500):
        data = bytearray(chance.choice(seeds).encode())
        for _ in range(chance.randint(1, 8)):
            at = chance.randrange(len(data))
            data[at : at + chance.randint(0, 6)] = bytes(chance.randrange(256) for _ in range(chance.randint(0, 3)))
        try:
            messages = from_icalendar(bytes(data))
        except NotACalendar:
            continue
        for message in messages:
            to_icalendar(message)


def test_an_attachment_and_a_link() -> None:
    message = only(
        event(
            "DTSTART:20240101T090000Z\nATTACH;ENCODING=BASE64;VALUE=BINARY;X-FILENAME=a.txt:aGVq\nATTACH:https://x.example/y"
        )
    )
    assert message.attachments[0].properties[tags.ATTACH_DATA] == b"hej"
    written = to_icalendar(message)
    assert written is not None
    assert b"ATTACH:https://x.example/y\r\n" in written
    assert b"X-FILENAME=a.txt" in written


def test_folders_by_class() -> None:
    assert container_class("IPM.Appointment") == "IPF.Appointment"
    assert container_class("ipm.contact.custom") == "IPF.Contact"
    assert container_class("IPM.Schedule.Meeting.Request") == "IPF.Note"


def test_nobody_but_calendars_is_written() -> None:
    assert to_icalendar(Message({tags.MESSAGE_CLASS: "IPM.Note"})) is None
    assert read_appointment(Message({tags.MESSAGE_CLASS: "IPM.Appointment"})) is None
    assert to_icalendar(Message({tags.MESSAGE_CLASS: "IPM.Appointment"})) is None


def test_a_body_that_is_there_in_rtf_only() -> None:
    message = only(event("DTSTART:20240101T090000Z"))
    message.properties[tags.RTF_COMPRESSED] = compress(rb"{\rtf1\ansi Bring {\b cake}\par}")
    written = to_icalendar(message)
    assert written is not None
    assert b"DESCRIPTION:Bring cake" in written


def test_a_zone_that_changes_its_rules_is_a_loss() -> None:
    message = only(event("DTSTART;TZID=America/New_York:20060105T090000\nRRULE:FREQ=WEEKLY"))
    assert losses_of(message) == (
        "its zone America/New_York has other rules from 2007 on; Outlook computes the whole series with those of 2006",
    )


def test_changes_keep_what_the_series_says() -> None:
    """An attached message without reminder, busy status or place does not take them from the occurrence."""
    read = read_appointment(only(SERIES))
    assert read is not None
    changed = read.changes[0].becomes
    assert (changed.subject, changed.location, changed.reminder_min) == ("Flyttat till Čačak", "Rum 2", None)
    assert changed.organizer == read.organizer
