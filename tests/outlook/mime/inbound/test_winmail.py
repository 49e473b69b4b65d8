from __future__ import annotations

import pytest

from skyflytt.outlook.mapi import Named, tags
from skyflytt.outlook.mapi.named import ORIGINAL_MIME, PSETID_APPOINTMENT
from skyflytt.outlook.mime import from_mime
from skyflytt.outlook.rtf import compress
from tests.outlook.mime.inbound.written import file as part
from tests.outlook.mime.inbound.written import mail, multipart
from tests.outlook.mime.inbound.written import text as text_part
from tests.outlook.tnef.written import attribute, listed, stream

LOCATION = Named(PSETID_APPOINTMENT, 0x8208, 0x001F)
RTF = compress(b"{\\rtf1 Hej}")
WINMAIL = stream(
    attribute(1, 0x78008, b"IPM.Schedule.Meeting.Request\0"),
    attribute(
        1, 0x69003, listed({tags.SUBJECT: "inne", tags.RTF_COMPRESSED: RTF, LOCATION: "Rummet", tags.MESSAGE_SIZE: 7})
    ),
    attribute(2, 0x69005, listed({tags.ATTACH_LONG_FILENAME: "offert å.pdf", tags.ATTACH_DATA: b"%PDF"})),
)


@pytest.mark.parametrize("kind", ["application/ms-tnef", "application/octet-stream"])
def test_it_is_unpacked_into_the_message(kind: str) -> None:
    raw = mail(multipart("mixed", text_part("Hej"), part(WINMAIL, f"{kind}; name=winmail.dat")))
    message = from_mime(raw)
    bag = message.properties
    assert bag[tags.MESSAGE_CLASS] == "IPM.Schedule.Meeting.Request"
    assert (bag[tags.SUBJECT], bag[tags.BODY], bag[LOCATION]) == ("Offert", "Hej", "Rummet")
    assert bag[tags.RTF_COMPRESSED] == RTF
    assert tags.MESSAGE_SIZE not in bag
    (one,) = message.attachments
    assert one.properties[tags.ATTACH_DATA] == b"%PDF"
    assert one.properties[tags.ATTACH_FILENAME] == "OFFERT~1.PDF"
    assert bag[ORIGINAL_MIME] == raw


def test_one_that_is_none_stays_an_attachment() -> None:
    (one,) = from_mime(mail(part(b"not at all", "application/ms-tnef; name=winmail.dat"))).attachments
    assert one.properties[tags.ATTACH_DATA] == b"not at all"
