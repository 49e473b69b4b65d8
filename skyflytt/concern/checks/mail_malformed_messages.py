"""Messages that do not keep to the standards."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.concern.concern import Category, Concern, some
from skyflytt.concern.facts import Facts
from skyflytt.concern.words import count, number

ID = "mail.malformed-messages"
CATEGORY = Category.WARNING
TITLE = "Malformed messages"
MEANING = (
    "The mailbox archive holds messages that break the rules of mail (RFC 5322, RFC 2045). They are kept and delivered byte for byte, "
    "but the new server may refuse some, and programs may show them differently."
)
ADVICE = "Open the examples in the old and the new system after the first pass. A refused message stays in the archive and the export."


def check(facts: Facts) -> Iterator[Concern]:
    for mailbox in facts.mailboxes:
        archive = mailbox.archive
        if archive and archive.malformed:
            codes = sorted(archive.concerns.items(), key=lambda item: (-item[1], item[0]))
            most = ", ".join(f"{code} {number(messages)}" for code, messages in codes if code != "bare-lf")
            found = f"{number(archive.malformed.total)} of {count(archive.messages, 'archived message')} are malformed: {most}."
            yield Concern(ID, CATEGORY, f"mailbox {mailbox.mailbox}", found, some(archive.malformed.examples))
