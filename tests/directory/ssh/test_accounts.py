"""Accounts of a machine over a real SSH server: listed, locked, deleted by commands that are data."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from skyflytt.directory.ssh import SshAccounts, open_ssh_accounts
from skyflytt.directory.ssh.accounts import instant
from skyflytt.errors.accounts import CommandFailed, CommandMissing
from skyflytt.errors.connection import HostKeyUnknown
from skyflytt.errors.directory import (
    AccountNotFound,
    ActivityNotTold,
    ChangeNotSeen,
    DirectoryUnreachable,
    LicenceRefused,
)
from skyflytt.project.servers import SshAccountsServer
from tests.directory.ssh.machine import Machine, running_machine

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, require_debian: Callable[..., str]) -> Iterator[Machine]:
    with running_machine(tmp_path_factory.mktemp("machine"), require_debian) as machine:
        yield machine


@pytest.fixture
def machine(running: Machine) -> Machine:
    running.begin_anew()
    return running


@pytest.fixture(scope="module")
def connected(running: Machine) -> Iterator[SshAccounts]:
    opened = open_ssh_accounts(running.settings(), None)
    yield opened
    opened.close()


@pytest.fixture
def accounts(machine: Machine, connected: SshAccounts) -> SshAccounts:
    return connected


def opened_with(machine: Machine, **commands: Any) -> SshAccounts:
    return open_ssh_accounts(machine.settings(commands=machine.commands(**commands)), None)


def test_people_are_listed_and_nobody_else(accounts: SshAccounts) -> None:
    anna, bengt, dahl = accounts.accounts()
    assert (anna.key, anna.name, anna.enabled, anna.administrator) == ("anna", "Anna Åström", True, True)
    assert anna.last_active == datetime(2026, 11, 21, 21, 14, 40, tzinfo=UTC)
    assert (bengt.key, bengt.address, bengt.name, bengt.administrator) == ("Bengt", "bengt", "Bengt Öberg", False)
    assert (dahl.enabled, dahl.last_active) == (False, None)


def test_activity_from_an_instant_on(accounts: SshAccounts) -> None:
    since = datetime(2026, 11, 20, tzinfo=UTC)
    assert {one.account for one in accounts.activity(since)} == {"anna"}
    assert len(list(accounts.activity(since))) == 2


def test_locking_and_unlocking(machine: Machine, accounts: SshAccounts) -> None:
    for _ in range(2):
        accounts.lock("bengt")
        assert [one.enabled for one in accounts.accounts()] == [True, False, False]
    for _ in range(2):
        accounts.unlock("Bengt")
        assert [one.enabled for one in accounts.accounts()] == [True, True, False]


def test_deleting_takes_the_home_along(machine: Machine, accounts: SshAccounts) -> None:
    home = machine.tree / "home/anna"
    (home / "brev.txt").write_text("hej")
    for _ in range(2):
        accounts.delete_account("anna")
    assert [one.key for one in accounts.accounts()] == ["Bengt", "dahl"]
    assert not home.exists()
    assert "anna" not in machine.shadow()


def test_what_is_not_listed_is_never_part_of_a_command(machine: Machine, accounts: SshAccounts) -> None:
    before = (machine.tree / "etc/passwd").read_text()
    for name in ("root", "anna; touch /tmp/skyflytt-was-here", "--help", ""):
        accounts.delete_account(name)
        with pytest.raises(AccountNotFound):
            accounts.lock(name)
    assert (machine.tree / "etc/passwd").read_text() == before


def test_names_are_quoted(machine: Machine, tmp_path: Path) -> None:
    """A mail server's own list may have any name in it."""
    users = tmp_path / "users"
    users.write_text(
        "o'dahl $(touch boom)@norrsken.example:{SHA512}x\n-rf:{SHA512}x\nanna@norrsken.example:{SHA512}y\n"
    )
    opened = opened_with(
        machine,
        accounts={"command": f"cat {users}", "line": "(?P<account>[^:]+):.*"},
        locked=None,
        seen=None,
        administrators=None,
        delete={"command": f"grep -vF -- {{account}}: {users} > {users}.new; mv {users}.new {users}"},
    )
    odd, anna = opened.accounts()
    opened.delete_account(odd.key)
    assert [one.key for one in opened.accounts()] == [anna.key]
    assert not opened.capabilities.activity
    with pytest.raises(ActivityNotTold):
        list(opened.activity(datetime(2026, 1, 1, tzinfo=UTC)))
    opened.close()


