"""Notes: IPM.StickyNote ([MS-OXONOTE])."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from skyflytt.outlook.items.classes import STICKY_NOTE, is_a
from skyflytt.outlook.items.item import ICALENDAR_UID, Item, common_message, read_common
from skyflytt.outlook.items.values import number, text
from skyflytt.outlook.mapi import Message, tags
from skyflytt.outlook.mapi.named import PSETID_NOTE, Named

COLOR = Named(PSETID_NOTE, 0x8B00, 0x0003)
WIDTH = Named(PSETID_NOTE, 0x8B02, 0x0003)
HEIGHT = Named(PSETID_NOTE, 0x8B03, 0x0003)
X = Named(PSETID_NOTE, 0x8B04, 0x0003)
Y = Named(PSETID_NOTE, 0x8B05, 0x0003)

_ICON = 0x300


class Color(IntEnum):
    """PidLidNoteColor."""

    BLUE = 0
    GREEN = 1
    PINK = 2
    YELLOW = 3
    WHITE = 4


@dataclass(kw_only=True)
class StickyNote(Item):
    """A note's subject is its first line; size and place are in pixels."""

    color: int = Color.YELLOW
    width: int = 200
    height: int = 166
    x: int = 80
    y: int = 80


def note_message(note: StickyNote) -> Message:
    """The message with the properties that Outlook expects."""
    message = common_message(note, STICKY_NOTE)
    if not note.subject:
        first = note.body.strip().splitlines()[:1]
        message.properties[tags.SUBJECT] = message.properties[tags.NORMALIZED_SUBJECT] = first[0] if first else ""
    message.properties |= {
        COLOR: note.color,
        WIDTH: note.width,
        HEIGHT: note.height,
        X: note.x,
        Y: note.y,
        tags.ICON_INDEX: _ICON + note.color,
    }
    if note.uid:
        message.properties[ICALENDAR_UID] = note.uid
    return message


def is_note(message: Message) -> bool:
    """Whether a message is a note."""
    return is_a(text(message.properties, tags.MESSAGE_CLASS), STICKY_NOTE)


def read_note(message: Message) -> StickyNote:
    """Every message of the class is a note; what it does not have is as in a new one."""
    bag = message.properties
    note = StickyNote()
    read_common(note, message)
    note.color, note.width, note.height = number(bag, COLOR, 3), number(bag, WIDTH, 200), number(bag, HEIGHT, 166)
    note.x, note.y = number(bag, X, 80), number(bag, Y, 80)
    return note
