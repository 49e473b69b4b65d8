"""Subjects as they are, without the length of their prefix that PST files put in front ([MS-PST] 2.5.3.1.1.1)."""

from __future__ import annotations

from skyflytt.outlook.mapi import Properties, tags
from skyflytt.outlook.pst.messaging.subject import MARK


def plain_subject(properties: Properties) -> Properties:
    """The same properties; the prefix, where one is marked, becomes PidTagSubjectPrefix."""
    stored = properties.get(tags.SUBJECT)
    if isinstance(stored, str) and stored[:1] == MARK and len(stored) > 1:
        text, length = stored[2:], ord(stored[1]) - 1
        properties[tags.SUBJECT] = text
        if 0 <= length <= len(text):
            properties.setdefault(tags.SUBJECT_PREFIX, text[:length])
    return properties
