"""Messages that came back: a delivery status notification (RFC 3464) says which, and what came back counts as not sent."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage, Message

from sqlalchemy import select

from skyflytt.ledger import journal
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.schema import journal as journal_table
from skyflytt.notice.failures import BounceUnknown, NoBounce

SENT, BOUNCED = "notice-sent", "notice-bounced"
HEADERS = ("message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers")


@dataclass(frozen=True, slots=True)
class Bounce:
    """`message_id` of the message that came back; `status` is an enhanced status code (RFC 3463), such as 5.1.1."""

    message_id: str
    status: str


def read_bounce(raw: bytes) -> Bounce | None:
    """The bounce that a message tells of; None when it is none, or tells of a delay only (a status that begins with 4 or 2)."""
    message = email.message_from_bytes(raw, _class=EmailMessage, policy=email.policy.default)
    status = next((one for one in _statuses(message) if one.startswith("5")), None)
    original = next(_originals(message), None)
    return Bounce(original, status) if status and original else None


def note_bounce(ledger: Ledger, project: str, raw: bytes, *, by: str) -> Bounce:
    """Write down which of the project's notices came back; a second report of the same changes nothing.

    Raises `NoBounce` and `BounceUnknown`.
    """
    found = read_bounce(raw)
    if found is None:
        raise NoBounce(project, "it holds no delivery status of a failure (RFC 3464)")
    if not _stands(ledger, project, SENT, found.message_id):
        raise BounceUnknown(found.message_id, f"{project} has sent no such message")
    if not _stands(ledger, project, BOUNCED, found.message_id):
        data = {"status": found.status}
        journal.append(ledger, project, actor=by, action=BOUNCED, subject=found.message_id, data=data)
    return found


def came_back(ledger: Ledger, project: str) -> set[str]:
    """The Message-IDs of all notices that came back."""
    where = (journal_table.c.project == project) & (journal_table.c.action == BOUNCED)
    with ledger.reading() as connection:
        return set(connection.execute(select(journal_table.c.subject).where(where)).scalars())


def _stands(ledger: Ledger, project: str, action: str, message_id: str) -> bool:
    columns = journal_table.c
    where = (columns.project == project) & (columns.action == action) & (columns.subject == message_id)
    with ledger.reading() as connection:
        return connection.execute(select(columns.number).where(where).limit(1)).first() is not None


def _statuses(message: EmailMessage) -> Iterator[str]:
    for part in message.walk():
        if part.get_content_type() in ("message/delivery-status", "message/global-delivery-status"):
            blocks = part.get_payload()
            for block in blocks if isinstance(blocks, list) else ():
                if isinstance(block, Message) and (status := block.get("Status")):
                    yield str(status).strip()


def _originals(message: EmailMessage) -> Iterator[str]:
    for part in message.walk():
        if part.get_content_type() in HEADERS:
            inner = part.get_payload()
            headers = inner[0] if isinstance(inner, list) and inner else email.message_from_string(str(inner))
            if isinstance(headers, Message) and (message_id := headers.get("Message-ID")):
                yield str(message_id).strip()
