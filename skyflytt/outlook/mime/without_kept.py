"""A message with nothing but what everybody's MAPI knows: as a server that reads MIME itself would hold it."""

from __future__ import annotations

from skyflytt.outlook.mapi import Attachment, Message, Named, Properties
from skyflytt.outlook.mapi.named import PSETID_SKYFLYTT


def without_kept(message: Message) -> Message:
    """The message without the properties of our own set, down to the last attached message."""
    return Message(
        _known(message.properties),
        [_known(recipient) for recipient in message.recipients],
        [
            Attachment(_known(attachment.properties), attachment.embedded and without_kept(attachment.embedded))
            for attachment in message.attachments
        ],
    )


def _known(properties: Properties) -> Properties:
    return {
        key: value for key, value in properties.items() if not (isinstance(key, Named) and key.set == PSETID_SKYFLYTT)
    }
