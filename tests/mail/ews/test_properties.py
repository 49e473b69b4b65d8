"""Extended properties, both ways; what servers write oddly costs nothing but its value."""

from __future__ import annotations

from uuid import UUID

import pytest

from skyflytt.mail.ews.properties import extended_properties, extended_property, text_of_time, time_of
from skyflytt.mail.ews.xml import allowed, parse, t
from skyflytt.outlook.mapi import Named, Property, Value, tags
from skyflytt.outlook.mapi.named import KEYWORDS, PSETID_APPOINTMENT

VALUES: tuple[tuple[Property, Value], ...] = (
    (tags.SUBJECT, "Hej på er"),
    (tags.MESSAGE_FLAGS, 9),
    (tags.MESSAGE_DELIVERY_TIME, 133_604_118_000_000_000),
    (tags.MESSAGE_DELIVERY_TIME, 133_604_118_000_000_001),
    (tags.HTML, b"\0\xff<p>"),
    (KEYWORDS, ("ett", "två ord", "")),
    (Named(PSETID_APPOINTMENT, 0x8215, 0x000B), True),
    (Named(PSETID_APPOINTMENT, 0x8215, 0x000B), False),
    (Named(PSETID_APPOINTMENT, 0x8102, 0x0005), 0.25),
    (Named(PSETID_APPOINTMENT, "x", 0x0048), UUID(int=5)),
    (Named(PSETID_APPOINTMENT, "många", 0x1102), (b"a", b"")),
)


@pytest.mark.parametrize(("key", "value"), VALUES, ids=range(len(VALUES)))
def test_there_and_back(key: Property, value: Value) -> None:
    item = t("Message", extended_property(key, value))
    assert extended_properties(item, (tags.DISPLAY_NAME, key)) == {key: value}


def test_the_names_that_servers_answer_with() -> None:
    key = Named(PSETID_APPOINTMENT, 0x8208, 0x001F)
    uri = t("ExtendedFieldURI", DistinguishedPropertySetId="Appointment", PropertyId="33288", PropertyType="String")
    tag = t("ExtendedFieldURI", PropertyTag="0X37", PropertyType="String")
    item = t(
        "CalendarItem",
        t("ExtendedProperty", uri, t("Value", "Rum")),
        t("ExtendedProperty", tag, t("Value", "Möte")),
        t("ExtendedProperty", t("ExtendedFieldURI", PropertyTag="bad", PropertyType="String"), t("Value", "x")),
    )
    assert extended_properties(item, (key, tags.SUBJECT)) == {key: "Rum", tags.SUBJECT: "Möte"}


@pytest.mark.parametrize(
    "text",
    ["0001-01-01T00:00:00Z", "1601-01-01T00:00:00Z", "", "yesterday", "2024-02-30T00:00:00Z", "99999-01-01T00:00:00Z"],
)
def test_times_that_are_none(text: str) -> None:
    assert time_of(text) is None
    uri = t("ExtendedFieldURI", PropertyTag="0x0e06", PropertyType="SystemTime")
    item = t("Message", t("ExtendedProperty", uri, t("Value", text)))
    assert extended_properties(item, (tags.MESSAGE_DELIVERY_TIME,)) == {}


def test_times_in_many_spellings() -> None:
    same = ["2024-05-17T07:30:15Z", "2024-05-17T07:30:15", "2024-05-17T09:30:15+02:00", "2024-05-17T07:30:15.0000000Z"]
    assert len({time_of(text) for text in same}) == 1
    known = time_of(same[0])
    assert known is not None
    assert text_of_time(known) == same[0]


def test_what_xml_cannot_say() -> None:
    assert allowed("a\0b\x1fc\ud800d\n") == "a\ufffdb\ufffdc\ufffdd\n"
    root = parse(b"<a><b>1&#x1F;2</b><c/></a>")
    assert root is not None
    assert [child.tag for child in root] == ["b", "c"]
    assert parse(b"no xml") is None
