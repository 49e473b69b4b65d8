from __future__ import annotations

import io

import pytest

from skyflytt.outlook.mapi import Attachment, Message, Named, Properties
from skyflytt.outlook.mapi import tags as t
from skyflytt.outlook.mapi.named import PS_PUBLIC_STRINGS
from skyflytt.outlook.pst.message_size import most_bytes
from skyflytt.outlook.pst.ndb.layout import SPAN
from skyflytt.outlook.pst.writer import PstWriter

ANNA: Properties = {t.DISPLAY_NAME: "Anna Å", t.ADDRESS_TYPE: "SMTP", t.EMAIL_ADDRESS: "anna@norr.example"}
CASES = {
    "bare": Message(),
    "items of which two fit into a block": Message(
        {Named(PS_PUBLIC_STRINGS, f"n{at}", 0x0102): b"x" * 2_800 for at in range(200)}
    ),
    "values just too large for the heap": Message(
        {Named(PS_PUBLIC_STRINGS, f"n{at}", 0x0102): b"x" * 3_581 for at in range(200)}
    ),
    "long subject": Message({t.SUBJECT: "s" * 3_000, t.BODY: "b" * 100_000}),
    "subject of half a heap block": Message({t.SUBJECT: "s" * 1_400}),
    "long names": Message({}, [{**ANNA, t.DISPLAY_NAME: "n" * 1_700}] * 100),
    "long file names": Message({}, attachments=[Attachment({t.ATTACH_LONG_FILENAME: "n" * 1_400})] * 100),
    "recipients": Message({}, [ANNA] * 500),
    "attachments": Message({}, attachments=[Attachment({t.ATTACH_DATA: b"x"})] * 300),
    "a large attachment": Message({}, attachments=[Attachment({t.ATTACH_DATA: b"x" * 5_000_000})]),
    "attached messages": Message({}, attachments=[Attachment({}, Message({t.BODY: "b"}, [ANNA]))] * 50),
}


@pytest.mark.parametrize("case", CASES)
def test_no_message_takes_more_than_was_told(case: str) -> None:
    """Over so many messages that neither whole spans nor what folders hold back hide anything."""
    message = CASES[case]
    most = most_bytes(message)
    count = max(20, 3_000_000 // most)
    out = io.BytesIO()
    writer = PstWriter(out, name="Test", seed=b"1")
    writer.add(("Inbox",), message)
    before = writer.size_bytes
    for _ in range(count):
        writer.add(("Inbox",), message)
    told = writer.size_bytes
    writer.complete()
    assert len(out.getvalue()) <= told
    assert told <= before + count * most + SPAN
