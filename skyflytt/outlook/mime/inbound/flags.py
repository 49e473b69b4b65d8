"""IMAP's flags and keywords as properties of Outlook's ([MS-OXCMSG] 2.2.1.6, [MS-OXOFLAG] 2.2.1)."""

from __future__ import annotations

from skyflytt.outlook.mapi import Properties, tags
from skyflytt.outlook.mapi.named import KEYWORDS

READ, UNSENT, HAS_ATTACHMENTS = 0x01, 0x08, 0x10
"""PidTagMessageFlags."""
FLAGGED, RED_FLAG = 2, 6
"""PidTagFlagStatus, PidTagFollowupIcon."""
REPLIED, FORWARDED = 102, 104
"""PidTagLastVerbExecuted."""
REPLIED_ICON, FORWARDED_ICON = 0x105, 0x106
"""PidTagIconIndex."""
_SYSTEM = frozenset(("\\seen", "\\answered", "\\flagged", "\\deleted", "\\draft", "\\recent", "$forwarded"))


def state_of(flags: frozenset[str]) -> Properties:
    r"""PidTagMessageFlags, the follow-up flag, what was done with the message, and its categories.

    There is one "last verb" only: of a message both answered and forwarded, `$Forwarded` is kept as a category.
    """
    known = {flag.lower() for flag in flags}
    properties: Properties = {tags.MESSAGE_FLAGS: READ * ("\\seen" in known) | UNSENT * ("\\draft" in known)}
    if "\\flagged" in known:
        properties |= {tags.FLAG_STATUS: FLAGGED, tags.FOLLOWUP_ICON: RED_FLAG, tags.TODO_ITEM_FLAGS: 1}
    if "\\answered" in known:
        properties |= {tags.LAST_VERB_EXECUTED: REPLIED, tags.ICON_INDEX: REPLIED_ICON}
    elif "$forwarded" in known:
        properties |= {tags.LAST_VERB_EXECUTED: FORWARDED, tags.ICON_INDEX: FORWARDED_ICON}
    words = sorted(flag for flag in flags if flag.lower() not in _SYSTEM)
    if {"\\answered", "$forwarded"} <= known:
        words.append("$Forwarded")
    if words:
        properties[KEYWORDS] = tuple(words)
    return properties
