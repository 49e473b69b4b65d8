"""Send a notice once. Its Message-ID follows from what it is about, and what was sent stands in the journal, which is asked first."""

from __future__ import annotations

import hashlib
import html
from collections.abc import Mapping
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from sqlalchemy import select

from skyflytt.ledger import journal
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.schema import journal as journal_table
from skyflytt.notice.bounces import SENT, came_back
from skyflytt.notice.failures import RecipientRefused
from skyflytt.notice.message import NoticeKind, render
from skyflytt.notice.smtp import SmtpSettings, connected, refusals
from skyflytt.project.fields import Language

REFUSED = "notice-refused"


@dataclass(frozen=True, slots=True)
class Attached:
    """What goes along: a calendar file, or a picture that is shown below the text. `content_type` is as `text/calendar`."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Notice:
    """One message to one person. `about` tells occasions of one kind apart (a drop's name, a plan's hash): each goes out once."""

    kind: NoticeKind
    about: str
    person: str
    email: str
    language: Language
    values: Mapping[str, object]
    role: str = ""
    attached: tuple[Attached, ...] = ()


def send_notice(
    ledger: Ledger, project: str, notice: Notice, server: SmtpSettings, *, secret: str | None = None, by: str
) -> bool:
    """Send it, or return False when it has been sent before and has not come back.

    A process that is killed between sending and noting it sends once more, with the same Message-ID: mail systems show it once.
    Raises the failures of `skyflytt.errors.connection`, and `RecipientRefused`, which is journalled too.
    """
    number = current_id(ledger, project, notice, server.sender)
    if was_sent(ledger, project, number):
        return False
    message = _message(ledger, notice, server.sender, number)
    data = {"kind": notice.kind.value, "language": notice.language, "about": notice.about}
    data |= {"to": notice.person, "role": notice.role}
    try:
        with connected(server, secret) as smtp, refusals(server, notice.email):
            smtp.send_message(message)
    except RecipientRefused as refused:
        answer = refused.detail.replace(notice.email, "the recipient")
        journal.append(ledger, project, actor=by, action=REFUSED, subject=number, data={**data, "answer": answer})
        raise
    journal.append(ledger, project, actor=by, action=SENT, subject=number, data=data)
    return True


def was_sent(ledger: Ledger, project: str, number: str) -> bool:
    """Whether the journal has this Message-ID as sent."""
    where = (
        (journal_table.c.project == project) & (journal_table.c.action == SENT) & (journal_table.c.subject == number)
    )
    with ledger.reading() as connection:
        return connection.execute(select(journal_table.c.number).where(where).limit(1)).first() is not None


def current_id(ledger: Ledger, project: str, notice: Notice, sender: str) -> str:
    """The Message-ID that the notice has now: another one each time that it came back, so that it can be sent again."""
    bounced, attempt = came_back(ledger, project), 0
    while (number := message_id(project, notice, sender, attempt)) in bounced:
        attempt += 1
    return number


def message_id(project: str, notice: Notice, sender: str, attempt: int = 0) -> str:
    """The same for the same occasion and person (RFC 5322, section 3.6.4); tells nobody who that is."""
    again = (str(attempt),) if attempt else ()
    occasion = "\0".join((project, notice.kind, notice.about, notice.email.casefold(), *again))
    return f"<{hashlib.sha256(occasion.encode()).hexdigest()[:32]}@{sender.rpartition('@')[2]}>"


def _message(ledger: Ledger, notice: Notice, sender: str, number: str) -> EmailMessage:
    text = render(notice.kind, notice.language, {"person": notice.person, **notice.values})
    message = EmailMessage()
    message["From"] = sender
    message["To"] = Address(notice.person, addr_spec=notice.email)
    message["Subject"] = text.subject
    message["Date"] = format_datetime(ledger.clock.now())
    message["Message-ID"] = number
    message["Content-Language"] = notice.language
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers
    message.set_content(text.body)
    _attach(message, notice, text.body)
    if "Content-Language" not in message:
        # It moved to the text with the other Content-* headers when something was attached.
        message["Content-Language"] = notice.language
    return message


def _attach(message: EmailMessage, notice: Notice, body: str) -> None:
    pictures = [one for one in notice.attached if one.content_type.startswith("image/")]
    if pictures:
        shown = "".join(f'<p><img src="cid:{one.name}" alt="" width="640"></p>' for one in pictures)
        text = f"<!DOCTYPE html><html><body><pre>{html.escape(body)}</pre>{shown}</body></html>"
        message.add_alternative(text, subtype="html")
        below = message.get_payload()[-1]  # type: ignore[index]
        for one in pictures:
            subtype = one.content_type.partition("/")[2]
            below.add_related(one.content, "image", subtype, cid=f"<{one.name}>", filename=one.name)  # type: ignore[union-attr]
    for one in notice.attached:
        kind, _, subtype = one.content_type.partition("/")
        if kind != "image":
            message.add_attachment(one.content, kind, subtype, filename=one.name)
            if subtype == "calendar":
                part = message.get_payload()[-1]  # type: ignore[index]
                part.set_param("charset", "utf-8")  # type: ignore[union-attr]
                part.set_param("method", "PUBLISH")  # type: ignore[union-attr]
