"""Exchange's note in place of a message that its IMAP service cannot convert. It is no message, and must not be taken for one."""

from __future__ import annotations

import re

_SUBJECT = re.compile(
    rb"(?im)^Subject: Retrieval using the (?:IMAP4?|POP3) protocol failed for the following message: \d+"
)
_HEADER_BYTES = 4_000


def is_placeholder(raw: bytes) -> bool:
    """By its subject, which Exchange 2007 and later write in English whatever the mailbox's language; only in the header."""
    header = raw[:_HEADER_BYTES].partition(b"\r\n\r\n")[0]
    return bool(_SUBJECT.search(header))
