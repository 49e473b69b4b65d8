"""Counting a mailbox at the sandbox's Exchange: how items come, and what the account has beside its mailbox."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from skyflytt.concern.facts import Facts
from skyflytt.concern.mailbox_facts import MailboxFacts, RouteState
from skyflytt.concern.registry import all_concerns
from skyflytt.ledger.progress import untold
from skyflytt.phase.count_mailbox import count_mailbox
from skyflytt.project.secrets import EnvironmentSecrets
from tests.contract.mail_messages import message, new
from tests.mail.ews.conftest import SECRET, Server, running_exchange, running_without_streams, server, without_streams
from tests.phase.discovered import AT, EXAMPLE, make_mailbox, migration, project

__all__ = ["running_exchange", "running_without_streams", "server", "without_streams"]
pytestmark = pytest.mark.real


def counted(root: Path, at: Server, login: str) -> tuple[MailboxFacts, set[str]]:
    """The mailbox's facts and the ids of what they are a concern for."""
    servers = yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))["servers"]
    old = {"kind": "ews", "url": at.exchange.url, "ca_file": at.exchange.ca_file}
    changes: dict[str, Any] = {
        "servers": servers | {"old-mail": old, "new-mail": {"kind": "maildir", "root": root / "new-mail"}},
        "mailboxes": [
            {
                "name": "anna",
                "source": {"server": "old-mail", "login": login},
                "target": {"server": "new-mail", "login": "info"},
            }
        ],
    }
    secrets = EnvironmentSecrets({"SKYFLYTT_SECRET_MAILBOXES_ANNA_SOURCE": SECRET})
    with migration(root, **changes) as opened:
        facts = count_mailbox(replace(opened, secrets=secrets), "anna", untold)
    concerns = all_concerns(Facts(project(root, **changes), AT, (facts,)))
    return facts, {concern.id for concern in concerns}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    make_mailbox(tmp_path, "new")
    return tmp_path


def test_streams_and_an_archive_mailbox(root: Path, server: Server) -> None:
    login = server.new()
    for store in ("primary", "archive"):
        with server.target(login, store=store) as mailbox:
            mailbox.append(mailbox.ensure_folder(("Gammalt",), None), [new(message(number)) for number in range(3)])
    facts, concerns = counted(root, server, login)
    assert (facts.measured.sampled, facts.measured.sampled_streams) == (3, 3)
    assert {store.store: (store.there, store.items) for store in facts.stores}["archive"] == (True, 3)
    assert facts.target.reachable
    # Nobody speaks IMAP at this host's usual port.
    assert [(route.name, route.state) for route in facts.other_routes] == [("IMAP", RouteState.ABSENT)]
    assert "mail.store-left-behind" in concerns
    assert "mail.without-streams" not in concerns


def test_without_export_items(root: Path, without_streams: Server) -> None:
    login = without_streams.new()
    with without_streams.target(login) as mailbox:
        mailbox.append(("INBOX",), [new(message(1))])
    facts, concerns = counted(root, without_streams, login)
    assert (facts.measured.sampled, facts.measured.sampled_streams) == (1, 0)
    assert "mail.without-streams" in concerns
