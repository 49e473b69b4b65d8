"""All that goes to a server, against what it has free."""

from __future__ import annotations

from skyflytt.concern.share_facts import PlaceFacts, ShareFacts
from tests.concern.given import facts, found


def test_shares_of_one_server_count_together() -> None:
    room = PlaceFacts(True, free_bytes=10_000_000_000)
    shares = [ShareFacts(name, size_bytes=6_000_000_000, target=room) for name in ("homes", "company")]
    (concern,) = found("files_no_room", facts(*shares))
    assert (concern.subject, concern.found) == (
        "server new-files",
        "12.0 GB of 2 shares go there, and it has 10.0 GB left.",
    )
    assert concern.examples == ("homes (6.0 GB)", "company (6.0 GB)")
    assert not found("files_no_room", facts(shares[0]))


def test_a_server_that_does_not_tell() -> None:
    assert not found("files_no_room", facts(ShareFacts("homes", size_bytes=10**15, target=PlaceFacts(True))))
