"""Items beyond mail as messages."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage

from skyflytt.outlook.mapi import Attachment, Message, Named, Properties, tags
from skyflytt.outlook.mapi.named import PSETID_ADDRESS
from skyflytt.outlook.mime.outbound import to_mime


def shown(properties: Properties, *attachments: Attachment) -> EmailMessage:
    mail = message_from_bytes(to_mime(Message(properties, [], list(attachments))), policy=policy.default)
    assert isinstance(mail, EmailMessage)
    return mail


def text(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def test_a_contact_without_notes_can_be_read() -> None:
    mail = shown(
        {
            tags.MESSAGE_CLASS: "IPM.Contact",
            tags.SUBJECT: "Åsa Öst",
            tags.COMPANY_NAME: "Stolar AB",
            tags.MOBILE_TELEPHONE_NUMBER: "+46 70 000\r\nBcc: x",
            Named(PSETID_ADDRESS, 0x8083, 0x1F): "asa@example.com",
        }
    )
    lines = text(mail).splitlines()
    assert lines[0] == "Åsa Öst"
    assert {"Company: Stolar AB", "Mobile phone: +46 70 000 Bcc: x", "Email: asa@example.com"} <= set(lines)
    assert mail["Bcc"] is None


def test_a_note_is_its_text() -> None:
    mail = shown({tags.MESSAGE_CLASS: "IPM.StickyNote", tags.SUBJECT: "Köp", tags.BODY: "Köp mjölk\r\noch bröd"})
    assert text(mail).splitlines() == ["Köp mjölk", "och bröd"]


def test_attachments_of_an_item_are_kept() -> None:
    photo = Attachment(
        {
            tags.ATTACH_DATA: b"\xff\xd8",
            tags.ATTACH_LONG_FILENAME: "ContactPicture.jpg",
            tags.ATTACHMENT_CONTACT_PHOTO: True,
        }
    )
    names = [part.get_filename() for part in shown({tags.MESSAGE_CLASS: "IPM.Contact"}, photo).iter_attachments()]
    assert "ContactPicture.jpg" in names
