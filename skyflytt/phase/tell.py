"""Tell the customer's people what happened, each in their language and once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from skyflytt.errors.base import Failure
from skyflytt.notice.failures import RecipientRefused
from skyflytt.notice.message import NoticeKind
from skyflytt.notice.send import Attached, Notice, current_id, send_notice
from skyflytt.phase.migration import Migration
from skyflytt.project.fields import Language
from skyflytt.project.people import Contact
from skyflytt.project.secret_keys import server_key
from skyflytt.project.secrets import SecretMissing
from skyflytt.project.servers import SmtpServer

CUSTOMER_ROLES = ("owner", "administrator", "approver")
TEAM_TOO = {
    NoticeKind.KICK_OFF,
    NoticeKind.WEEKLY_REPORT,
    NoticeKind.CUTOVER_TOMORROW,
    NoticeKind.CUTOVER_DONE,
    NoticeKind.DELETION_WARNING,
    NoticeKind.DELETION_DONE,
}
"""What the team that makes the move gets as well; the others ask something of the customer."""

Values = Callable[[Language], Mapping[str, object]]


@dataclass(frozen=True, slots=True)
class Sent:
    """One message that is out; `new`: it went out just now."""

    message_id: str
    new: bool


def tell(migration: Migration, kind: NoticeKind, about: str, values: Values, attached: Sequence[Attached] = ()) -> int:
    """Send the notice to the people who were not told yet; how many. A project without SMTP server tells nobody."""
    return sum(one.new for one in deliver(migration, kind, about, values, attached))


def deliver(
    migration: Migration, kind: NoticeKind, about: str, values: Values, attached: Sequence[Attached] = ()
) -> list[Sent]:
    """As `tell`, with every message that stands for this occasion. One refused recipient keeps nobody else from being told.

    Raises `RecipientRefused` at the end, and the failures of the connection at once.
    """
    server_name = _smtp_server(migration)
    if server_name is None:
        return []
    server = migration.project.server(server_name)
    assert isinstance(server, SmtpServer)
    secret = _secret(migration, server_name) if server.user else None
    sent: dict[str, Sent] = {}
    refused: Failure | None = None
    for contact in _people(migration, kind):
        notice = replace(_notice(migration, kind, about, contact, values), attached=tuple(attached))
        number = current_id(migration.ledger, migration.name, notice, server.sender)
        try:
            new = send_notice(
                migration.ledger,
                migration.name,
                replace(notice, attached=tuple(attached)),
                server,
                secret=secret,
                by="skyflytt",
            )
        except RecipientRefused as failure:
            refused = refused or failure
            continue
        sent.setdefault(number, Sent(number, new))
    if refused is not None:
        raise refused
    return list(sent.values())


def deliver_to(migration: Migration, notice: Notice) -> bool:
    """Send one notice to whom it names, who need not be a contact; False when it went out before, or there is no SMTP server."""
    server_name = _smtp_server(migration)
    if server_name is None:
        return False
    server = migration.project.server(server_name)
    assert isinstance(server, SmtpServer)
    secret = _secret(migration, server_name) if server.user else None
    return send_notice(migration.ledger, migration.name, notice, server, secret=secret, by="skyflytt")


def _smtp_server(migration: Migration) -> str | None:
    """The team's own rather than the one that the customer's people send through, which is named to try whether mail flows."""
    found = [name for name, server in migration.project.servers.items() if isinstance(server, SmtpServer)]
    theirs = {domain.mail_test.submission for domain in migration.project.domains if domain.mail_test}
    return next((name for name in found if name not in theirs), next(iter(found), None))


def _people(migration: Migration, kind: NoticeKind) -> list[Contact]:
    roles = (*CUSTOMER_ROLES, "team") if kind in TEAM_TOO else CUSTOMER_ROLES
    return [one for one in migration.project.customer.contacts if one.role in roles]


def _notice(
    migration: Migration,
    kind: NoticeKind,
    about: str,
    contact: Contact,
    values: Values,
) -> Notice:
    customer = migration.project.customer
    language = customer.language_of(contact)
    told = {"customer": customer.name, "zone": migration.project.time_zone, **values(language)}
    return Notice(kind, about, contact.name, contact.email, language, told, contact.role)


def _secret(migration: Migration, server: str) -> str | None:
    try:
        return migration.secrets.get(server_key(server))
    except SecretMissing:
        return None
