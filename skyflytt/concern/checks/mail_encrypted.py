"""Messages that only their owner's key opens."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.concern.concern import Category, Concern, some
from skyflytt.concern.facts import Facts
from skyflytt.concern.sample import NOTHING
from skyflytt.concern.words import count, number
from skyflytt.mail.protection import Protection

ID = "mail.encrypted"
CATEGORY = Category.WARNING
TITLE = "Encrypted messages"
MEANING = (
    "Some of the messages that were read as a sample are encrypted for their owner (S/MIME or OpenPGP). They are "
    "moved as they are; whoever has not moved the private key and its certificate too can no longer read them."
)
ADVICE = (
    "Have each owner export the certificates with their private keys (a .pfx file) and install them at the new home "
    "before the cutover. Old, expired certificates are needed for old mail."
)

KINDS = (Protection.SMIME, Protection.PGP)


def check(facts: Facts) -> Iterator[Concern]:
    for mailbox in facts.mailboxes:
        kinds = {kind: one for kind in KINDS if (one := mailbox.protected.get(kind, NOTHING))}
        if kinds:
            each = " and ".join(f"{number(one.total)} by {kind}" for kind, one in kinds.items())
            found = f"Of {count(mailbox.measured.sampled, 'message')} read as a sample, {each} are encrypted."
            examples = (example for one in kinds.values() for example in one.examples)
            yield Concern(ID, CATEGORY, f"mailbox {mailbox.mailbox}", found, some(examples))
