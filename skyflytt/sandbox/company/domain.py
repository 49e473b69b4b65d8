"""The company's domain in its project file: who hosts it, what belongs to the old provider, and what was decided about each record."""

from __future__ import annotations

from typing import Any

from skyflytt.sandbox.company.internet import NEW, NEW_HOSTS, NEW_SELECTOR, NEWSLETTER, OLD, OLD_SELECTOR, TEAM
from skyflytt.sandbox.company.people import ANNA, DOMAIN, MAIL_TEST

OLD_NETWORK = "127.0.2.0/24"
OUTSIDE = f"postprov@{TEAM}"
"""A mailbox of the migration team's, outside both providers."""


def domain(name_servers: list[str], resolver: str, mail_port: int) -> dict[str, Any]:
    """`name_servers` and `resolver` are addresses with their port."""
    return {
        "name": DOMAIN,
        "registrar": "Domänbutiken",
        "mail": True,
        "host": "ns1",
        "old": [OLD, OLD_NETWORK],
        "records": records(),
        "name_servers": name_servers,
        "resolvers": [resolver],
        "mail_test": mail_test(mail_port),
        "test_users": [ANNA.key],
    }


def mail_test(port: int) -> dict[str, Any]:
    return {
        "address": MAIL_TEST,
        "old": {"server": "old-mail", "login": MAIL_TEST},
        "new": {"server": "new-mail", "login": MAIL_TEST},
        "outside": {"address": OUTSIDE, "mailbox": {"server": "outside", "login": OUTSIDE.partition("@")[0]}},
        "submission": "new-smtp",
        "port": port,
    }


def records() -> list[dict[str, Any]]:
    spf = f"v=spf1 include:spf.{NEW} include:spf.{NEWSLETTER} -all"
    key = f"{NEW_SELECTOR}.{DOMAIN.replace('.', '-')}._domainkey.{NEW}"
    return [
        to("@", "MX", f"10 mail.{NEW}"),
        {**to("@", "TXT", spf), "matching": "v=spf1"},
        to("autodiscover", "CNAME", f"autodiscover.{NEW}"),
        to("_autodiscover._tcp", "SRV", f"0 0 443 autodiscover.{NEW}"),
        to("_imaps._tcp", "SRV", f"0 1 993 imap.{NEW}"),
        to("_submission._tcp", "SRV", f"0 1 587 mail.{NEW}"),
        to("mail", "A", NEW_HOSTS["mail"]),
        to("webmail", "CNAME", f"webmail.{NEW}"),
        to("filer", "A", NEW_HOSTS["filer"]),
        {"name": "fjarr", "type": "CNAME", "remove": True},
        {"name": f"{OLD_SELECTOR}._domainkey", "type": "CNAME", "remove": True},
        to(f"{NEW_SELECTOR}._domainkey", "CNAME", key),
        {"name": "nyhetsbrev._domainkey", "type": "TXT", "keep": "the newsletter's own key; that firm stays"},
        to("_dmarc", "TXT", f"v=DMARC1; p=quarantine; rua=mailto:dmarc@{NEW}"),
        to("mta-sts", "CNAME", f"mta-sts.{NEW}"),
        to("_mta-sts", "TXT", "v=STSv1; id=20261025T000000"),
        to("_smtp._tls", "TXT", f"v=TLSRPTv1; rua=mailto:tls@{NEW}"),
    ]


def to(name: str, kind: str, value: str) -> dict[str, Any]:
    return {"name": name, "type": kind, "values": [value]}
