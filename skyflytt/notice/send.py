"""Send a notice once. Its Message-ID follows from what it is about, and what was sent stands in the journal, which is asked first."""

from __future__ import annotations

import contextlib
import hashlib
import html
import smtplib
import socket
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Literal, Protocol

from sqlalchemy import select

from skyflytt.errors.connection import (
    CertificateNotTrusted,
    ConnectionLost,
    HostUnknown,
    PasswordRefused,
    ServerBusy,
    ServerUnreachable,
    TlsMissing,
)
from skyflytt.ledger import journal
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.schema import journal as journal_table
from skyflytt.notice.bounces import SENT, came_back
from skyflytt.notice.failures import RecipientRefused
from skyflytt.notice.message import NoticeKind, render
from skyflytt.project.fields import Language

TIMEOUT_S = 60
REFUSED = "notice-refused"


class SmtpSettings(Protocol):
    """`skyflytt.project.servers.SmtpServer`."""

    @property
    def host(self) -> str: ...
    @property
    def port(self) -> int: ...
    @property
    def security(self) -> Literal["tls", "starttls", "none"]: ...
    @property
    def user(self) -> str | None: ...
    @property
    def sender(self) -> str: ...
    @property
    def ca_file(self) -> Path | None: ...


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
        with _connected(server, secret) as smtp, _failures(server, notice):
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


@contextlib.contextmanager
def _connected(server: SmtpSettings, secret: str | None) -> Iterator[smtplib.SMTP]:
    name = f"{server.host}:{server.port}"
    smtp = _open(server, name)
    try:
        with _failures(server, None):
            if server.security == "starttls":
                _start_tls(smtp, server, name)
            if server.user is not None:
                smtp.login(server.user, secret or "")
        yield smtp
    finally:
        with contextlib.suppress(smtplib.SMTPException, OSError):
            smtp.quit()
        smtp.close()


def _open(server: SmtpSettings, name: str) -> smtplib.SMTP:
    try:
        if server.security == "tls":
            return smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT_S, context=_context(server))
        return smtplib.SMTP(server.host, server.port, timeout=TIMEOUT_S)
    except socket.gaierror as error:
        raise HostUnknown(server.host, error.strerror or str(error)) from error
    except ssl.SSLCertVerificationError as error:
        raise CertificateNotTrusted(name, error.verify_message) from error
    except (OSError, smtplib.SMTPException) as error:
        raise ServerUnreachable(name, str(error)) from error


def _start_tls(smtp: smtplib.SMTP, server: SmtpSettings, name: str) -> None:
    smtp.ehlo()
    if not smtp.has_extn("starttls"):
        raise TlsMissing(name, "it does not offer STARTTLS")
    smtp.starttls(context=_context(server))


def _context(server: SmtpSettings) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(server.ca_file) if server.ca_file else None)


@contextlib.contextmanager
def _failures(server: SmtpSettings, notice: Notice | None) -> Iterator[None]:
    name = f"{server.host}:{server.port}"
    try:
        yield
    except smtplib.SMTPAuthenticationError as error:
        raise PasswordRefused(f"{server.user}@{name}", _words(error.smtp_error)) from None
    except smtplib.SMTPRecipientsRefused as error:
        code, words = next(iter(error.recipients.values()))
        if code < 500:
            raise ServerBusy(name, _words(words)) from error
        raise RecipientRefused(notice.email if notice else name, _words(words)) from error
    except smtplib.SMTPResponseException as error:
        if error.smtp_code < 500:
            raise ServerBusy(name, f"{error.smtp_code} {_words(error.smtp_error)}") from error
        raise RecipientRefused(
            notice.email if notice else name, f"{error.smtp_code} {_words(error.smtp_error)}"
        ) from error
    except ssl.SSLCertVerificationError as error:
        raise CertificateNotTrusted(name, error.verify_message) from error
    except (OSError, smtplib.SMTPException) as error:
        raise ConnectionLost(name, str(error)) from error


def _words(answer: bytes | str) -> str:
    return answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
