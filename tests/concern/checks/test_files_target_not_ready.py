"""A new file server that does not let us in."""

from __future__ import annotations

from skyflytt.concern.share_facts import PlaceFacts, ShareFacts
from tests.concern.given import facts, found


def test_its_failure_is_told() -> None:
    target = PlaceFacts(False, failure_code="connection.password-refused", failure="The password was refused.")
    (concern,) = found("files_target_not_ready", facts(ShareFacts("homes", target=target)))
    assert (concern.subject, concern.found) == (
        "share homes",
        "The password was refused [connection.password-refused].",
    )


def test_it_opens() -> None:
    assert not found(
        "files_target_not_ready", facts(ShareFacts("homes", target=PlaceFacts(True)), ShareFacts("company"))
    )
