"""Units that nobody holds."""

from __future__ import annotations

from skyflytt.concern.directory_facts import DirectoryFacts, LicenceFacts
from tests.concern.given import around, facts, found


def test_units_and_licences() -> None:
    licences = (LicenceFacts("Meetings", 50, 12), LicenceFacts("Calling", 10, 10), LicenceFacts("Free", None, 3))
    (concern,) = found("licence_unused", facts(around=around(DirectoryFacts("webex", 12, licences=licences))))
    assert concern.found == "38 units of 1 licence without a holder."
    assert concern.examples == ("Meetings: 38 of 50",)


def test_all_are_held() -> None:
    assert not found(
        "licence_unused", facts(around=around(DirectoryFacts("webex", 12, licences=(LicenceFacts("Calling", 10, 10),))))
    )
