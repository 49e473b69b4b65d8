"""How many lookups an SPF record costs whoever checks it (RFC 7208 section 4.6.4): more than ten, and the check fails."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from skyflytt.dns.spf import is_spf, terms

MOST_COUNTED = 30
"""Further than that nobody has to know."""
COUNTED = frozenset(("include", "a", "mx", "exists", "ptr", "redirect"))


def spf_lookups(text: str, texts_of: Callable[[str], Sequence[str]]) -> int:
    """Lookups of the record, with those of what it includes; at most `MOST_COUNTED`. `texts_of` gives the text records of a name."""
    open_records, looked, lookups = [text], set[str](), 0
    while open_records and lookups < MOST_COUNTED:
        for term in terms(open_records.pop()):
            if term.kind not in COUNTED:
                continue
            lookups += 1
            # A name with a macro depends on who sends; what is included twice is looked up twice, but not asked for again here.
            if term.kind in ("include", "redirect") and "%" not in term.of and term.of not in looked:
                looked.add(term.of)
                open_records += [one for one in texts_of(term.of) if is_spf(one)][:1]
    return min(lookups, MOST_COUNTED)
