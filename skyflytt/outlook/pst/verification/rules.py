"""What a PST file holds otherwise than the message that was meant, and why. Everything that is not listed has to be equal."""

from __future__ import annotations

from skyflytt.outlook.mapi import Message, Properties, Value, tags
from skyflytt.outlook.pst.messaging import calculated
from skyflytt.outlook.pst.messaging.recipients import DISPLAY_LISTS
from skyflytt.outlook.pst.messaging.subject import subject_of

NOT_KEPT = {
    "message": calculated.MESSAGE,
    "recipient": calculated.RECIPIENT,
    "attachment": calculated.ATTACHMENT,
}
"""Ids that the writer leaves out or computes, by kind of object; `messaging.calculated` has the reason of each."""

_ADDED_TO_ALL = {
    tags.MESSAGE_CLASS: "IPM.Note where nothing is said",
    tags.MESSAGE_FLAGS: "every message has flags",
    tags.CREATION_TIME: "every message has one; it is the earliest time that is known",
    tags.LAST_MODIFICATION_TIME: "every message has one",
    tags.SEARCH_KEY: "every message has one",
    tags.CONVERSATION_TOPIC: "the subject without its prefix",
    tags.SUBJECT: "joined from prefix and normalized subject",
    tags.DISPLAY_TO: "the names of the recipients",
    tags.DISPLAY_CC: "the names of the recipients",
    tags.DISPLAY_BCC: "the names of the recipients",
}
_ADDED_TO_RECIPIENTS = {
    tags.RECIPIENT_TYPE: "To where nothing is said",
    tags.OBJECT_TYPE: "a mail user where nothing is said",
    tags.DISPLAY_TYPE: "a mail user where nothing is said",
    tags.DISPLAY_NAME: "the address where there is no name",
    tags.ENTRY_ID: "made from name and address",
    tags.SEARCH_KEY: "made from the address",
}
_ADDED_TO_ATTACHMENTS = {
    tags.ATTACH_METHOD: "what goes with the content",
    tags.RENDERING_POSITION: "-1: nowhere in the text",
    tags.ATTACH_FILENAME: "the long name where there is no short one",
    tags.DISPLAY_NAME: "the subject of an embedded message",
}
ADDED: dict[str, dict[int, str]] = {
    "message": _ADDED_TO_ALL,
    "recipient": _ADDED_TO_RECIPIENTS,
    "attachment": _ADDED_TO_ATTACHMENTS,
}
"""What the writer adds to an object that does not say it itself, with what it says."""

_COMPUTED_FLAGS = 0x54
"""mfSubmitted, mfHasAttach and mfFAI: they follow from where the message is and what is in it."""
_HAS_ATTACHMENT = 0x10


def expected_message(message: Message) -> Properties:
    """The message's properties as the file should have them, before `NOT_KEPT`."""
    properties = dict(message.properties)
    if tags.HAS_ATTACHMENTS in properties:
        properties[tags.HAS_ATTACHMENTS] = bool(message.attachments)
    flags = properties.get(tags.MESSAGE_FLAGS)
    if isinstance(flags, int):
        computed = _HAS_ATTACHMENT if message.attachments else 0
        properties[tags.MESSAGE_FLAGS] = flags & ~_COMPUTED_FLAGS | computed
    for tag in (tags.MESSAGE_CLASS, *DISPLAY_LISTS):
        if not properties.get(tag):
            properties.pop(tag, None)
    subject = subject_of(*(_text(properties.get(tag)) for tag in _SUBJECT))
    if subject is not None:
        properties[tags.SUBJECT] = subject.prefix + subject.normalized
    return properties


_SUBJECT = (tags.SUBJECT, tags.SUBJECT_PREFIX, tags.NORMALIZED_SUBJECT)


def _text(value: Value | None) -> str | None:
    return value if isinstance(value, str) else None
