"""What a reader must see of a message, said in the reader's own terms; each function names the limits of one reader."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from skyflytt.mail.encodedwords import folded
from skyflytt.outlook.mapi import Attachment, Message, Properties, Property, tags
from tests.outlook.readers.seen import Folder, SeenAttachment, SeenMessage


def meant(folder: Folder, message: Message) -> SeenMessage:
    """Everything, as a reader without limits sees it."""
    return SeenMessage(
        folder,
        text(message, tags.SUBJECT),
        text(message, tags.MESSAGE_CLASS),
        text(message, tags.BODY),
        None,
        tuple(
            (
                int(str(one[tags.RECIPIENT_TYPE])),
                str(one.get(tags.DISPLAY_NAME, "")),
                _address(one),
            )
            for one in message.recipients
        ),
        tuple(_attachment(one) for one in message.attachments),
    )


def _address(recipient: Properties) -> str:
    return str(recipient.get(tags.SMTP_ADDRESS) or recipient.get(tags.EMAIL_ADDRESS, ""))


def _attachment(attachment: Attachment) -> SeenAttachment:
    names = attachment.properties
    name = str(names.get(tags.ATTACH_LONG_FILENAME) or names.get(tags.ATTACH_FILENAME) or "")
    if attachment.embedded:
        return SeenAttachment(name, embedded=meant((), attachment.embedded))
    data = attachment.properties.get(tags.ATTACH_DATA, b"")
    assert isinstance(data, bytes)
    return SeenAttachment(name, len(data), hashlib.sha256(data).hexdigest())


def text(message: Message, tag: Property) -> str:
    return str(message.properties.get(tag, ""))


def by_pst_extractor(message: SeenMessage) -> SeenMessage:
    """Its attachments never get the node that it needs to open an attached message: it knows its name alone."""
    return replace(message, attachments=tuple(_unopened(one) for one in message.attachments))


def _unopened(attachment: SeenAttachment) -> SeenAttachment:
    return SeenAttachment(attachment.name) if attachment.embedded else attachment


def by_pffexport(message: SeenMessage) -> SeenMessage:
    """It tells no class, bodies of mail alone, recipients and names of attachments in words of its own; it is wrong about emoji."""
    return replace(
        message,
        subject=_wrong_pairs(message.subject),
        message_class=None,
        body=_wrong_pairs(message.body or "") if _is_mail(message) else None,
        recipients=None,
        attachments=tuple(
            SeenAttachment("", embedded=by_pffexport(one.embedded)) if one.embedded else replace(one, name="")
            for one in message.attachments
        ),
    )


def _is_mail(message: SeenMessage) -> bool:
    return (message.message_class or "").startswith(("IPM.Note", "REPORT."))


def _wrong_pairs(text: str) -> str:
    """Its libuna of 2018 subtracts DFFF from the low surrogate, not DC00."""
    return "".join(chr(ord(one) - 0x3FF) if ord(one) > 0xFFFF else one for one in text)


def by_readpst(message: SeenMessage) -> SeenMessage | None:
    """Appointments and contacts it writes in formats of their own. Mail becomes MIME: no class, recipients in headers alone,
    attachments last one first, and none that are empty.

    An attached message it begins with an mbox line, which makes a body of its whole header: only its subject is looked at.
    """
    if not _is_mail(message):
        return None
    kept = tuple(_closed(one) for one in reversed(message.attachments) if one.embedded or one.size)
    return replace(message, subject=folded(message.subject), message_class=None, recipients=None, attachments=kept)


def _closed(attachment: SeenAttachment) -> SeenAttachment:
    if attachment.embedded is None:
        return replace(attachment, name="")
    return SeenAttachment("", embedded=SeenMessage((), folded(attachment.embedded.subject), None, None, None, None, ()))
