"""Why a message has another fingerprint after Exchange has read it; docs/reference/rewritten-mail.md is made from this table."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple


class Reason(StrEnum):
    """What happened to the message."""

    TEXT_OF_HTML = "text-of-html"
    TEXT_ATTACHED = "text-attached"
    PART_NAMED = "part-named"
    NAME_CHANGED = "name-changed"
    MESSAGE_INSIDE = "message-inside"
    DATED = "dated"
    MALFORMED = "malformed"


class Told(NamedTuple):
    """`what` goes into a sentence, `source` is where it is documented."""

    what: str
    source: str


REASONS: dict[Reason, Told] = {
    Reason.TEXT_OF_HTML: Told(
        "its plain text was made anew from its HTML, of which a server keeps one body",
        "[MS-OXCMAIL] 2.2.3.3.2.1 and 2.1.3.3.4, [MS-OXCMSG] 3.2.4.1",
    ),
    Reason.TEXT_ATTACHED: Told(
        "a text that is not its body became an attachment",
        "[MS-OXCMAIL] 2.2.3.3.2: the first part that qualifies is the body",
    ),
    Reason.PART_NAMED: Told(
        "an attachment without a name got one",
        "[MS-OXCMAIL] 2.1.3.4.2.1 (a default name is written), 2.2.3.4.3 (a name is made for an attached message)",
    ),
    Reason.NAME_CHANGED: Told(
        "letters that file names cannot have were replaced in an attachment's name",
        "[MS-OXCMAIL] 2.2.3.4.1.1",
    ),
    Reason.MESSAGE_INSIDE: Told(
        "a message attached to it was written anew in such a way",
        "[MS-OXCMAIL] 2.2.3.4.3: an attached message is read as a message of its own",
    ),
    Reason.DATED: Told(
        "a message without a date got one",
        "[MS-OXCMAIL] 2.1.3.2.7",
    ),
    Reason.MALFORMED: Told(
        "it is malformed, and one side has only what a server understood of it",
        "[MS-OXCMAIL] 2.2: MIME is read into properties, and written anew from these (2.1)",
    ),
}


def sentence(reasons: Iterable[Reason]) -> str:
    """Why, in words."""
    return "; ".join(REASONS[reason].what for reason in reasons)


def markdown() -> str:
    """The page of the documentation."""
    rows = "".join(f"| `{reason}` | {told.what} | {told.source} |\n" for reason, told in REASONS.items())
    return f"{_HEAD}{rows}"


_HEAD = """# Messages that a server wrote anew

Exchange keeps no message as it came: it reads MIME into properties and writes MIME anew from these. A move keeps beside each item what it
needs to give the message back as it was, so fingerprints are equal at both ends. A message that came to Exchange in any other way
(by post, by another program) may have another fingerprint than its copy on an IMAP server. `skyflytt mail compare` shows such a pair as one
difference of the kind `rewritten`, when everything else in it is the same, and says why:

| reason | what happened | documented in |
|---|---|---|
"""
