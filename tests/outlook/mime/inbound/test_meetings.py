"""Invitations by mail are meetings in Outlook, and go out again as they came."""

from __future__ import annotations

import pytest

from skyflytt.mail.identity import fingerprint
from skyflytt.outlook.mapi import tags
from skyflytt.outlook.mime import from_mime, to_mime

CALENDAR = """BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:-//x//y//EN\r
METHOD:{method}\r
BEGIN:VEVENT\r
UID:möte-1@norrsken.example\r
DTSTAMP:20260601T080000Z\r
DTSTART:20260608T080000Z\r
DTEND:20260608T090000Z\r
SUMMARY:Besiktning\r
LOCATION:Kiruna\r
ORGANIZER;CN=Anna:mailto:anna@norrsken.example\r
ATTENDEE;CN=Bengt;PARTSTAT={answer}:mailto:bengt@norrsken.example\r
END:VEVENT\r
END:VCALENDAR\r
"""
HEAD = "From: anna@norrsken.example\r\nTo: bengt@norrsken.example\r\nSubject: Besiktning\r\nMIME-Version: 1.0\r\n"


def invitation(method: str, answer: str = "NEEDS-ACTION", *, alone: bool = False) -> bytes:
    part = f"Content-Type: text/calendar; charset=utf-8; method={method}\r\n\r\n" + CALENDAR.format(
        method=method, answer=answer
    )
    if alone:
        return (HEAD + part).encode()
    return (
        f'{HEAD}Content-Type: multipart/alternative; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nVälkommen\r\n'
        f"--b\r\n{part}\r\n--b--\r\n"
    ).encode()


@pytest.mark.parametrize(
    ("method", "answer", "message_class"),
    [
        ("REQUEST", "NEEDS-ACTION", "IPM.Schedule.Meeting.Request"),
        ("CANCEL", "ACCEPTED", "IPM.Schedule.Meeting.Canceled"),
        ("REPLY", "ACCEPTED", "IPM.Schedule.Meeting.Resp.Pos"),
        ("REPLY", "DECLINED", "IPM.Schedule.Meeting.Resp.Neg"),
        ("REPLY", "TENTATIVE", "IPM.Schedule.Meeting.Resp.Tent"),
        ("PUBLISH", "ACCEPTED", "IPM.Note"),
    ],
)
@pytest.mark.parametrize("alone", [False, True])
def test_class_and_way_back(method: str, answer: str, message_class: str, alone: bool) -> None:
    raw = invitation(method, answer, alone=alone)
    message = from_mime(raw)
    assert message.properties[tags.MESSAGE_CLASS] == message_class
    assert message.properties[tags.SUBJECT] == "Besiktning"
    assert [one[tags.EMAIL_ADDRESS] for one in message.recipients] == ["bengt@norrsken.example"]
    assert fingerprint(to_mime(message)).fingerprint == fingerprint(raw).fingerprint


def test_a_broken_calendar_stays_an_attachment() -> None:
    raw = invitation("REQUEST").replace(b"BEGIN:VEVENT", b"BEGIN:NOTHING")
    message = from_mime(raw)
    assert message.properties[tags.MESSAGE_CLASS] == "IPM.Note"
    assert len(message.attachments) == 1
