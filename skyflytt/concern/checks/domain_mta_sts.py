"""Domains whose policy of delivery names servers."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.concern.concern import Category, Concern, some
from skyflytt.concern.facts import Facts

ID = "domain.mta-sts"
CATEGORY = Category.WARNING
TITLE = "A policy names the old mail servers (MTA-STS)"
MEANING = (
    "The domain publishes a policy of delivery over TLS (MTA-STS, RFC 8461), which names the servers that may "
    "receive its mail and is kept by others for up to a year. As long as it does not name the new ones, mail to "
    "them is not delivered."
)
ADVICE = (
    "Put the new servers into the policy at mta-sts.DOMAIN before the cutover, change the id in the _mta-sts "
    "record, and wait a day. Find out who runs the web server with the policy: it may be the provider being left."
)


def check(facts: Facts) -> Iterator[Concern]:
    for domain in facts.around.domains:
        policies = [text for text in domain.texts("_mta-sts") if text.lower().startswith("v=stsv1")]
        if policies:
            led = any(one.name.startswith("mta-sts.") for one in domain.pointing)
            where = "its web server is the old provider's" if led else "its web server is not among the old ones"
            yield Concern(
                ID, CATEGORY, f"domain {domain.domain}", f"It publishes an MTA-STS policy; {where}.", some(policies)
            )
