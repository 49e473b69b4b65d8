"""The first read of the other kinds of server: what can be opened is, and everything else is a finding."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from skyflytt.phase.migration import Migration
from skyflytt.project.secrets import EnvironmentSecrets
from skyflytt.readiness import ServerCheck, State, check_server, check_servers
from skyflytt.readiness.reads import READS
from skyflytt.readiness.uses import LATER, Role, uses_of
from tests.phase.discovered import make_mailbox, migration, project
from tests.readiness.tenant import NOTHING_ELSE, missing
from tests.real.processes import free_port


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Migration, Path]]:
    root = tmp_path_factory.mktemp("reads")
    (root / "old-files" / "homes").mkdir(parents=True)
    (root / "new-files").mkdir()
    make_mailbox(root, "old")
    with migration(root, **NOTHING_ELSE) as running:
        yield running, root


def checked(opened: tuple[Migration, Path], name: str, **changes: Any) -> ServerCheck:
    running, root = opened
    given = project(root, **{**NOTHING_ELSE, **changes})
    return check_server(replace(running, project=given, secrets=EnvironmentSecrets({})), name)


BOX = {"source": {"server": "old-mail", "login": "info"}, "target": {"server": "new-mail", "login": "info"}}
SHARE = {"source": {"server": "old-files", "path": "homes"}, "target": {"server": "new-files", "path": "homes"}}


def test_a_mailbox_opens_and_one_that_is_not_made_yet_is_missing(opened: tuple[Migration, Path]) -> None:
    boxes = [{"name": "info", **BOX}]
    old, new = (checked(opened, name, mailboxes=boxes) for name in ("old-mail", "new-mail"))
    assert old.ready
    assert old.uses == ("mail-source info",)
    assert old.findings[0].means.startswith("info opens, with ")
    assert missing(new) == {"mail-target info": "mail.mailbox-missing"}


def test_a_share_opens_and_its_target_may_not_be_there_yet(opened: tuple[Migration, Path]) -> None:
    old, new = (checked(opened, name, shares=[{"name": "homes", **SHARE}]) for name in ("old-files", "new-files"))
    assert old.findings[0].means == "homes opens and can be listed"
    assert new.findings[0].means == "it opens; the first pass makes the folder homes"
    assert old.ready
    assert new.ready


def test_a_share_that_is_not_there_is_missing(opened: tuple[Migration, Path]) -> None:
    share = {"name": "gone", "source": {"server": "old-files", "path": "gone"}, "target": SHARE["target"]}
    assert missing(checked(opened, "old-files", shares=[share])) == {"files-source gone": "files.path-missing"}


def test_a_server_that_does_not_answer_is_not_missing_anything(opened: tuple[Migration, Path]) -> None:
    imap = {"away": {"kind": "imap", "host": "127.0.0.1", "port": free_port()}}
    box = {"name": "anna", "source": {"server": "away", "login": "anna"}, "target": BOX["target"]}
    given = project(opened[1], more_servers=imap, **{**NOTHING_ELSE, "mailboxes": [box]})
    secrets = EnvironmentSecrets({"SKYFLYTT_SECRET_SERVERS_AWAY": "tallkotte"})
    found = check_server(replace(opened[0], project=given, secrets=secrets), "away")
    assert [(one.state, one.code) for one in found.findings] == [(State.NOT_ASKED, "connection.unreachable")]
    (without,) = check_servers(replace(opened[0], project=given, secrets=EnvironmentSecrets({})), ["away"])
    assert missing(without) == {"mail-source anna": "secrets.missing"}


def test_a_server_that_nothing_uses_is_looked_at_from_outside(opened: tuple[Migration, Path]) -> None:
    (found,) = checked(opened, "old-files").findings
    assert found.state is State.NOTE
    assert found.means.startswith("nothing in the project file uses it")


def test_every_role_has_its_read_but_those_at_the_end() -> None:
    assert set(READS) == set(Role) - set(LATER.values())


def test_uses_are_those_of_the_project_file(opened: tuple[Migration, Path]) -> None:
    given = project(
        opened[1], **{**NOTHING_ELSE, "mailboxes": [{"name": "info", **BOX}], "shares": [{"name": "homes", **SHARE}]}
    )
    assert {name: [use.role for use in uses_of(given, name)] for name in ("old-mail", "new-mail", "new-files")} == {
        "old-mail": [Role.MAIL_SOURCE],
        "new-mail": [Role.MAIL_TARGET],
        "new-files": [Role.FILES_TARGET],
    }
