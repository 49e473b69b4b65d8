"""A letter that is sent to see where it arrives. Its token stands in the subject and in a header of its own."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime

HEADER = "X-Skyflytt-Mail-Flow"
SUBJECT = "Skyflytt tries whether mail flows"
BODY = """This letter was sent to see whether mail flows, and where it arrives.
Nobody has to answer. It can be deleted.
"""


@dataclass(frozen=True, slots=True)
class Letter:
    """`raw` is RFC 5322 text with CRLF line ends."""

    token: str
    sender: str
    recipient: str
    raw: bytes


def new_token() -> str:
    """Not to be guessed: nobody else's mail is ever taken for a letter of ours."""
    return f"skyflytt-{secrets.token_hex(12)}"


def letter(token: str, sender: str, recipient: str, at: datetime) -> Letter:
    """The letter with its token."""
    message = EmailMessage(policy=policy.SMTP)
    message["From"], message["To"] = sender, recipient
    message["Subject"] = f"{SUBJECT} ({token})"
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{token}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers
    message[HEADER] = token
    message.set_content(BODY)
    return Letter(token, sender, recipient, message.as_bytes())


def is_letter(raw: bytes, token: str) -> bool:
    """Whether these bytes are the letter of the token: by its header, or by the subject where a relay took the header off."""
    if token.encode() not in raw:
        return False
    head = message_from_bytes(raw, policy=policy.compat32)
    return str(head.get(HEADER, "")).strip() == token or token in str(head.get("Subject", ""))


def judged(raw: bytes) -> str:
    """What the receiving server found of SPF, DKIM and DMARC (RFC 8601), as it wrote it; empty where it wrote nothing."""
    results = message_from_bytes(raw, policy=policy.compat32).get_all("Authentication-Results", [])
    return "; ".join(" ".join(str(one).split()) for one in results[:1])
