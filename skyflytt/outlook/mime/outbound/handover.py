"""What a mailbox knows about a message beyond its MIME, as IMAP says it."""

from __future__ import annotations

import binascii
import re

from skyflytt.outlook.mapi import tags
from skyflytt.outlook.mapi.message import Message, Properties
from skyflytt.outlook.mapi.named import KEYWORDS
from skyflytt.outlook.mapi.times import moment
from skyflytt.outlook.mime.delivery import Delivery
from skyflytt.outlook.mime.outbound.values import number

_READ, _UNSENT = 0x01, 0x08
_FLAGGED = 2
_REPLIED, _REPLIED_TO_ALL, _FORWARDED = 102, 103, 104
_RECEIVED_TIMES = (
    tags.MESSAGE_DELIVERY_TIME,
    tags.CLIENT_SUBMIT_TIME,
    # Before the time of the last change, which every edit moves.
    tags.CREATION_TIME,
    tags.LAST_MODIFICATION_TIME,
)
_NOT_IN_ATOM = re.compile(r'[\0-\x20"%()*\\\]{\x7f-\U0010ffff]+')


def delivery_of(message: Message) -> Delivery:
    """Flags and the time of delivery; what was never delivered has the time it was sent, made or changed."""
    bag = message.properties
    times = (moment(filetime) for tag in _RECEIVED_TIMES if (filetime := number(bag, tag)) > 0)
    return Delivery(next((time for time in times if time), None), frozenset(_flags(bag)))


def _flags(bag: Properties) -> set[str]:
    state = number(bag, tags.MESSAGE_FLAGS)
    verb = number(bag, tags.LAST_VERB_EXECUTED)
    flags = {
        "\\Seen": state & _READ > 0,
        "\\Draft": state & _UNSENT > 0,
        "\\Flagged": number(bag, tags.FLAG_STATUS) == _FLAGGED,
        "\\Answered": verb in (_REPLIED, _REPLIED_TO_ALL),
        "$Forwarded": verb == _FORWARDED,
    }
    return {flag for flag, there in flags.items() if there} | _keywords(bag)


def _keywords(bag: Properties) -> set[str]:
    categories = bag.get(KEYWORDS)
    if not isinstance(categories, tuple):
        return set()
    return {keyword for name in categories if isinstance(name, str) and (keyword := _keyword(name))}


def _keyword(category: str) -> str:
    """A category as an IMAP keyword (RFC 9051 §9, `flag-keyword` is an atom).

    Spaces become underscores, what no atom may hold is written in modified UTF-7 (RFC 3501 §5.1.3), as mail programs do.
    """
    return _NOT_IN_ATOM.sub(_coded, "_".join(category.split()))


def _coded(run: re.Match[str]) -> str:
    data = run[0].encode("utf-16-be", "surrogatepass")
    return "&" + binascii.b2a_base64(data, newline=False).rstrip(b"=").replace(b"/", b",").decode("ascii") + "-"
