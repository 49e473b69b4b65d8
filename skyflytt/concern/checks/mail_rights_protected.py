"""Messages that only the old provider's rights management opens."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.concern.concern import Category, Concern, some
from skyflytt.concern.facts import Facts
from skyflytt.concern.sample import NOTHING
from skyflytt.concern.words import count, number
from skyflytt.mail.protection import Protection

ID = "mail.rights-protected"
CATEGORY = Category.CRITICAL
TITLE = "Rights-protected messages"
MEANING = (
    "Some of the messages that were read as a sample are protected by Microsoft's rights management "
    "(message.rpmsg). They are moved as they are, and can be opened only as long as the organisation's keys at the "
    "old provider can be used."
)
ADVICE = (
    "Have an administrator remove the protection before the last pass (Set-IRMConfiguration with a super user, or "
    "an export with decryption), or keep the old tenant's keys."
)


def check(facts: Facts) -> Iterator[Concern]:
    for mailbox in facts.mailboxes:
        protected = mailbox.protected.get(Protection.RIGHTS, NOTHING)
        if protected:
            read = count(mailbox.measured.sampled, "message")
            found = f"Of {read} read as a sample, {number(protected.total)} are rights-protected."
            yield Concern(ID, CATEGORY, f"mailbox {mailbox.mailbox}", found, some(protected.examples))
