"""Names that Windows or SharePoint cannot keep."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.concern.concern import Category, Concern, some
from skyflytt.concern.facts import Facts
from skyflytt.concern.names import rule
from skyflytt.concern.share_facts import ShareFacts
from skyflytt.concern.words import count, number

ID = "files.names-windows-cannot-keep"
CATEGORY = Category.WARNING
TITLE = "Names that Windows or SharePoint cannot keep"
MEANING = (
    "Characters, endings and words that a Unix file server allows and Windows or SharePoint does not: such files cannot be opened from "
    "Windows, are hidden by a Samba share under another name, or are not synchronised."
)
ADVICE = "Have the owners rename them at the source before the last pass. Between two Unix file servers they are copied as they are."


def check(facts: Facts) -> Iterator[Concern]:
    for share in facts.shares:
        if share.names_refused:
            yield Concern(ID, CATEGORY, f"share {share.share}", _found(share), some(share.names_refused.examples))


def _found(share: ShareFacts) -> str:
    rules = sorted(share.refused_names.items(), key=lambda item: (-item[1].total, item[0]))
    counts = "; ".join(
        f"{number(sample.total)} that {rule(code).says} ({' and '.join(rule(code).targets)})" for code, sample in rules
    )
    return f"{count(share.names_refused.total, 'name')}: {counts}."
