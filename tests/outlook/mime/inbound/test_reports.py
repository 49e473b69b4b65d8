from __future__ import annotations

import pytest

from skyflytt.outlook.mapi import tags
from skyflytt.outlook.mime import from_mime
from tests.outlook.mime.inbound.written import mail, multipart, text


def status(*actions: str) -> str:
    groups = "".join(
        f"\nFinal-Recipient: rfc822; bo@example.com\nAction: {action}\nStatus: 5.1.1\n" for action in actions
    )
    return f"Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.com\n{groups}"


@pytest.mark.parametrize(
    ("actions", "suffix"),
    [
        (["failed"], "NDR"),
        (["delivered", "Failed", "delayed"], "NDR"),
        (["delivered"], "DR"),
        (["delayed", "relayed"], "Delayed.DR"),
        (["relayed"], "Relayed.DR"),
        (["expanded"], "Expanded.DR"),
    ],
)
def test_delivery_reports(actions: list[str], suffix: str) -> None:
    returned = "Content-Type: message/rfc822\n\nMessage-ID: <old@example.com>\nSubject: Offert\n\nHej"
    raw = mail(
        multipart(
            "report", text("Det gick inte."), status(*actions), returned, parameters="; report-type=delivery-status"
        )
    )
    message = from_mime(raw)
    assert message.properties[tags.MESSAGE_CLASS] == f"REPORT.IPM.Note.{suffix}"
    assert message.properties[tags.BODY] == "Det gick inte."
    assert message.properties[tags.ORIGINAL_MESSAGE_ID] == "<old@example.com>"
    assert message.properties[tags.REPORT_TIME] == message.properties[tags.MESSAGE_DELIVERY_TIME]
    report, old = message.attachments
    assert report.properties[tags.ATTACH_DATA].startswith(b"Reporting-MTA")
    assert old.embedded
    assert [row[tags.SMTP_ADDRESS] for row in message.recipients] == ["bo@example.com"]


@pytest.mark.parametrize(
    ("disposition", "suffix"), [("displayed", "IPNRN"), ("deleted", "IPNNRN"), ("processed/error", "IPNNRN")]
)
def test_receipts(disposition: str, suffix: str) -> None:
    part = (
        "Content-Type: message/disposition-notification\n\nFinal-Recipient: rfc822; bo@example.com\n"
        f"Original-Message-ID: <old@example.com>\nDisposition: manual-action/MDN-sent-manually; {disposition}\n"
    )
    bag = from_mime(
        mail(multipart("report", text("Läst."), part, parameters="; report-type=disposition-notification"))
    ).properties
    assert bag[tags.MESSAGE_CLASS] == f"REPORT.IPM.Note.{suffix}"
    assert bag[tags.ORIGINAL_MESSAGE_ID] == "<old@example.com>"


@pytest.mark.parametrize(
    "part", [status(), status("odd"), text("Hej"), "Content-Type: message/delivery-status\n\n\n\nx"]
)
def test_a_report_that_says_nothing_is_a_mail(part: str) -> None:
    assert from_mime(mail(multipart("report", text("?"), part))).properties[tags.MESSAGE_CLASS] == "IPM.Note"
