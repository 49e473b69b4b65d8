"""Paths of the store as addresses, and the addresses that a server lists as names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote_to_bytes

from skyflytt.files.paths import decode

AUTHORITY = re.compile(r"^(?:[A-Za-z][A-Za-z0-9+.-]*:)?//[^/]*")


@dataclass(frozen=True, slots=True)
class Address:
    """`origin` is `https://host:port`; `root` is the store's folder as text, without slashes around it, empty for the top."""

    origin: str
    root: str

    def url(self, path: str, *, folder: bool = False) -> str:
        """Everything but RFC 3986's unreserved characters is percent-encoded, so that no part of a name has a meaning of its own."""
        parts = [*filter(None, self.root.split("/")), *filter(None, path.split("/"))]
        encoded = "".join(f"/{quote(part, safe='')}" for part in parts)
        return f"{self.origin}{encoded}{'/' if folder or not parts else ''}"


def origin_of(host: str, port: int) -> str:
    """An address of IPv6 is written in brackets (RFC 3986, section 3.2.2)."""
    return f"https://{f'[{host}]' if ':' in host else host}:{port}"


def parts_of(href: str) -> list[str]:
    """The decoded names on the way to what an `href` (section 8.3) points to, whichever host it names.

    An encoded slash stays within its part. Bytes that are not UTF-8 become lone surrogates.
    """
    return [decode(unquote_to_bytes(part)) for part in AUTHORITY.sub("", href).split("/") if part]