def test_two_that_differ_in_case_are_two(machine: Machine, accounts: SshAccounts) -> None:
    machine._make("Anna", "Anna Andra")
    accounts.delete_account("Anna")
    accounts.lock("anna")
    assert {one.key: one.enabled for one in accounts.accounts()} == {"anna": False, "Bengt": True, "dahl": False}


def test_commands_that_fail_or_do_nothing(machine: Machine) -> None:
    opened = opened_with(
        machine,
        delete={"command": "echo 'no space left' >&2; false {account}"},
        lock={"command": "true {account}"},
        unlock=None,
    )
    with pytest.raises(CommandFailed, match="no space left"):
        opened.delete_account("anna")
    with pytest.raises(ChangeNotSeen):
        opened.lock("anna")
    with pytest.raises(CommandMissing, match="unlock"):
        opened.unlock("anna")
    opened.close()


def test_a_deletion_that_did_nothing_is_told(machine: Machine) -> None:
    opened = opened_with(machine, delete={"command": "true {account}"})
    with pytest.raises(ChangeNotSeen):
        opened.delete_account("anna")
    opened.close()


def test_a_list_that_fails_is_none(machine: Machine) -> None:
    opened = opened_with(machine, accounts={"command": "cat /nonexistent/passwd", "line": "(?P<account>.+)"})
    with pytest.raises(CommandFailed, match="No such file"):
        list(opened.accounts())
    opened.close()


def test_a_connection_that_was_lost(machine: Machine) -> None:
    opened = open_ssh_accounts(machine.settings(), None)
    transport = opened._running.client.get_transport()
    assert transport is not None
    transport.close()
    with pytest.raises(DirectoryUnreachable):
        list(opened.accounts())
    opened.close()


def test_host_keys_are_checked(machine: Machine, tmp_path: Path) -> None:
    (tmp_path / "known").touch()
    with pytest.raises(HostKeyUnknown):
        open_ssh_accounts(machine.settings(known_hosts=tmp_path / "known"), None)


def test_a_machine_has_no_licences(accounts: SshAccounts) -> None:
    assert list(accounts.licences()) == []
    assert accounts.organisation().name == "127.0.0.1"
    for change in (accounts.assign, accounts.reclaim):
        with pytest.raises(LicenceRefused):
            change("any", "anna")


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("1763798400", datetime(2025, 11, 22, 8, tzinfo=UTC)),
        ("2026-11-22T09:00:00+01:00", datetime(2026, 11, 22, 8, tzinfo=UTC)),
        ("2026-11-22", datetime(2026, 11, 22, tzinfo=UTC)),
        ("never", None),
        ("9" * 30, None),
        ("", None),
    ],
)
def test_instants(text: str, read: datetime | None) -> None:
    assert instant(text) == read


@pytest.mark.parametrize(
    "commands",
    [
        {"accounts": {"command": "getent passwd", "line": "([^:]+):.*"}},
        {"accounts": {"command": "getent passwd", "line": "(?P<account>["}},
        {"accounts": {"command": "a", "line": "(?P<account>.+)"}, "delete": {"command": "userdel anna"}},
        {"accounts": {"command": "a\nb", "line": "(?P<account>.+)"}},
    ],
)
def test_commands_that_cannot_be_used(commands: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        SshAccountsServer.model_validate({"kind": "ssh-accounts", "host": "h", "user": "u", "commands": commands})


def test_root_is_asked_for_by_sudo(connected: SshAccounts) -> None:
    as_root = replace(connected._running, sudo=True)
    assert as_root._line("id") == f"sudo -n {connected._running._line('id')}"
