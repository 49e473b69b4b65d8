"""Named properties: a property set's GUID with a numeric id (LID) or a name ([MS-OXPROPS] 1.3, [MS-OXCPRPT] 2.2.1)."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

PS_MAPI = UUID("00020328-0000-0000-C000-000000000046")
PS_PUBLIC_STRINGS = UUID("00020329-0000-0000-C000-000000000046")
PS_INTERNET_HEADERS = UUID("00020386-0000-0000-C000-000000000046")
PSETID_COMMON = UUID("00062008-0000-0000-C000-000000000046")
PSETID_APPOINTMENT = UUID("00062002-0000-0000-C000-000000000046")
PSETID_MEETING = UUID("6ED8DA90-450B-101B-98DA-00AA003F1305")
PSETID_ADDRESS = UUID("00062004-0000-0000-C000-000000000046")
PSETID_TASK = UUID("00062003-0000-0000-C000-000000000046")
PSETID_LOG = UUID("0006200A-0000-0000-C000-000000000046")
PSETID_NOTE = UUID("0006200E-0000-0000-C000-000000000046")
PSETID_ATTACHMENT = UUID("96357F7F-59E1-47D0-99A7-46515C183B54")

PSETID_SKYFLYTT = UUID("5B1C4E2A-6F0D-4C53-9A7E-2D8C0F4B7A61")
"""Our own set: what no property of Microsoft's has room for."""


class Named(NamedTuple):
    """`name` is a LID (int) or a string; `type` is the property type."""

    set: UUID
    name: int | str
    type: int


KEYWORDS = Named(PS_PUBLIC_STRINGS, "Keywords", 0x101F)
"""Categories ([MS-OXCMSG] 2.2.1.17)."""

ORIGINAL_MIME = Named(PSETID_SKYFLYTT, "OriginalMime", 0x0102)
"""The message's bytes as received, kept where its MIME is malformed and an interpretation would lose some of them."""
