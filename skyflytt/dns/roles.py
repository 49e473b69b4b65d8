"""What a record is there for, told by its name, type and text: the words that a plan is read by."""

from __future__ import annotations

import re
from dataclasses import dataclass

from skyflytt.dns.zone import RecordSet


@dataclass(frozen=True, slots=True)
class Role:
    """`pattern` is matched against the name as it stands within the zone (`@` is the zone itself) and the type, as in `_imaps._tcp SRV`."""

    id: str
    words: str
    pattern: str
    text: str = ""


MAIL_SERVICES = "imaps?|pop3s?|submissions?|sieve|smtp|smtps"
WEB_NAMES = "www|@|webmail|mail|post|owa|intranet|portal|remote|rdp|rdweb|rdgateway|vpn|files?|cloud|ftp|sftp"

ROLES = (
    Role("ns", "name servers", r".* NS"),
    Role("ds", "DNSSEC delegation", r".* DS"),
    Role("mx", "receives mail", r".* MX"),
    Role("tlsa", "certificate of a service (DANE)", r".* TLSA"),
    Role("autodiscover", "automatic set-up of mail programs", r"(autodiscover|autoconfig)(\..*)? (A|AAAA|CNAME)"),
    Role("autodiscover", "automatic set-up of mail programs", r"_(autodiscover|autoconfig)\._tcp(\..*)? SRV"),
    Role("mail-service", "service of mail programs", rf"_({MAIL_SERVICES})\._tcp(\..*)? SRV"),
    Role("calendar-service", "calendars and contacts", r"_(cal|card)davs?\._tcp(\..*)? (SRV|TXT)"),
    Role("federation", "calls, chat and meetings", r"_(sip|sips|sipfederationtls|xmpp-client|xmpp-server)\..* SRV"),
    Role("federation", "calls, chat and meetings", r"(sip|lyncdiscover)(\..*)? (A|AAAA|CNAME)"),
    Role("service", "service", r".* (SRV|URI|NAPTR|SVCB|HTTPS)"),
    Role("spf", "who may send mail (SPF)", r".* (TXT|SPF)", r"v=spf1( |$)"),
    Role("dkim", "key that mail is signed with (DKIM)", r".*\._domainkey(\..*)? (TXT|CNAME)"),
    Role("dmarc", "policy and reports on mail (DMARC)", r"(.*\.)?_dmarc(\..*)? (TXT|CNAME)"),
    Role("mta-sts", "policy of delivery over TLS (MTA-STS)", r"_mta-sts(\..*)? (TXT|CNAME)"),
    Role("mta-sts-host", "host of the MTA-STS policy", r"mta-sts(\..*)? (A|AAAA|CNAME)"),
    Role("tls-rpt", "reports on TLS (TLS-RPT)", r"_smtp\._tls(\..*)? (TXT|CNAME)"),
    Role("bimi", "logo beside mail (BIMI)", r".*\._bimi(\..*)? (TXT|CNAME)"),
    Role("device-enrolment", "enrolment of devices", r"(enterprise(enrollment|registration)|msoid)(\..*)? (A|AAAA|CNAME)"),
    Role("web", "web access", rf"({WEB_NAMES}) (A|AAAA|CNAME)"),
    Role("alias", "another name of a host", r".* (CNAME|DNAME)"),
    Role("address", "address of a host", r".* (A|AAAA)"),
    Role("text", "text", r".* (TXT|SPF)"),
)  # fmt: skip
"""The first that fits is the record's role."""
OTHER = Role("other", "record", "")


def role_of(short: str, one: RecordSet, value: str) -> Role:
    """The role of one record; `short` is its name within the zone."""
    asked = f"{short} {one.type}"
    for role in ROLES:
        if re.fullmatch(role.pattern, asked, re.IGNORECASE) and re.match(role.text, value, re.IGNORECASE):
            return role
    return OTHER
