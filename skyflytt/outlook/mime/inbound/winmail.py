"""winmail.dat unpacked into the message that carries it ([MS-OXTNEF] 1.3)."""

from __future__ import annotations

from skyflytt.outlook.mapi import Attachment, Message, Properties, Property, tags
from skyflytt.outlook.mime.inbound.filenames import named
from skyflytt.outlook.mime.inbound.roles import Leaf

_BODIES: tuple[Property, ...] = (tags.RTF_COMPRESSED, tags.HTML, tags.BODY)
_NOT_OF_THE_MAIL = frozenset(
    (
        tags.ENTRY_ID,
        tags.RECORD_KEY,
        tags.MESSAGE_FLAGS,
        tags.MESSAGE_SIZE,
        tags.MESSAGE_STATUS,
        tags.HAS_ATTACHMENTS,
        tags.OBJECT_TYPE,
        tags.SOURCE_KEY,
        tags.CHANGE_KEY,
        tags.PREDECESSOR_CHANGE_LIST,
        tags.DELETE_AFTER_SUBMIT,
    )
)


def is_winmail(leaf: Leaf) -> bool:
    """By its type, or by the name that it has where the type was lost."""
    kind = leaf.entity.type
    return kind in ("application/ms-tnef", "application/vnd.ms-tnef") or leaf.name.lower() == "winmail.dat"


def absorb(message: Message, inner: Message) -> None:
    """What the header and the MIME body say stands; all the rest, and the class, are TNEF's."""
    richer = {
        tag: inner.properties[tag] for tag in _BODIES if tag in inner.properties and tag not in message.properties
    }
    message.properties |= richer
    if tags.HTML in richer and (page := inner.properties.get(tags.INTERNET_CODEPAGE)) is not None:
        message.properties[tags.INTERNET_CODEPAGE] = page
    if name := inner.properties.get(tags.MESSAGE_CLASS):
        message.properties[tags.MESSAGE_CLASS] = name
    for tag, value in _of_use(inner.properties).items():
        message.properties.setdefault(tag, value)
    if not message.recipients:
        message.recipients.extend(row for row in inner.recipients if tags.RECIPIENT_TYPE in row)
    message.attachments.extend(map(_named, inner.attachments))


def _named(attachment: Attachment) -> Attachment:
    """Old writers give the long name alone, or only the transport's."""
    bag = attachment.properties
    name = bag.get(tags.ATTACH_LONG_FILENAME) or bag.get(tags.ATTACH_TRANSPORT_NAME)
    if isinstance(name, str) and name and tags.ATTACH_FILENAME not in bag:
        attachment.properties = named(name) | bag
    return attachment


def _of_use(properties: Properties) -> Properties:
    return {tag: value for tag, value in properties.items() if tag not in _NOT_OF_THE_MAIL}
