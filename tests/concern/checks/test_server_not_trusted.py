"""A certificate that is refused."""

from __future__ import annotations

from skyflytt.concern.server_facts import ServerFacts
from tests.concern.given import around, facts, found


def test_why() -> None:
    given = ServerFacts("new-mail", "imap.nya.example", 993, not_trusted="certificate has expired")
    (concern,) = found("server_not_trusted", facts(around=around(given)))
    assert concern.found == "The certificate of imap.nya.example:993 is refused: certificate has expired."


def test_trusted() -> None:
    assert not found("server_not_trusted", facts(around=around(ServerFacts("new-mail", "imap.nya.example", 993))))
