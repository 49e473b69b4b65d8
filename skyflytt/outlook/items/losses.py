"""What a conversion could not carry: said in a property of the item, with the source's text beside it."""

from __future__ import annotations

from collections.abc import Iterable

from skyflytt.outlook.mapi import Attachment, Message, Properties, tags
from skyflytt.outlook.mapi.named import PSETID_SKYFLYTT, Named

LOSSES = Named(PSETID_SKYFLYTT, "Losses", 0x101F)
"""Sentences, each naming one thing that the item does not have although its source had."""

UNMAPPED = Named(PSETID_SKYFLYTT, "UnmappedLines", 0x101F)
"""Content lines of iCalendar or vCard that Outlook has no property for; they are written out again as they are."""

_BY_VALUE = 1


def losses_of(message: Message) -> tuple[str, ...]:
    """The sentences; empty for an item that is whole."""
    value = message.properties.get(LOSSES, ())
    return tuple(str(sentence) for sentence in value) if isinstance(value, tuple) else ()


def unmapped_of(message: Message) -> tuple[str, ...]:
    """The content lines kept with an item."""
    value = message.properties.get(UNMAPPED, ())
    return tuple(str(line) for line in value) if isinstance(value, tuple) else ()


def note(message: Message, losses: Iterable[str], unmapped: Iterable[str] = ()) -> None:
    """Adds sentences and lines to an item."""
    sentences, lines = (*losses_of(message), *losses), (*unmapped_of(message), *unmapped)
    if sentences:
        message.properties[LOSSES] = tuple(dict.fromkeys(sentences))
    if lines:
        message.properties[UNMAPPED] = lines


def keep_source(message: Message, text: str, filename: str, mime_type: str) -> None:
    """Attaches the text that the item was made from."""
    message.attachments.append(file_attachment(text.encode("utf-8", "surrogatepass"), filename, mime_type))


def file_attachment(data: bytes, filename: str, mime_type: str = "") -> Attachment:
    """An attached file."""
    stem, dot, extension = filename.rpartition(".")
    properties: Properties = {
        tags.ATTACH_METHOD: _BY_VALUE,
        tags.ATTACH_DATA: data,
        tags.ATTACH_LONG_FILENAME: filename,
        tags.ATTACH_FILENAME: filename,
        tags.DISPLAY_NAME: filename,
        tags.RENDERING_POSITION: -1,
    }
    if stem and dot:
        properties[tags.ATTACH_EXTENSION] = f".{extension}"
    if mime_type:
        properties[tags.ATTACH_MIME_TAG] = mime_type
    return Attachment(properties)
