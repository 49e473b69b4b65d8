"""Outlook's categories and IMAP's keywords: a keyword is an atom, a category any text."""

from __future__ import annotations

from skyflytt.mail.flags import SYSTEM_FLAGS
from skyflytt.outlook.mapi import Message, Properties
from skyflytt.outlook.mapi.named import KEYWORDS
from skyflytt.outlook.mime import delivery_of
from skyflytt.outlook.mime.inbound.flags import state_of


def categories(flags: frozenset[str], there: Properties) -> tuple[str, ...]:
    """The categories for these flags; one that an item has already keeps its own spelling, blanks and all."""
    known = there.get(KEYWORDS)
    texts = [text for text in known if isinstance(text, str)] if isinstance(known, tuple) else []
    kept = {keyword: text for text in texts for keyword in _keywords(text) if keyword in flags}
    wanted = state_of(flags).get(KEYWORDS, ())
    new = [str(word) for word in wanted if word not in kept] if isinstance(wanted, tuple) else []
    return (*(text for text in texts if text in kept.values()), *new)


def _keywords(category: str) -> frozenset[str]:
    return delivery_of(Message({KEYWORDS: (category,)})).flags - SYSTEM_FLAGS
