"""Names that a customer's zone usually has, for where nobody may read the whole zone and it can only be asked name by name."""

from __future__ import annotations

from collections.abc import Iterator

ADDRESSES = ("CNAME", "A", "AAAA")
OF_THE_DOMAIN = ("NS", "MX", "TXT", "A", "AAAA", "CAA")
HOSTS = (
    *("www", "mail", "webmail", "smtp", "imap", "pop", "mx", "owa", "exchange", "post", "relay"),
    *("autodiscover", "autoconfig", "lyncdiscover", "sip", "enterpriseenrollment", "enterpriseregistration", "msoid"),
    *(
        "ftp",
        "sftp",
        "files",
        "cloud",
        "webdav",
        "vpn",
        "remote",
        "rdp",
        "rdweb",
        "rdgateway",
        "intranet",
        "portal",
        "mta-sts",
    ),
)
SERVICES = (
    *("_autodiscover", "_imap", "_imaps", "_pop3", "_pop3s", "_submission", "_submissions", "_sieve"),
    *(
        "_caldav",
        "_caldavs",
        "_carddav",
        "_carddavs",
        "_sip",
        "_sips",
        "_sipfederationtls",
        "_xmpp-client",
        "_xmpp-server",
    ),
)
TEXTS = ("_dmarc", "_mta-sts", "_smtp._tls", "default._bimi")
SELECTORS = (
    *(
        "default",
        "dkim",
        "mail",
        "selector1",
        "selector2",
        "s1",
        "s2",
        "k1",
        "k2",
        "google",
        "smtp",
        "protonmail",
        "mxvault",
    ),
)
"""Names of DKIM keys: nobody can list them without the zone."""


def usual_questions() -> Iterator[tuple[str, str]]:
    """Names before the domain (`@` is the domain itself) with the types to ask for."""
    yield from (("@", kind) for kind in OF_THE_DOMAIN)
    yield from ((name, kind) for name in HOSTS for kind in ADDRESSES)
    yield from ((f"{name}._tcp", "SRV") for name in SERVICES)
    yield from ((name, "TXT") for name in TEXTS)
    yield from ((f"{name}._domainkey", kind) for name in SELECTORS for kind in ("CNAME", "TXT"))
