"""Records that have to be decided before the cutover."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.concern.concern import Category, Concern, some
from skyflytt.concern.facts import Facts
from skyflytt.concern.words import count
from skyflytt.dns.records import short_name

ID = "domain.points-at-old"
CATEGORY = Category.WARNING
TITLE = "Records that point to the old provider"
MEANING = (
    "These records lead to the systems being left, by themselves or through others. Whatever stays as it is stops "
    "working when the old systems go."
)
ADVICE = (
    "Decide about each in the domain's `records`: what it becomes, that it goes, or why it stays. `skyflytt dns "
    "pointing` shows them all, also those that nobody can ask for by name."
)


def check(facts: Facts) -> Iterator[Concern]:
    for domain in facts.around.domains:
        sure = [one for one in domain.pointing if one.sure]
        if sure:
            found = f"{count(len(sure), 'record')} that point{'s' if len(sure) == 1 else ''} there, of those that were asked for."
            shown = (
                f"{short_name(one.name, domain.zone.origin)} {one.type} → {one.to} ({one.role.words})" for one in sure
            )
            yield Concern(ID, CATEGORY, f"domain {domain.domain}", found, some(shown))
