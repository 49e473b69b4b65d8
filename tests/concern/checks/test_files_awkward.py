"""Names that the target keeps, and others stumble over."""

from __future__ import annotations

from skyflytt.concern.sample import Sample
from skyflytt.concern.share_facts import ShareFacts
from tests.concern.given import facts, found


def test_they_are_counted_by_rule() -> None:
    share = ShareFacts(
        "company", target_kind="s3", awkward=Sample(2, ("a&b", "#1")),
        awkward_by_rule={"special-character": Sample(1, ("a&b",)), "avoided-character": Sample(1, ("#1",))},
    )  # fmt: skip
    (concern,) = found("files_awkward", facts(share))
    assert concern.found == (
        '2 names (S3 buckets): 1 that hold one of \\ { } ^ % ` [ ] " < > ~ # |; 1 that hold one of & $ @ = ; : + , ?.'
    )
    assert concern.examples == ("a&b", "#1")


def test_nothing_for_ordinary_names() -> None:
    assert not found("files_awkward", facts(ShareFacts("company", target_kind="s3")))
