"""A server that does not answer."""

from __future__ import annotations

from skyflytt.concern.server_facts import ServerFacts
from tests.concern.given import around, facts, found


def test_why() -> None:
    given = ServerFacts("new-mail", "imap.nya.example", 993, unreachable="Connection refused")
    (concern,) = found("server_unreachable", facts(around=around(given)))
    assert (concern.subject, concern.found) == (
        "server new-mail",
        "imap.nya.example:993 was not reached: Connection refused.",
    )


def test_reached() -> None:
    assert not found("server_unreachable", facts(around=around(ServerFacts("new-mail", "imap.nya.example", 993))))
