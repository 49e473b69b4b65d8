"""Items of a folder as entries of the port: flags and the hour of receipt from the properties that Outlook keeps them in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from skyflytt.mail.ews.properties import time_of
from skyflytt.mail.flags import keepable
from skyflytt.mail.graph.properties import expanded, extended
from skyflytt.mail.port import MessageEntry
from skyflytt.outlook.mapi import Message, Properties, tags
from skyflytt.outlook.mapi.named import KEYWORDS
from skyflytt.outlook.mime.outbound import delivery_of

_TAGS = (
    *(tags.MESSAGE_FLAGS, tags.MESSAGE_DELIVERY_TIME, tags.CLIENT_SUBMIT_TIME),
    *(tags.FLAG_STATUS, tags.LAST_VERB_EXECUTED),
)
OPTIONS = {"$select": "id,changeKey,size,type,categories,createdDateTime", "$expand": expanded(_TAGS)}
"""What an entry needs; a delta gives no extended properties, so it is asked for by listings and single items."""
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""The time of what has none; the port wants one."""


def ref_of(item: Mapping[str, Any]) -> str:
    """An item's id: it is case-sensitive and changes when the item moves."""
    return str(item.get("id", ""))


def entry_of(item: Mapping[str, Any]) -> MessageEntry:
    """`edition` is the change key: another one after every save of the item."""
    delivery = delivery_of(Message(_known(item)))
    size = item.get("size")
    return MessageEntry(
        ref_of(item),
        keepable(delivery.flags),
        delivery.received or _NEVER,
        size if isinstance(size, int) else 0,
        str(item.get("changeKey") or ""),
    )


def _known(item: Mapping[str, Any]) -> Properties:
    properties = extended(item, _TAGS)
    made = time_of(str(item.get("createdDateTime") or ""))
    if made is not None:
        properties[tags.CREATION_TIME] = made
    categories = item.get("categories")
    if isinstance(categories, list) and categories:
        properties[KEYWORDS] = tuple(str(one) for one in categories)
    return properties
