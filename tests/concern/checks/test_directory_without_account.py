"""Mailboxes that the directory does not know."""

from __future__ import annotations

from skyflytt.concern.directory_facts import DirectoryFacts
from skyflytt.concern.sample import Sample
from tests.concern.given import around, facts, found


def test_they_are_named() -> None:
    given = DirectoryFacts("m365", 12, without_account=Sample(1, ("info@norrskenbygg.example (mailbox info)",)))
    (concern,) = found("directory_without_account", facts(around=around(given)))
    assert concern.found == "1 mailbox of the project without an account there."


def test_all_are_known() -> None:
    assert not found("directory_without_account", facts(around=around(DirectoryFacts("m365", 12))))
