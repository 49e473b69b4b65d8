"""Node ids: a type in the low 5 bits, an index above ([MS-PST] 2.2.2.1), and the ids that are fixed ([MS-PST] 2.4.1)."""

from __future__ import annotations

from enum import IntEnum


class NodeType(IntEnum):
    """nidType ([MS-PST] 2.2.2.1)."""

    HID = 0x00
    INTERNAL = 0x01
    NORMAL_FOLDER = 0x02
    SEARCH_FOLDER = 0x03
    NORMAL_MESSAGE = 0x04
    ATTACHMENT = 0x05
    SEARCH_UPDATE_QUEUE = 0x06
    SEARCH_CRITERIA_OBJECT = 0x07
    ASSOC_MESSAGE = 0x08
    CONTENTS_TABLE_INDEX = 0x0A
    RECEIVE_FOLDER_TABLE = 0x0B
    OUTGOING_QUEUE_TABLE = 0x0C
    HIERARCHY_TABLE = 0x0D
    CONTENTS_TABLE = 0x0E
    ASSOC_CONTENTS_TABLE = 0x0F
    SEARCH_CONTENTS_TABLE = 0x10
    ATTACHMENT_TABLE = 0x11
    RECIPIENT_TABLE = 0x12
    SEARCH_TABLE_INDEX = 0x13
    LTP = 0x1F


def make_nid(kind: int, index: int) -> int:
    """The NID of `kind` with the 27-bit `index`."""
    return index << 5 | kind


def nid_type(nid: int) -> int:
    """nidType: a `NodeType`, or a number that no version of the format names."""
    return nid & 0x1F


def nid_index(nid: int) -> int:
    """nidIndex, 27 bits."""
    return nid >> 5


def sibling(nid: int, kind: int) -> int:
    """The node of another type with the same index: a folder's tables ([MS-PST] 2.4.4)."""
    return nid & ~0x1F | kind


FIRST_INDEX = {NodeType.SEARCH_FOLDER: 0x4000, NodeType.NORMAL_MESSAGE: 0x10000, NodeType.ASSOC_MESSAGE: 0x8000}
"""Where rgnid of an empty file starts, by type; every other type starts at `FIRST_INDEX_OTHERS` ([MS-PST] 2.2.2.6)."""
FIRST_INDEX_OTHERS = 0x400

MESSAGE_STORE = 0x21
NAME_TO_ID_MAP = 0x61
NORMAL_FOLDER_TEMPLATE = 0xA1
SEARCH_FOLDER_TEMPLATE = 0xC1
ROOT_FOLDER = 0x122
SEARCH_MANAGEMENT_QUEUE = 0x1E1
SEARCH_ACTIVITY_LIST = 0x201
SEARCH_DOMAIN_OBJECT = 0x261
SEARCH_GATHERER_QUEUE = 0x281
SEARCH_GATHERER_DESCRIPTOR = 0x2A1
SEARCH_GATHERER_FOLDER_QUEUE = 0x321
HIERARCHY_TABLE_TEMPLATE = 0x60D
CONTENTS_TABLE_TEMPLATE = 0x60E
ASSOC_CONTENTS_TABLE_TEMPLATE = 0x60F
SEARCH_CONTENTS_TABLE_TEMPLATE = 0x610
RECEIVE_FOLDER_TABLE = 0x62B
OUTGOING_QUEUE_TABLE = 0x64C
ATTACHMENT_TABLE_TEMPLATE = 0x671
RECIPIENT_TABLE_TEMPLATE = 0x692
SPAM_SEARCH_FOLDER = 0x2223
IPM_SUBTREE = 0x8022
SEARCH_ROOT = 0x8042
DELETED_ITEMS = 0x8062
ATTACHMENT_TABLE = 0x671
"""Of a message: a subnode. The number is the template's."""
RECIPIENT_TABLE = 0x692
"""Of a message: a subnode. The number is the template's."""
