"""Messages that the new home may not take."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.concern.concern import Category, Concern, some
from skyflytt.concern.facts import Facts
from skyflytt.concern.largest import Sized
from skyflytt.concern.mailbox_facts import MailboxFacts
from skyflytt.concern.words import count, size

ID = "mail.large-messages"
CATEGORY = Category.WARNING
TITLE = "Very large messages"
MEANING = (
    "Messages above 25 MB, or above the limit that the target names. A target refuses what is above its own limit."
)
ADVICE = "Have the target's limit raised for the move, or hand these messages over from the mailbox export."


def check(facts: Facts) -> Iterator[Concern]:
    for mailbox in facts.mailboxes:
        if mailbox.large:
            yield Concern(ID, CATEGORY, f"mailbox {mailbox.mailbox}", _found(mailbox), _examples(mailbox))


def _found(mailbox: MailboxFacts) -> str:
    many = count(mailbox.large.total, "message is", "messages are")
    largest = f", the largest {size(mailbox.largest[0].size_bytes)}" if mailbox.largest else ""
    limit = mailbox.target.max_message_bytes
    told = f"the target takes up to {size(limit)}" if limit else "the target names no limit"
    return f"{many} larger than {size(mailbox.large_limit_bytes)}{largest}; {told}."


def _examples(mailbox: MailboxFacts) -> tuple[str, ...]:
    large = [one for one in mailbox.largest if one.size_bytes > mailbox.large_limit_bytes]
    return some(map(_shown, large))


def _shown(message: Sized) -> str:
    return f"{message.name} ({size(message.size_bytes)})"
