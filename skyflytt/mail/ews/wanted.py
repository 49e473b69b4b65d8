"""The properties that Outlook needs of items that are no mail: they are asked for by name where a server exports no streams."""

from __future__ import annotations

from types import ModuleType

from skyflytt.outlook.items import (
    activity,
    appointment,
    contact,
    distribution_list,
    global_object_id,
    item,
    sticky_note,
    task,
)
from skyflytt.outlook.items.classes import is_a
from skyflytt.outlook.mapi import Named, Property, PropertyType, tags
from skyflytt.outlook.mapi.named import KEYWORDS, PSETID_ADDRESS, PSETID_COMMON, PSETID_SKYFLYTT


def _names(*modules: ModuleType) -> tuple[Named, ...]:
    """The named properties that the modules of these items write, which is what Outlook reads."""
    found = (value for module in modules for value in vars(module).values() if isinstance(value, Named))
    return tuple(dict.fromkeys(name for name in found if name.set != PSETID_SKYFLYTT))


def _addresses() -> tuple[Named, ...]:
    """Three addresses of a contact and its fax numbers, each in five properties ([MS-OXOCNTC] 2.2.1.2)."""
    kinds = (PropertyType.STRING, PropertyType.STRING, PropertyType.STRING, PropertyType.STRING, PropertyType.BINARY)
    slots = (0x8080, 0x8090, 0x80A0, 0x80B0, 0x80C0, 0x80D0)
    lids = ((slot + step, kind) for slot in slots for step, kind in zip((0, 2, 3, 4, 5), kinds, strict=True))
    return tuple(Named(PSETID_ADDRESS, lid, kind) for lid, kind in lids)


def _person() -> tuple[int, ...]:
    """The tags of a person ([MS-OXPROPS], 0x3A00 to 0x3AFF)."""
    return tuple(
        tag
        for tag in vars(tags).values()
        if isinstance(tag, int)
        and 0x3A00 <= tag >> 16 < 0x3B00
        and tag & 0xFFFF in (PropertyType.STRING, PropertyType.TIME)
    )


COMMON: tuple[Property, ...] = (
    *(tags.MESSAGE_CLASS, tags.SUBJECT, tags.BODY, tags.HTML, tags.RTF_COMPRESSED, tags.IMPORTANCE, tags.SENSITIVITY),
    *(tags.MESSAGE_FLAGS, tags.MESSAGE_DELIVERY_TIME, tags.CLIENT_SUBMIT_TIME, tags.CREATION_TIME),
    *(tags.LAST_MODIFICATION_TIME, tags.FLAG_STATUS, tags.LAST_VERB_EXECUTED, tags.ICON_INDEX, tags.FOLLOWUP_ICON),
    *(tags.INTERNET_MESSAGE_ID, KEYWORDS, Named(PSETID_COMMON, 0x8539, PropertyType.MULTIPLE_STRING)),
    *_names(item),
)
_BY_CLASS: tuple[tuple[str, tuple[Property, ...]], ...] = (
    (
        "IPM.Appointment",
        (tags.START_DATE, tags.END_DATE, tags.OWNER_APPOINTMENT_ID, *_names(appointment, global_object_id)),
    ),
    ("IPM.Contact", (tags.DISPLAY_NAME, *_person(), *_addresses(), *_names(contact))),
    ("IPM.DistList", (tags.DISPLAY_NAME, *_names(distribution_list))),
    ("IPM.Task", _names(task)),
    ("IPM.StickyNote", _names(sticky_note)),
    ("IPM.Activity", _names(activity)),
)


def properties_of(item_class: str) -> tuple[Property, ...]:
    """What is asked for of an item of this class."""
    own = next((names for known, names in _BY_CLASS if is_a(item_class, known)), ())
    return tuple(dict.fromkeys((*COMMON, *own)))


def is_mail(item_class: str) -> bool:
    """Whether MIME says all of an item of this class that people see: mail, reports and meeting messages."""
    return not any(is_a(item_class, known) for known, _ in _BY_CLASS)
