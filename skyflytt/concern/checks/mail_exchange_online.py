"""Exchange Web Services at a service that switches them off."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from urllib.parse import urlsplit

from skyflytt.concern.concern import Category, Concern, some
from skyflytt.concern.facts import Facts
from skyflytt.concern.words import count
from skyflytt.project.servers import EwsServer

ID = "mail.exchange-online-ends-ews"
CATEGORY = Category.CRITICAL
TITLE = "Exchange Online ends Exchange Web Services"
MEANING = (
    "Microsoft blocks Exchange Web Services in Exchange Online since 1 October 2026 wherever a tenant has not "
    "allowed the application by name, and switches them off for good on 1 April 2027. A hosted or own Exchange is "
    "not affected."
)
ADVICE = (
    "Have the tenant's administrator put the application on its list (EWSEnabled and EWSAllowedAppIDs) now, and "
    "plan the last pass well before the end; else have the mailboxes exported as PST files."
)

BLOCKED, ENDS = date(2026, 10, 1), date(2027, 4, 1)
ONLINE = ("office365.com", "outlook.com", "login.microsoftonline.com")


def check(facts: Facts) -> Iterator[Concern]:
    for name, server in facts.project.servers.items():
        if not isinstance(server, EwsServer) or not _is_online(server):
            continue
        used = [one.name for one in facts.project.mailboxes if name in (one.source.server, one.target.server)]
        if used:
            found = f"{count(len(used), 'mailbox', 'mailboxes')} over Exchange Web Services of Exchange Online, {_when(facts.at.date())}."
            yield Concern(ID, CATEGORY, f"server {name}", found, some(used))


def _is_online(server: EwsServer) -> bool:
    hosts = (urlsplit(server.url or "").hostname, server.autodiscover, urlsplit(server.token_url or "").hostname)
    return any(host.lower().endswith(ONLINE) for host in hosts if host)


def _when(today: date) -> str:
    if today >= ENDS:
        return f"switched off on {ENDS}"
    blocked = "blocked by default" if today >= BLOCKED else f"blocked by default from {BLOCKED}"
    return f"{blocked}; {count((ENDS - today).days, 'day')} are left until it ends on {ENDS}"
