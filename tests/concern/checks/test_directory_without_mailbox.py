"""People whom the project does not know."""

from __future__ import annotations

from skyflytt.concern.directory_facts import DirectoryFacts
from skyflytt.concern.sample import Sample
from tests.concern.given import around, facts, found


def test_they_are_named() -> None:
    given = DirectoryFacts("m365", 12, without_mailbox=Sample(1, ("Ny Person <ny@norrskenbygg.example>",)))
    (concern,) = found("directory_without_mailbox", facts(around=around(given)))
    assert (concern.subject, concern.found) == ("directory m365", "1 of 12 accounts have no mailbox in the project.")
    assert concern.examples == ("Ny Person <ny@norrskenbygg.example>",)


def test_all_are_known() -> None:
    assert not found("directory_without_mailbox", facts(around=around(DirectoryFacts("m365", 12))))
