"""Flags of messages: IMAP's system flags and keywords (RFC 9051 §2.3.2)."""

from __future__ import annotations

import re

SEEN, ANSWERED, FLAGGED, DELETED, DRAFT = r"\Seen", r"\Answered", r"\Flagged", r"\Deleted", r"\Draft"
RECENT = r"\Recent"
SYSTEM_FLAGS = frozenset((SEEN, ANSWERED, FLAGGED, DELETED, DRAFT))

_SPELLING = {flag.lower(): flag for flag in (*SYSTEM_FLAGS, RECENT)}
_ATOM = re.compile(r"[^\x00-\x20\x7f-\U0010ffff(){%*\"\\\]]+\Z")


def canonical(flags: set[str] | frozenset[str]) -> frozenset[str]:
    """System flags in the RFC's spelling (servers may write `\\SEEN`), without `\\Recent`."""
    return frozenset(_SPELLING.get(flag.lower(), flag) for flag in flags) - {RECENT}


def is_keyword(flag: str) -> bool:
    """Whether the flag is a keyword that IMAP can name (an atom)."""
    return bool(_ATOM.match(flag))


def keepable(flags: frozenset[str]) -> frozenset[str]:
    """The system flags and well-formed keywords among these, in canonical spelling."""
    return frozenset(flag for flag in canonical(flags) if flag in SYSTEM_FLAGS or is_keyword(flag))
