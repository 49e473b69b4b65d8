"""Rules of the inbox that no pass carries."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.concern.concern import Category, Concern, some
from skyflytt.concern.facts import Facts
from skyflytt.concern.words import count

ID = "mail.inbox-rules-stay"
CATEGORY = Category.WARNING
TITLE = "Inbox rules stay behind"
MEANING = (
    "Rules that the old server carries out (sorting, forwarding, automatic answers by rule) are no items of the "
    "mailbox. At the new home the inbox fills up unsorted from the first day."
)
ADVICE = (
    "Have each owner export the rules in Outlook (Manage rules, Options) or note them, and make them anew after the "
    "cutover."
)


def check(facts: Facts) -> Iterator[Concern]:
    for mailbox in facts.mailboxes:
        rules = [rule for rule in mailbox.around.rules or () if rule.enabled]
        if rules:
            found = f"{count(len(rules), 'rule')} of the inbox at the old server."
            yield Concern(ID, CATEGORY, f"mailbox {mailbox.mailbox}", found, some(rule.name for rule in rules))
