"""The recipient table of a message ([MS-PST] 2.4.5.3)."""

from __future__ import annotations

from collections.abc import Sequence

from skyflytt.outlook.mapi import Properties
from skyflytt.outlook.mapi.tags import (
    DISPLAY_BCC,
    DISPLAY_CC,
    DISPLAY_NAME,
    DISPLAY_TO,
    DISPLAY_TYPE,
    EMAIL_ADDRESS,
    ENTRY_ID,
    OBJECT_TYPE,
    RECIPIENT_TYPE,
    SEARCH_KEY,
    SMTP_ADDRESS,
)
from skyflytt.outlook.pst.ltp import Node, TableContext
from skyflytt.outlook.pst.messaging.calculated import RECIPIENT
from skyflytt.outlook.pst.messaging.columns import RECIPIENTS
from skyflytt.outlook.pst.messaging.entry_id import address_search_key, one_off_entry_id
from skyflytt.outlook.pst.messaging.name_map import NameMap
from skyflytt.outlook.pst.messaging.stored import Stored, stored
from skyflytt.outlook.pst.ndb import NodeDatabase

TO, CC, BCC = 1, 2, 3
_LISTS = {TO: DISPLAY_TO, CC: DISPLAY_CC, BCC: DISPLAY_BCC}
DISPLAY_LISTS = tuple(_LISTS.values())
_KIND = 0xF
_MAIL_USER = 6
_MOST_COLUMNS = 255


def write_recipients(database: NodeDatabase, recipients: Sequence[Properties], names: NameMap) -> Node:
    """One row per recipient in their order, with row ids from 1; the columns of the template and whatever else a recipient has,
    up to the 255 columns of a table."""
    rows = [_row(recipient, names) for recipient in recipients]
    more = {tag for row in rows for tag in row}.difference(RECIPIENTS)
    table = TableContext(database, (*RECIPIENTS, *sorted(more)[: _MOST_COLUMNS - len(RECIPIENTS)]))
    for row_id, row in enumerate(rows, start=1):
        table.add(row_id, row)
    return table.complete()


def display_lists(recipients: Sequence[Properties]) -> Stored:
    """The names of each kind of recipients, joined as Outlook joins them; nothing for a kind that nobody is of."""
    lists: dict[int, list[str]] = {}
    for recipient in recipients:
        kind = recipient.get(RECIPIENT_TYPE, TO)
        tag = _LISTS.get(kind & _KIND) if isinstance(kind, int) else None
        if tag and (name := _name(recipient)):
            lists.setdefault(tag, []).append(name)
    return {tag: "; ".join(names) for tag, names in lists.items()}


def _row(recipient: Properties, names: NameMap) -> Stored:
    row = stored(recipient, names, RECIPIENT)
    row.setdefault(RECIPIENT_TYPE, TO)
    row.setdefault(OBJECT_TYPE, _MAIL_USER)
    row.setdefault(DISPLAY_TYPE, 0)
    if DISPLAY_NAME not in row and (name := _name(recipient)):
        row[DISPLAY_NAME] = name
    if ENTRY_ID not in row and (entry_id := one_off_entry_id(recipient)):
        row[ENTRY_ID] = entry_id
    if SEARCH_KEY not in row and (key := address_search_key(recipient)):
        row[SEARCH_KEY] = key
    return row


def _name(recipient: Properties) -> str:
    for tag in (DISPLAY_NAME, SMTP_ADDRESS, EMAIL_ADDRESS):
        if isinstance(name := recipient.get(tag), str) and name:
            return name
    return ""
