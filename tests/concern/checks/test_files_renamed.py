"""Names that the target gives another one."""

from __future__ import annotations

from skyflytt.concern.sample import Sample
from skyflytt.concern.share_facts import ShareFacts
from tests.concern.given import facts, found

SHARE = ShareFacts(
    "company",
    target_kind="sharepoint",
    not_kept=Sample(3, ("a?.txt → a_-2c4x7q3k.txt", "B → B-2c4x7q3k", "c. → c-2c4x7q3k")),
    not_kept_by_rule={
        "reserved-character": Sample(1, ("a?.txt → a_-2c4x7q3k.txt",)),
        "twin": Sample(1, ("B → B-2c4x7q3k",)),
        "long-path": Sample(2, ("c. → c-2c4x7q3k",)),
    },
)


def test_counts_by_rule_and_the_new_names() -> None:
    (concern,) = found("files_renamed", facts(SHARE))
    assert concern.found == (
        "3 names are another one there (SharePoint and OneDrive): 2 that are longer than 400 UTF-16 units, the whole path counted; "
        '1 that hold one of " * : < > ? \\ |; 1 that it cannot tell from another one of their folder.'
    )
    assert concern.examples == SHARE.not_kept.examples


def test_nothing_where_all_names_are_kept() -> None:
    assert not found("files_renamed", facts(ShareFacts("company", target_kind="posix")))
