"""What can be malformed in a message, by stable code. The message is carried over byte for byte all the same."""

from __future__ import annotations

MESSAGE_CONCERNS: dict[str, str] = {
    "empty": "The message has no bytes at all.",
    "no-header": "There is no header; all of the message is body (RFC 5322 §2.1).",
    "header-separator-missing": "The header runs into the body without an empty line.",
    "mbox-from-line": "A mailbox file's separator line (From ...) stands before the header.",
    "duplicate-header": "A header that may occur only once is repeated (RFC 5322 §3.6); the first one counts.",
    "missing-date": "There is no Date header.",
    "unreadable-date": "The Date header cannot be read as a date.",
    "missing-from": "There is no From header.",
    "missing-message-id": "There is no Message-ID header.",
    "undecodable-header": "A header holds raw 8-bit text or an encoding that cannot be decoded (RFC 2047).",
    "part-header-malformed": "The header of a part is malformed, or repeats what may occur only once.",
    "boundary-missing": "A multipart names no boundary.",
    "boundary-not-found": "A multipart's boundary does not occur in it.",
    "closing-boundary-missing": "A multipart is not closed; it may be cut off.",
    "nesting-too-deep": "Parts are nested deeper than any mail program would.",
    "bad-base64": "An attachment or text is not valid base64.",
    "unknown-transfer-encoding": "A part's transfer encoding is none of RFC 2045's.",
    "encoded-message": "An attached message is transfer-encoded, which RFC 2046 §5.2.1 does not allow.",
    "undecodable-text": "A text does not fit its charset, or names none or an unknown one.",
    "null-byte": "The message holds NUL bytes, which many servers refuse or replace.",
    "bare-lf": "All lines end in LF alone, as in a Maildir; mail on the wire ends lines in CRLF.",
    "mixed-line-ends": "Lines end partly in CRLF, partly in a lone LF or CR; some servers change them.",
    "long-line": "A line is longer than the 998 characters of RFC 5322 §2.1.1; some servers break such lines.",
}

STRUCTURE_IS_LOST = frozenset(
    ("empty", "no-header", "header-separator-missing", "boundary-missing", "boundary-not-found", "nesting-too-deep")
)
"""With one of these the parts cannot be told apart for sure, so that the fingerprint is made from the whole text."""


def wire_concerns(raw: bytes, *, of_one_kind: bool) -> set[str]:
    """Concerns of the bytes themselves: line ends (`of_one_kind`: all CRLF, or all LF), NUL, long lines."""
    found = set()
    if not of_one_kind:
        found.add("mixed-line-ends")
    elif b"\n" in raw and b"\r" not in raw:
        found.add("bare-lf")
    if b"\0" in raw:
        found.add("null-byte")
    if _has_long_line(raw):
        found.add("long-line")
    return found


def _has_long_line(raw: bytes) -> bool:
    """Jumps from line end to line end by at most 999 bytes, so that it looks at a small part of the bytes only."""
    position, end = 0, len(raw)
    while end - position > 999:
        last = raw.rfind(b"\n", position, position + 1000)
        if last < 0:
            return True
        position = last + 1
    return False
