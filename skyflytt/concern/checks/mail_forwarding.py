"""Rules that send mail out of the customer's own domains."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.concern.concern import Category, Concern, some
from skyflytt.concern.facts import Facts
from skyflytt.concern.words import count
from skyflytt.mail.around import InboxRule

ID = "mail.forwards-elsewhere"
CATEGORY = Category.WARNING
TITLE = "Mail is forwarded to another organisation"
MEANING = (
    "A rule at the old server forwards or redirects mail to addresses outside of the customer's domains. It ends "
    "with the old server, or goes on unseen there after the cutover; sometimes nobody in charge knows of it."
)
ADVICE = (
    "Ask the owner and whoever answers for security whether it is meant. If so, make it anew at the new home; if "
    "not, have it removed now."
)


def check(facts: Facts) -> Iterator[Concern]:
    own = {domain.name.lower() for domain in facts.project.domains}
    for mailbox in facts.mailboxes:
        home = {*own, facts.project.mailbox(mailbox.mailbox).source.login.rpartition("@")[2].lower()}
        sending = [(rule.name, _outside(rule, home)) for rule in mailbox.around.rules or () if rule.enabled]
        leading = [(name, addresses) for name, addresses in sending if addresses]
        if leading:
            found = f"{count(len(leading), 'rule')} of the inbox that sends mail elsewhere."
            shown = (f"{name} → {', '.join(addresses)}" for name, addresses in leading)
            yield Concern(ID, CATEGORY, f"mailbox {mailbox.mailbox}", found, some(shown))


def _outside(rule: InboxRule, home: set[str]) -> list[str]:
    return [address for address in rule.sends_to if address.rpartition("@")[2].lower() not in home]
