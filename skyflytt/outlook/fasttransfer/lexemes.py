"""The words of a FastTransfer stream: markers, meta-properties and the fixed-size property values ([MS-OXCFXICS] 2.2.4.1)."""

from __future__ import annotations

from enum import IntEnum
from struct import Struct

from skyflytt.outlook.mapi import PropertyType


class Marker(IntEnum):
    """An element without a value ([MS-OXCFXICS] 2.2.4.1.4): those that a message consists of."""

    NEW_ATTACHMENT = 0x40000003
    START_EMBEDDED = 0x40010003
    END_EMBEDDED = 0x40020003
    START_RECIPIENT = 0x40030003
    END_RECIPIENT = 0x40040003
    START_MESSAGE = 0x400C0003
    END_MESSAGE = 0x400D0003
    END_ATTACHMENT = 0x400E0003
    START_ASSOCIATED_MESSAGE = 0x40100003
    ERROR_INFO = 0x40180003


FOREIGN_MARKERS = frozenset(
    {
        *(0x40090003, 0x400A0003, 0x400B0003),  # StartTopFld, StartSubFld, EndFolder
        *(0x40120003, 0x407D0003, 0x40130003, 0x40140003, 0x402F0003),  # IncrSyncChg … IncrSyncRead
        *(0x403A0003, 0x403B0003, 0x4074000B, 0x4075000B, 0x40150003, 0x407B0102),  # IncrSyncState… IncrSyncGroupInfo
    }
)
"""Markers of folders and of synchronisation: never in the stream of an item."""

EC_WARNING = 0x400F0003
"""MetaTagEcWarning: an error code; what follows may be incomplete ([MS-OXCFXICS] 2.2.4.1.5.2)."""

DELETE_SUBOBJECTS = 0x40160003
"""MetaTagFXDelProp: whoever uploads over an existing item deletes its subobjects of this kind first ([MS-OXCFXICS] 2.2.4.1.5.1)."""

NAMED = 0x8000
"""Property ids from here on are followed by the property's set and name."""

CODE_PAGE = 0x8000
"""Set in the type of a string sent in the code page that it is stored in; the other bits are the code page ([MS-OXCFXICS] 2.2.4.1.1.1)."""

UTF_16_STRING = CODE_PAGE | 1200

U32 = Struct("<I")

FIXED: dict[int, Struct] = {
    PropertyType.INTEGER_16: Struct("<h"),
    PropertyType.INTEGER_32: Struct("<i"),
    PropertyType.FLOATING_32: Struct("<f"),
    PropertyType.FLOATING_64: Struct("<d"),
    PropertyType.CURRENCY: Struct("<q"),
    PropertyType.FLOATING_TIME: Struct("<d"),
    PropertyType.ERROR_CODE: Struct("<I"),
    PropertyType.BOOLEAN: Struct("<H"),  # two bytes here, one everywhere else
    PropertyType.INTEGER_64: Struct("<q"),
    PropertyType.TIME: Struct("<Q"),
    PropertyType.GUID: Struct("<16s"),
}
"""The property types of fixed size; a GUID is 16 bytes here."""

COUNTED = frozenset({PropertyType.BINARY, PropertyType.SERVER_ID, PropertyType.OBJECT})
"""The types of bytes with their length in front."""

STRINGS = frozenset({PropertyType.STRING, PropertyType.STRING_8})

MULTIPLE_BASES = frozenset(
    {
        PropertyType.INTEGER_16,
        PropertyType.INTEGER_32,
        PropertyType.FLOATING_32,
        PropertyType.FLOATING_64,
        PropertyType.CURRENCY,
        PropertyType.FLOATING_TIME,
        PropertyType.INTEGER_64,
        PropertyType.TIME,
        PropertyType.GUID,
        PropertyType.BINARY,
    }
)
"""The types, strings apart, that have a multiple-valued form."""
