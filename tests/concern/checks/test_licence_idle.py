"""Licences of people who do not sign in."""

from __future__ import annotations

from skyflytt.concern.directory_facts import DirectoryFacts, LicenceFacts
from skyflytt.concern.sample import Sample
from tests.concern.given import around, facts, found


def test_holders_are_named() -> None:
    licences = (
        LicenceFacts("Meetings", 50, 12, Sample(2, ("a@x.example", "b@x.example"))),
        LicenceFacts("Calling", 10, 10),
    )
    (concern,) = found("licence_idle", facts(around=around(DirectoryFacts("webex", 12, licences=licences))))
    assert concern.found == "2 units of 1 licence."
    assert concern.examples == ("Meetings: a@x.example", "Meetings: b@x.example")


def test_all_are_used() -> None:
    assert not found(
        "licence_idle", facts(around=around(DirectoryFacts("webex", 12, licences=(LicenceFacts("Calling", 10, 10),))))
    )
