"""Old and new are one machine."""

from __future__ import annotations

from skyflytt.concern.server_facts import ServerFacts
from tests.concern.given import around, facts, found


def server(name: str, port: int, *addresses: str) -> ServerFacts:
    return ServerFacts(name, f"{name}.example", port, addresses)


def test_a_mailbox_and_a_share_onto_themselves() -> None:
    mail = (server("old-mail", 993, "192.0.2.1"), server("new-mail", 993, "192.0.2.9", "192.0.2.1"))
    files = (server("old-files", 22, "192.0.2.2"), server("new-files", 22, "192.0.2.2"))
    concerns = found("server_same", facts(around=around(*mail, *files)))
    assert [one.subject for one in concerns] == ["mailbox anna", "mailbox bengt", "share homes", "share company"]
    assert concerns[0].found == "The servers old-mail and new-mail are both 192.0.2.1, port 993."


def test_another_port_is_another_server() -> None:
    assert not found(
        "server_same",
        facts(around=around(server("old-mail", 993, "127.0.0.1"), server("new-mail", 40144, "127.0.0.1"))),
    )
