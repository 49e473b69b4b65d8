"""An item's version: what changes when the item does. How often its content was edited in its place stands in front of the rest."""

from __future__ import annotations

import re

_EDITS = re.compile(r"\{(\d+)\} ?")
"""Neither a flag of IMAP nor a size has a brace in it (RFC 9051 §9, atom)."""


def with_edits(rest: str, edits: int) -> str:
    """The version of an item whose content was edited so often; `rest` alone where it never was."""
    return f"{{{edits}}} {rest}" if edits else rest


def edits_in(version: str) -> int:
    """How often the content of the item of this version was edited."""
    found = _EDITS.match(version)
    return int(found[1]) if found else 0
