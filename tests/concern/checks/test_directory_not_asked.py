"""A directory that does not answer."""

from __future__ import annotations

from skyflytt.concern.directory_facts import DirectoryFacts
from tests.concern.given import around, facts, found


def test_why() -> None:
    given = DirectoryFacts("m365", failure_code="connection.password-refused", failure="The secret was refused.")
    (concern,) = found("directory_not_asked", facts(around=around(given)))
    assert concern.found == "The secret was refused [connection.password-refused]."


def test_it_answered() -> None:
    assert not found("directory_not_asked", facts(around=around(DirectoryFacts("m365", 12))))
