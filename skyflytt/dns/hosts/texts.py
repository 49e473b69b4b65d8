"""The text of a TXT record, however its strings are cut."""

from __future__ import annotations

from skyflytt.dns.records import parsed


def text_of(value: str) -> bytes:
    """All strings of a TXT record's data as one (RFC 7208 section 3.3)."""
    strings: tuple[bytes, ...] = getattr(parsed("TXT", value), "strings", ())
    return b"".join(strings)
