"""The names of the sandbox's small internet: where each host is on loopback, and the zones that both name servers answer for.

Hosts have loopback addresses of their own, so that what points to the old provider can be told from what points to the new one. All
name servers listen at one port, and all mail servers at another.
"""

from __future__ import annotations

from skyflytt.sandbox.company.people import DOMAIN

OLD, NEW = "gamlamolnet.example", "nyamolnet.example"
REGISTRAR, WEB_HOST, NEWSLETTER = "domanbutiken.example", "webbhotellet.example", "nyhetsbrevet.example"
TEAM, SUPPLIER = "flytteamet.example", "leverantor.example"
OUTSIDE = (TEAM, SUPPLIER, NEWSLETTER)
"""Domains whose mail the sandbox's post office takes."""

NAME_SERVERS = {"ns1": "127.0.1.1", "ns2": "127.0.1.2"}
RESOLVER = "127.0.1.53"
OLD_MAIL, NEW_MAIL, OUTSIDE_MAIL = "127.0.2.25", "127.0.3.25", "127.0.4.25"
OLD_HOSTS = {
    "mail": OLD_MAIL,
    "exchange": "127.0.2.1",
    "autodiscover": "127.0.2.1",
    "webmail": "127.0.2.1",
    "filer": "127.0.2.22",
    "fjarrskrivbord": "127.0.2.33",
    "mta-sts": "127.0.2.80",
}
NEW_HOSTS = {
    "mail": NEW_MAIL,
    "imap": "127.0.3.1",
    "autodiscover": "127.0.3.1",
    "webmail": "127.0.3.1",
    "filer": "127.0.3.22",
    "mta-sts": "127.0.3.80",
}
OLD_SELECTOR, NEW_SELECTOR = "selector1", "nm1"
DKIM_KEY = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
"""The example of RFC 8463 appendix A.2."""
SERIAL = 2026080101


def zones() -> dict[str, str]:
    """Each zone as a master file, by its name."""
    others = (REGISTRAR, WEB_HOST, NEWSLETTER, TEAM, SUPPLIER)
    made = {
        DOMAIN: customer(),
        OLD: provider(OLD, OLD_HOSTS, OLD_SELECTOR),
        NEW: provider(NEW, NEW_HOSTS, NEW_SELECTOR),
    }
    return made | {name: other(name) for name in others}


def customer() -> str:
    """Nearly everything points to the old provider. The web site and the newsletter are other firms', and stay."""
    key = DOMAIN.replace(".", "-")
    return _head() + "\n".join(
        (
            f"@ 3600 MX 10 mail.{OLD}.",
            f'@ 3600 TXT "v=spf1 include:spf.{OLD} include:spf.{NEWSLETTER} ip4:{OLD_HOSTS["filer"]} -all"',
            '@ 3600 TXT "nyhetsbrevet-site-verification=4f1d7c"',
            "@ 3600 A 127.0.5.80",
            f"www 3600 CNAME norrskenbygg.{WEB_HOST}.",
            f"autodiscover 3600 CNAME autodiscover.{OLD}.",
            f"_autodiscover._tcp 3600 SRV 0 0 443 autodiscover.{OLD}.",
            f"_imaps._tcp 3600 SRV 0 1 993 exchange.{OLD}.",
            f"_submission._tcp 3600 SRV 0 1 587 mail.{OLD}.",
            f"mail 3600 A {OLD_MAIL}",
            f"webmail 3600 CNAME webmail.{OLD}.",
            f"filer 3600 A {OLD_HOSTS['filer']}",
            f"fjarr 3600 CNAME fjarrskrivbord.{OLD}.",
            f"{OLD_SELECTOR}._domainkey 3600 CNAME {OLD_SELECTOR}.{key}._domainkey.{OLD}.",
            f'nyhetsbrev._domainkey 3600 TXT "{DKIM_KEY}"',
            f'_dmarc 3600 TXT "v=DMARC1; p=quarantine; rua=mailto:dmarc@{OLD}"',
            '_mta-sts 3600 TXT "v=STSv1; id=20260801T000000"',
            f"mta-sts 3600 CNAME mta-sts.{OLD}.",
            f'_smtp._tls 3600 TXT "v=TLSRPTv1; rua=mailto:tls@{OLD}"',
            "",
        )
    )


def provider(name: str, hosts: dict[str, str], selector: str) -> str:
    key = DOMAIN.replace(".", "-")
    lines = [f"{host} 300 A {address}" for host, address in hosts.items()]
    lines += [f"@ 300 MX 10 mail.{name}.", f'spf 300 TXT "v=spf1 ip4:{hosts["mail"]} -all"']
    lines += [f'{selector}.{key}._domainkey 300 TXT "{DKIM_KEY}"']
    return _head() + "\n".join([*lines, ""])


def other(name: str) -> str:
    lines = ["@ 300 A 127.0.5.80"]
    if name == REGISTRAR:
        lines += [f"{host} 300 A {address}" for host, address in NAME_SERVERS.items()]
    if name == WEB_HOST:
        lines += ["norrskenbygg 300 A 127.0.5.80"]
    if name == NEWSLETTER:
        lines += ['spf 300 TXT "v=spf1 ip4:127.0.5.25 -all"']
    if name in OUTSIDE:
        lines += [f"@ 300 MX 10 mail.{name}.", f"mail 300 A {OUTSIDE_MAIL}"]
    return _head() + "\n".join([*lines, ""])


def _head() -> str:
    servers = "".join(f"@ 86400 NS {server}.{REGISTRAR}.\n" for server in NAME_SERVERS)
    soa = f"ns1.{REGISTRAR}. hostmaster.{REGISTRAR}. {SERIAL} 3600 600 1209600 300"
    return f"@ 86400 SOA {soa}\n{servers}"
