"""Signed and encrypted messages, to the byte; reports with their machine-readable part."""

from __future__ import annotations

from email import message_from_bytes, policy

import pytest

from skyflytt.outlook.mapi import Attachment, Message, Named, tags
from skyflytt.outlook.mapi.named import ORIGINAL_MIME, PS_INTERNET_HEADERS
from skyflytt.outlook.mime.inbound import from_mime
from skyflytt.outlook.mime.outbound import to_mime

SIGNED = (
    b'Content-Type: multipart/signed; protocol="application/pkcs7-signature";\r\n\tmicalg=sha256; boundary=s\r\n\r\n--s\r\n'
    b"Content-Type: text/plain\r\n\r\nHej \xe5 \r\n\r\n--s\r\nContent-Type: application/pkcs7-signature; name=smime.p7s\r\n"
    b"Content-Transfer-Encoding: base64\r\n\r\nMIIB\r\nAAA=\r\n--s--\r\nepilogue"
)


def signed_in_outlook() -> Message:
    signed = Attachment(
        {tags.ATTACH_DATA: SIGNED, tags.ATTACH_MIME_TAG: "multipart/signed", tags.ATTACH_LONG_FILENAME: "smime.p7m"}
    )
    return Message(
        {tags.MESSAGE_CLASS: "IPM.Note.SMIME.MultipartSigned", tags.SUBJECT: "x", tags.BODY: "Hej"}, [], [signed]
    )


def test_a_signed_message_is_its_attachment() -> None:
    assert to_mime(signed_in_outlook()).removeprefix(b"Subject: x\r\nMIME-Version: 1.0\r\n") == SIGNED


def test_the_header_it_came_with_is_kept_whole() -> None:
    message = signed_in_outlook()
    content_type, _, body = SIGNED.partition(b"\r\n\r\n")
    header = b"Received: x\r\nMime-Version: 1.0 (x)\r\n" + content_type + b"\r\nSubject: x\r\n"
    message.properties[tags.TRANSPORT_MESSAGE_HEADERS] = header.decode()
    assert to_mime(message) == header + b"\r\n" + body


@pytest.mark.parametrize("line_end", [b"\r\n", b"\n"])
def test_what_came_signed_goes_signed(line_end: bytes) -> None:
    raw = b"From: a@example.com\r\nSubject: x\r\nMIME-Version: 1.0\r\n" + SIGNED
    raw = raw.replace(b"\r\n", line_end)
    assert to_mime(from_mime(raw)) == raw


def test_an_encrypted_message_is_its_attachment() -> None:
    sealed = Attachment(
        {
            tags.ATTACH_DATA: b"\x30\x80\x06",
            tags.ATTACH_MIME_TAG: "application/pkcs7-mime",
            tags.ATTACH_FILENAME: "smime.p7m",
        }
    )
    kind = Named(PS_INTERNET_HEADERS, "content-type", 0x1F)
    bag = {
        tags.MESSAGE_CLASS: "IPM.Note.SMIME",
        kind: "application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m",
    }
    mail = message_from_bytes(to_mime(Message(dict(bag), [], [sealed])), policy=policy.default)
    assert mail.get_content_type() == "application/pkcs7-mime"
    assert mail.get_param("smime-type") == "enveloped-data"
    assert mail.get_filename() == "smime.p7m"
    assert mail.get_payload(decode=True) == b"\x30\x80\x06"


def test_the_original_is_what_goes_out() -> None:
    raw = b"\0no mail at all\r\rX"
    assert to_mime(Message({ORIGINAL_MIME: raw})) == raw


def test_a_delivery_report() -> None:
    failed = {tags.SMTP_ADDRESS: "bo@example.com", tags.SUPPLEMENTARY_INFO: "550 5.1.1\r\nX: no such user"}
    original = Attachment({tags.ATTACH_METHOD: 5}, Message({tags.SUBJECT: "original"}))
    bag = {
        tags.MESSAGE_CLASS: "REPORT.IPM.Note.NDR",
        tags.SUBJECT: "Undeliverable",
        tags.SENDER_EMAIL_ADDRESS: "system@mx.example.com",
    }
    mail = message_from_bytes(to_mime(Message(dict(bag), [dict(failed)], [original])), policy=policy.default)
    assert mail.get_content_type() == "multipart/report"
    assert mail.get_param("report-type") == "delivery-status"
    text, status, returned = mail.iter_parts()
    assert "550 5.1.1" in text.get_content()
    whole, each = status.get_payload()
    assert whole["Reporting-MTA"] == "dns; mx.example.com"
    assert (each["Final-Recipient"], each["Action"], each["Status"]) == ("rfc822; bo@example.com", "failed", "5.0.0")
    assert returned.get_content()["Subject"] == "original"


@pytest.mark.parametrize(("ending", "said"), [("IPNRN", "displayed"), ("IPNNRN", "deleted")])
def test_a_read_report(ending: str, said: str) -> None:
    bag = {
        tags.MESSAGE_CLASS: f"REPORT.IPM.Note.{ending}",
        tags.SENDER_EMAIL_ADDRESS: "bo@example.com",
        tags.ORIGINAL_MESSAGE_ID: "<1@x>",
    }
    mail = message_from_bytes(to_mime(Message(dict(bag))), policy=policy.default)
    assert mail.get_param("report-type") == "disposition-notification"
    notification = list(mail.iter_parts())[1].get_payload()[0]
    assert notification["Disposition"] == f"manual-action/MDN-sent-manually; {said}"
    assert notification["Original-Message-ID"] == "<1@x>"
