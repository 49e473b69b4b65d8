"""Messages as MIME, both ways, where there is no stream or none is taken (https://learn.microsoft.com/graph/outlook-get-mime-message).

Only mail has MIME. What is written so is a draft to Exchange for ever ([MS-OXCMSG] 2.2.1.6: whether it is one is decided by the first
save), and its hour of receipt is set afterwards.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from skyflytt.errors.base import Failure
from skyflytt.errors.graph import ConsentMissing
from skyflytt.graph import Refused
from skyflytt.mail.flags import ANSWERED, FLAGGED, SEEN, SYSTEM_FLAGS
from skyflytt.mail.graph.errors import of_item
from skyflytt.mail.graph.properties import said
from skyflytt.mail.graph.session import Session
from skyflytt.mail.port import Fetched, FetchFailure, NewMessage, Way
from skyflytt.outlook.mapi import tags
from skyflytt.outlook.mapi.times import filetime
from skyflytt.outlook.mime.inbound.flags import state_of


def fetch_by_mime(session: Session, ref: str) -> Fetched | FetchFailure:
    """One message."""
    try:
        return Fetched(ref, session.raw("GET", f"{session.message(ref)}/$value"), way=Way.MIME)
    except Refused as refused:
        return FetchFailure(ref, of_item(refused, ref))
    except ConsentMissing as failure:
        # Mail as MIME has a permission of its own; the rest of the mailbox goes on without it.
        return FetchFailure(ref, failure)


def write_by_mime(session: Session, folder: str, message: NewMessage) -> str:
    """The ref of the message, with its flags and hour of receipt. Raises `Refused`, and `ConsentMissing` without leaving anything."""
    path = f"{session.user}/mailFolders/{quote(folder, safe='')}/messages"
    made = session.post_text(path, base64.b64encode(message.raw))
    ref = str(made.get("id", ""))
    try:
        session.patch(session.message(ref), _state(message))
    except (Refused, Failure):
        session.raw("DELETE", f"{session.item(folder, ref)}?disposalType=hardDelete")
        raise
    return ref


def _state(message: NewMessage) -> Mapping[str, Any]:
    flags = message.flags
    received = said(tags.MESSAGE_DELIVERY_TIME, filetime(message.received))
    answered = state_of(frozenset((ANSWERED,)) & flags).get(tags.LAST_VERB_EXECUTED)
    verb = [said(tags.LAST_VERB_EXECUTED, answered)] if isinstance(answered, int) else []
    return {
        "isRead": SEEN in flags,
        "categories": sorted(flags - SYSTEM_FLAGS - {"$Forwarded"}),
        "flag": {"flagStatus": "flagged" if FLAGGED in flags else "notFlagged"},
        "singleValueExtendedProperties": [received, *verb],
    }
