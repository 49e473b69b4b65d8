"""Tell the customer's people what happened, each in their language and once."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from skyflytt.notice.message import NoticeKind
from skyflytt.notice.send import Notice, send_notice
from skyflytt.phase.migration import Migration
from skyflytt.project.fields import Language
from skyflytt.project.people import Contact
from skyflytt.project.secret_keys import server_key
from skyflytt.project.secrets import SecretMissing
from skyflytt.project.servers import SmtpServer

TOLD_ROLES = ("owner", "administrator", "approver")


def tell(migration: Migration, kind: NoticeKind, about: str, values: Callable[[Language], Mapping[str, object]]) -> int:
    """Send the notice to the customer's people who were not told yet; how many. A project without SMTP server tells nobody."""
    project = migration.project
    server_name = next((name for name, server in project.servers.items() if isinstance(server, SmtpServer)), None)
    if server_name is None:
        return 0
    server = project.server(server_name)
    assert isinstance(server, SmtpServer)
    sent = 0
    for contact in project.customer.contacts:
        if contact.role in TOLD_ROLES:
            notice = _notice(migration, kind, about, contact, values)
            secret = _secret(migration, server_name) if server.user else None
            sent += send_notice(migration.ledger, migration.name, notice, server, secret=secret, by="skyflytt")
    return sent


def _notice(
    migration: Migration,
    kind: NoticeKind,
    about: str,
    contact: Contact,
    values: Callable[[Language], Mapping[str, object]],
) -> Notice:
    customer = migration.project.customer
    language = customer.language_of(contact)
    told = {"customer": customer.name, "zone": migration.project.time_zone, **values(language)}
    return Notice(kind, about, contact.name, contact.email, language, told)


def _secret(migration: Migration, server: str) -> str | None:
    try:
        return migration.secrets.get(server_key(server))
    except SecretMissing:
        return None
