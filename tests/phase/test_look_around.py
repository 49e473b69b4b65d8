"""Everything around a small project, with a name server and a directory of its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import TypeAdapter

from skyflytt.concern.facts import Facts
from skyflytt.concern.registry import all_concerns
from skyflytt.concern.surroundings import Surroundings
from skyflytt.directory.memory import MemoryDirectory
from skyflytt.directory.port import Account, Licence, Organisation
from skyflytt.errors.connection import PasswordRefused
from skyflytt.phase import directories
from skyflytt.phase.look_around import belongings, look_around
from tests.concern.name_server import name_server
from tests.phase.discovered import AT, migration, project

ZONE = """
@ 3600 SOA ns1.loopia.example. hostmaster 7 3600 600 86400 300
@ 86400 NS ns1.gamla.example.
@ 86400 MX 10 mx1.gamla.example.
"""
WEBEX = {"kind": "webex", "organisation": "o"}


def around(tmp_path: Path, port: int, **changes: object) -> tuple[Surroundings, set[str]]:
    domain = {
        "name": "norrskenbygg.example",
        "mail": True,
        "old": ["gamla.example"],
        "name_servers": [f"127.0.0.1:{port}"],
    }
    of = {"domains": [{**domain, "resolvers": [f"127.0.0.1:{port}"]}], **changes}
    with migration(tmp_path, **of) as opened:
        seen = look_around(opened)
        concerns = all_concerns(Facts(opened.project, AT, around=seen))
    return seen, {one.id for one in concerns}


def test_what_it_leads_to(tmp_path: Path) -> None:
    with name_server(("norrskenbygg.example", ZONE)) as port:
        seen, concerns = around(tmp_path, port)
    assert concerns >= {
        "application.restore-not-tried",
        "application.without-documentation",
        "domain.name-servers-leave",
        "domain.points-at-old",
        "domain.spf-missing-or-twice",
        "domain.ttl-long",
        "server.not-trusted",
    }
    assert "domain.not-looked-at" not in concerns
    assert {one.name for one in seen.servers} == {"handover-s3", "post"}
    assert seen.workspace_free_bytes is not None
    assert seen.workspace_free_bytes > 0
    assert TypeAdapter(Surroundings).validate_json(TypeAdapter(Surroundings).dump_json(seen)) == seen


def test_a_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known = [Account("1", "ny@norrskenbygg.example", licences=("m",))]
    made = MemoryDirectory(Organisation("o", "Norrsken"), known, [Licence("m", "Meetings", total=5)])
    monkeypatch.setattr(directories, "OPENERS", {"webex": lambda *_: made})
    servers = {name: server.model_dump() for name, server in project(tmp_path).servers.items()}
    changes = {"servers": servers | {"hub": WEBEX}, "directories": [{"name": "webex", "server": "hub"}]}
    with name_server(("norrskenbygg.example", ZONE)) as port:
        seen, concerns = around(tmp_path, port, **changes)
        assert [(one.directory, one.accounts) for one in seen.directories] == [("webex", 1)]
        assert concerns >= {"directory.account-without-mailbox", "licence.unused"}

        def refuse(*_: object) -> MemoryDirectory:
            raise PasswordRefused("hub", "no")

        monkeypatch.setattr(directories, "OPENERS", {"webex": refuse})
        _, concerns = around(tmp_path, port, **changes)
    assert "directory.not-asked" in concerns


def test_hosts_being_left(tmp_path: Path) -> None:
    servers = {name: server.model_dump() for name, server in project(tmp_path).servers.items()}
    old = {"kind": "imap", "host": "imap.gamla.example"}
    assert belongings(project(tmp_path, servers=servers | {"old-mail": old})) == ("imap.gamla.example",)
    assert belongings(project(tmp_path)) == ()
