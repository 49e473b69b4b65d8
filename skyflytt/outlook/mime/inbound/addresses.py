"""Address lists as they occur: phrases, quoted strings, comments, groups, encoded words, raw 8-bit text (RFC 5322 §3.4, §4.4)."""

from __future__ import annotations

import re
from typing import NamedTuple

from skyflytt.outlook.mime.inbound.header import shown, unfolded

MAX_ADDRESSES = 20_000
"""Of one field that are looked at."""

_TOKEN = re.compile(
    rb"(?P<word>=\?[^?\s]+\?[bBqQ]\?[^?\s]*\?=)"
    rb'|(?P<quoted>"(?:[^"\\]|\\.)*"?)'
    rb"|(?P<angle><[^<>]*>?)"
    rb"|(?P<mark>[,;:])"
    rb"|(?P<paren>[()])"
    rb'|(?P<other>(?:[^",;:<>()=\\]|\\.|=(?!\?))+|.)',
    re.S,
)
_QUOTED_PAIR = re.compile(rb"\\(.)", re.S)
_ROUTE = re.compile(r"@[^:]*:")
_COMMENT = re.compile(rb"\([^()]*\)")
_AROUND_MARKS = re.compile(r" ?([@.]) ?")
_ADDRESS_ALONE = re.compile(r"\S+@\S+\Z")


class Mailbox(NamedTuple):
    """`name` is empty where none is given; `address` is as written, and may be none that mail could be sent to."""

    name: str
    address: str


class _Pending:
    """What has been read of one address."""

    __slots__ = ("address", "comment", "phrase")

    def __init__(self) -> None:
        self.phrase: list[bytes] = []
        self.comment: list[bytes] = []
        self.address: bytes | None = None

    def mailbox(self) -> Mailbox | None:
        phrase, comment = shown(b"".join(self.phrase)), shown(b"".join(self.comment))
        if self.address is not None:
            address = _ROUTE.sub("", shown(_COMMENT.sub(b"", self.address).strip(b"<>")), count=1).replace(" ", "")
            name = phrase or comment
        else:
            address, name = _closed_up(phrase), comment
            if not address:
                return None
        return Mailbox(name if name != address else "", address) if address or name else None


def mailboxes(value: bytes) -> list[Mailbox]:
    """Every mailbox of a field, groups taken apart. Takes any bytes; the time is linear in them."""
    value = unfolded(value) if b"\n" in value or b"\r" in value else value
    found: list[Mailbox] = []
    pending, depth = _Pending(), 0
    for match in _TOKEN.finditer(value):
        token = match[0]
        if match.lastgroup == "quoted" and (len(token) == 1 or not token.endswith(b'"')):
            # Never closed: no quoted string at all.
            return mailboxes(value[: match.start()] + token.replace(b'"', b""))
        if match.lastgroup == "paren":
            depth = max(0, depth + (1 if token == b"(" else -1))
        elif depth:
            pending.comment.append(token)
        elif match.lastgroup == "mark":
            if token != b":":
                _finish(pending, found)
            pending = _Pending()
        else:
            _take(pending, match.lastgroup, token)
        if len(found) >= MAX_ADDRESSES:
            return found
    _finish(pending, found)
    return found


def _take(pending: _Pending, kind: str | None, token: bytes) -> None:
    if kind == "angle" and (pending.address is None or b"@" in token):
        pending.address = token
    elif kind == "quoted":
        pending.phrase.append(_unquoted(token))
    else:
        pending.phrase.append(token)


def _unquoted(token: bytes) -> bytes:
    inner = token[1:-1]
    return _QUOTED_PAIR.sub(rb"\1", inner) if b"\\" in inner else inner


def _finish(pending: _Pending, found: list[Mailbox]) -> None:
    if pending.phrase or pending.comment or pending.address is not None:
        mailbox = pending.mailbox()
        if mailbox is not None:
            found.append(_tidy(mailbox))


def _closed_up(phrase: str) -> str:
    """An address with white space about its dots (RFC 5322 §4.4) without it; what is more than an address as it is."""
    if "@" not in phrase or phrase.count(" ") == 0:
        return phrase
    closed = _AROUND_MARKS.sub(r"\1", " ".join(phrase.split()))
    return phrase if " " in closed else closed


def _tidy(mailbox: Mailbox) -> Mailbox:
    """`Name address@host` with the angle brackets forgotten."""
    if " " in mailbox.address and not mailbox.name:
        name, _, last = mailbox.address.rpartition(" ")
        if _ADDRESS_ALONE.match(last):
            return Mailbox(name.strip(), last)
    return mailbox
