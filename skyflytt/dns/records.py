"""Record sets from what dnspython reads and from what a person writes, always in the one form of `RecordSet`."""

from __future__ import annotations

from collections.abc import Iterable

import dns.exception
import dns.name
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.rrset

from skyflytt.dns import alias as _registers_its_type  # noqa: F401
from skyflytt.dns.zone import Change, RecordSet, Zone, changes_between

MADE_BY_SERVERS = frozenset({"SOA", "RRSIG", "NSEC", "NSEC3", "NSEC3PARAM", "DNSKEY", "CDS", "CDNSKEY", "TYPE65534"})
"""What whoever serves the zone makes anew with each change. TYPE65534 is BIND's note of a signing that goes on."""
SIGNING = MADE_BY_SERVERS - {"SOA"}
STRING_BYTES = 255
"""The longest character string of a TXT record (RFC 1035 section 3.3)."""


def absolute(name: str) -> str:
    """A name in lower case with its last dot, as DNS has it: `åre.example` is `xn--re-xia.example.` (RFC 5891)."""
    if not name.isascii():
        name = dns.name.from_unicode(name, idna_codec=dns.name.IDNA_2008_UTS_46).to_text()
    return f"{name.rstrip('.').lower()}."


def full_name(label: str, origin: str) -> str:
    """`@` is the zone itself; anything else is below it, unless it ends with a dot."""
    if label == "@":
        return origin
    return absolute(label if label.endswith(".") else f"{label}.{origin}")


def short_name(name: str, origin: str) -> str:
    """The opposite of `full_name`, for people to read."""
    return "@" if name == origin else name.removesuffix(f".{origin}")


def zone_of(origin: str, sets: Iterable[dns.rrset.RRset]) -> Zone:
    """A zone from all its record sets with absolute names, as a transfer or a master file gives them."""
    serial, signed, found = None, False, []
    for one in sets:
        kind = dns.rdatatype.to_text(one.rdtype)
        if kind == "SOA":
            serial = int(one[0].serial)
        signed = signed or kind in SIGNING
        if kind not in MADE_BY_SERVERS:
            found.append(_record_set(one, kind))
    return Zone(absolute(origin), tuple(sorted(found)), serial, signed)


def record_set(name: str, kind: str, ttl_s: int, values: Iterable[str]) -> RecordSet:
    """A set from its records in presentation form. Raises `ValueError` with the parser's words."""
    return RecordSet(absolute(name), kind, ttl_s, tuple(sorted({value_of(kind, one) for one in values})))


def value_of(kind: str, text: str) -> str:
    """A record's data as dnspython writes it. A bare text is quoted; names are whole ones, with or without their last dot.

    Raises `ValueError`: data that is none of this type, or a name of one label, of which nobody can tell where it is meant to be.
    """
    if kind in ("TXT", "SPF") and not text.startswith('"'):
        text = _quoted(text)
    try:
        data = dns.rdata.from_text("IN", kind, text, origin=dns.name.root, relativize=False)
    except (dns.exception.DNSException, ValueError, ArithmeticError) as error:
        raise ValueError(str(error) or type(error).__name__) from error
    for one in names_in(data):
        if len(one) == 2:
            raise ValueError(f"{one} is only a part of a name; write the whole one")
    return lower_names(data).to_text()


def parsed(kind: str, value: str) -> dns.rdata.Rdata:
    """The data of a value that is in a `RecordSet`."""
    return dns.rdata.from_text("IN", kind, value, origin=dns.name.root, relativize=False)


def names_in(data: dns.rdata.Rdata) -> list[dns.name.Name]:
    """The domain names that a record's data holds as such; texts are not looked into."""
    found = (getattr(data, slot, None) for slot in _slots(data))
    return [one for one in found if isinstance(one, dns.name.Name)]


def plain_text(kind: str, value: str) -> str:
    """A text record's strings joined, as programs read them; other records as they are."""
    if kind not in ("TXT", "SPF"):
        return value
    strings: tuple[bytes, ...] = parsed(kind, value).strings  # type: ignore[attr-defined]
    return b"".join(strings).decode(errors="replace")


def mail_server(value: str) -> str:
    """The name in an MX record; `.` where it says that there is no mail (RFC 7505)."""
    return value.split(" ")[1]


def names_of(kind: str, value: str) -> list[str]:
    """The domain names in a value of a `RecordSet`; those of the commonest types are found without reading it anew."""
    if kind in ("A", "AAAA", "TXT", "SPF"):
        return []
    if kind in ("CNAME", "NS", "PTR", "DNAME"):
        return [value]
    return [mail_server(value)] if kind == "MX" else [one.to_text() for one in names_in(parsed(kind, value))]


def lower_names(data: dns.rdata.Rdata) -> dns.rdata.Rdata:
    """The same data with its names in lower case: DNS knows no other difference between them (RFC 4343)."""
    changed = {
        slot: dns.name.Name([label.lower() for label in one.labels])
        for slot in _slots(data)
        if isinstance(one := getattr(data, slot, None), dns.name.Name)
    }
    return data.replace(**changed) if changed else data


def same_set(one: RecordSet | None, other: RecordSet | None) -> bool:
    """Whether both say the same for the same time. Hosts may cut a text's strings anew, which changes nothing (RFC 7208 section 3.3)."""
    return one == other or (
        one is not None and other is not None and one.ttl_s == other.ttl_s and same_records(one, other)
    )


def same_records(one: RecordSet | None, other: RecordSet | None) -> bool:
    """The same, whatever the TTL."""
    return _said(one) == _said(other)


def differences(before: Zone, after: Zone) -> list[Change]:
    """What leads from one zone to the other, but for texts that are only cut otherwise."""
    return [one for one in changes_between(before, after) if not same_set(one.before, one.after)]


def _said(one: RecordSet | None) -> tuple[str, ...]:
    return tuple(sorted(plain_text(one.type, value) for value in one.values)) if one is not None else ()


def _slots(data: dns.rdata.Rdata) -> list[str]:
    return [slot for cls in type(data).__mro__ for slot in getattr(cls, "__slots__", ()) if not slot.startswith("rd")]


def _record_set(found: dns.rrset.RRset, kind: str) -> RecordSet:
    values = {lower_names(one).to_text() for one in found}
    return RecordSet(absolute(found.name.to_text()), kind, int(found.ttl), tuple(sorted(values)))


def _quoted(text: str) -> str:
    """As many strings as it takes, each at most 255 bytes and none ending within a character."""
    parts, rest = [], text.encode()
    while rest:
        end = min(STRING_BYTES, len(rest))
        while end < len(rest) and rest[end] & 0xC0 == 0x80:
            end -= 1
        parts.append(rest[:end])
        rest = rest[end:]
    return " ".join(f'"{_escaped(one)}"' for one in parts or [b""])


def _escaped(part: bytes) -> str:
    def shown(byte: int) -> str:
        if byte in b'"\\':
            return f"\\{chr(byte)}"
        return chr(byte) if 0x20 <= byte < 0x7F else f"\\{byte:03d}"

    return "".join(map(shown, part))
