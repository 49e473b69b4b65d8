"""A message, its recipients and its attachments as bags of properties ([MS-OXCMSG])."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from skyflytt.outlook.mapi.named import Named

Property = int | Named
"""A property's name with its type: the full 32-bit tag (`0x0037001F`, see `mapi.tags`), or a named one."""

Value = (
    int
    | float
    | str
    | bytes
    | UUID
    | tuple[int, ...]
    | tuple[float, ...]
    | tuple[str, ...]
    | tuple[bytes, ...]
    | tuple[UUID, ...]
)
"""A property's value; `mapi.types` says which Python type stands for which property type."""

Properties = dict[Property, Value]
"""At most one property of each id or name. An id of 0x8000 and above never appears as a bare tag: that is what `Named` is for."""


@dataclass(slots=True)
class Attachment:
    """`embedded` is the attached message where PidTagAttachMethod is afEmbeddedMessage (5); the data of others is in ATTACH_DATA."""

    properties: Properties = field(default_factory=dict)
    embedded: Message | None = None


@dataclass(slots=True)
class Message:
    """Any item of a mailbox: mail, appointment, contact, task, note … (PidTagMessageClass says which).

    `recipients` are bags too, in their order (PidTagRowid is not among them; the position is the row id).
    """

    properties: Properties = field(default_factory=dict)
    recipients: list[Properties] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
