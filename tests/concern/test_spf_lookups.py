"""RFC 7208 section 4.6.4: what counts, and that nothing goes on for ever."""

from __future__ import annotations

import pytest

from skyflytt.concern.spf_lookups import MOST_COUNTED, spf_lookups


@pytest.mark.parametrize(
    ("text", "lookups"),
    [
        ("v=spf1 -all", 0),
        ("v=spf1 ip4:192.0.2.0/24 ip6:2001:db8::/32 -all", 0),
        ("v=spf1 a mx ptr exists:x.example include:none.example ~all", 5),
        ("v=spf1 redirect=none.example", 1),
        ("v=spf1 +a:x.example ?mx:x.example/24 -all", 2),
    ],
)
def test_what_counts(text: str, lookups: int) -> None:
    assert spf_lookups(text, lambda _: ()) == lookups


def test_what_is_included_counts_too() -> None:
    known = {"a.example": ["annat", "v=spf1 mx include:b.example -all"], "b.example": ["v=spf1 a -all"]}
    assert spf_lookups("v=spf1 include:a.example mx -all", lambda name: known.get(name, [])) == 5


def test_a_record_that_includes_itself_ends() -> None:
    loop = "v=spf1 include:a.example mx -all"
    assert spf_lookups(loop, lambda _: [loop]) == 4


def test_no_more_than_anybody_needs_to_know() -> None:
    def texts_of(name: str) -> list[str]:
        number = int(name.removesuffix(".example").removeprefix("n"))
        return [f"v=spf1 include:n{number + 1}.example a a a -all"]

    assert spf_lookups("v=spf1 include:n0.example", texts_of) == MOST_COUNTED
