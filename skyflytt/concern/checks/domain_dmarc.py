"""Domains with a strict DMARC policy."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.concern.concern import Category, Concern, some
from skyflytt.concern.facts import Facts

ID = "domain.dmarc-strict"
CATEGORY = Category.WARNING
TITLE = "Others are told to refuse unsigned mail"
MEANING = (
    "The domain's DMARC policy tells others to refuse or put aside mail that is neither signed with its DKIM key "
    "nor sent by who is in its SPF record (RFC 7489). Mail that leaves through the new servers before their key and "
    "addresses are published is lost."
)
ADVICE = (
    "Publish the new provider's DKIM key and SPF before the first message is sent through it, test with one "
    "mailbox, and lower the policy to `p=none` for the days of the cutover."
)

STRICT = {"reject": "refuse", "quarantine": "put aside"}


def check(facts: Facts) -> Iterator[Concern]:
    for domain in facts.around.domains:
        for text in domain.texts("_dmarc"):
            tags = {
                key.strip().lower(): value.strip().lower()
                for key, _, value in (part.partition("=") for part in text.split(";"))
            }
            if tags.get("v") == "dmarc1" and tags.get("p") in STRICT:
                found = f"Its DMARC policy is `p={tags['p']}`: others {STRICT[tags['p']]} what does not pass."
                yield Concern(ID, CATEGORY, f"domain {domain.domain}", found, some([text]))
