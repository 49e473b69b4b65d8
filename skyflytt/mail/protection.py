"""Whether a message can be read without a key: S/MIME, OpenPGP, and Microsoft's rights protection.

Looked for in the first bytes of the message, where the marks of all three stand.
"""

from __future__ import annotations

import re
from enum import StrEnum

from skyflytt.mail.mimetree import one_line_end, split_headers

LOOKED_AT_BYTES = 65_536
_ENVELOPED = re.compile(rb"application/(?:x-)?pkcs7-mime\b(?![^\n]*signed-data)", re.I)
_PGP = b"-----BEGIN PGP MESSAGE-----"
_RIGHTS = re.compile(rb"application/x-microsoft-rpmsg-message|filename=\"?message(?:_v\d)?\.rpmsg|rpmsg\.message", re.I)


class Protection(StrEnum):
    """Who can open it."""

    SMIME = "S/MIME"
    """Whoever has the private key of a recipient's certificate (RFC 8551 section 3.3)."""
    PGP = "OpenPGP"
    """Whoever has a recipient's private key (RFC 3156; also inline)."""
    RIGHTS = "rights-protected"
    """Whom the sender's rights management service lets ([MS-OXORMMS])."""


def protection_of(raw: bytes) -> Protection | None:
    """What protects the message; None where anybody can read it. A message that is only signed is not protected."""
    head = one_line_end(raw[:LOOKED_AT_BYTES])
    headers, body = split_headers(head, set())
    kind = headers.get(b"content-type", b"")
    if _RIGHTS.search(kind) or _RIGHTS.search(headers.get(b"content-class", b"")) or _RIGHTS.search(body):
        return Protection.RIGHTS
    if _ENVELOPED.search(kind.replace(b"\n", b" ")):
        return Protection.SMIME
    if b"multipart/encrypted" in kind.lower() or body.lstrip().startswith(_PGP) or b"\n\n" + _PGP in body:
        return Protection.PGP
    return None
