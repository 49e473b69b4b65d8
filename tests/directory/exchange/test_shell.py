"""Remote PowerShell: sessions, output in pieces, errors of cmdlets, throttling, and servers that do not answer as they should."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from skyflytt.directory.exchange.failures import Reported
from skyflytt.directory.exchange.shell import Cmdlet, ExchangeShell, open_shell, select
from skyflytt.errors.base import Failure
from skyflytt.errors.connection import CertificateNotTrusted, PasswordRefused
from skyflytt.errors.directory import DirectoryAnswerWrong, DirectoryBusy, DirectoryRefused, DirectoryUnreachable
from tests.directory.exchange.simulated import PASSWORD, Mailbox, Place, running_exchange
from tests.directory.exchange.wsman import Fault
from tests.real.processes import free_port

MAILBOXES = (Cmdlet("Get-Mailbox", {"ResultSize": "Unlimited"}), select("DisplayName", "Guid", "AccountDisabled"))


@pytest.fixture
def shell(place: Place) -> Iterator[ExchangeShell]:
    with open_shell(place.settings(), PASSWORD, place.patience) as opened:
        yield opened


def test_output_comes_in_pieces_and_whole(place: Place, shell: ExchangeShell) -> None:
    place.exchange.mailboxes += [Mailbox(f"user{number}", f"Användare {number} 😀 _x0041_") for number in range(40)]
    rows = shell.run(*MAILBOXES)
    assert [row["DisplayName"] for row in rows] == [one.name for one in place.exchange.mailboxes]
    assert [row["AccountDisabled"] for row in rows][:3] == [False, False, True]
    assert place.wsman.actions.count("Receive") > 10


def test_a_long_command_is_asked_for_again(place: Place, shell: ExchangeShell) -> None:
    place.wsman.slow = 3
    assert len(shell.run(*MAILBOXES)) == 4
    assert len(place.wsman.pipelines) == 1


def test_one_session_serves_many_and_is_given_back(place: Place) -> None:
    with open_shell(place.settings(), PASSWORD, place.patience) as shell:
        shell.run(*MAILBOXES)
        shell.run(*MAILBOXES)
        assert len(place.wsman.shells) == 1
    assert place.wsman.shells == {}
    assert place.wsman.actions.count("Create") == 1


def test_what_a_cmdlet_reports(place: Place, shell: ExchangeShell) -> None:
    with pytest.raises(Reported, match="couldn't be found") as told:
        shell.run(Cmdlet("Get-MobileDeviceStatistics", {"Mailbox": "nobody"}))
    assert told.value.reason == "ManagementObjectNotFoundException"
    assert told.value.not_there
    place.exchange.forbidden.add("Get-Mailbox")
    with pytest.raises(Reported) as told:
        shell.run(*MAILBOXES)
    assert told.value.not_allowed
    assert len(place.wsman.shells) == 1


@pytest.mark.parametrize(
    ("fault", "waits"),
    [
        (Fault("Create", 2150859174, "This user is allowed a maximum number of 3 concurrent shells, which has been exceeded."), [60]),
        (Fault("Command", 2150859173, "The user load quota of 400 requests per 60 seconds has been exceeded. Send future requests at "
               "a slower rate. The next request from this user will not be approved for at least 4500 milliseconds."), [4.5]),
        (Fault("Create", status=503), [60]),
    ],
)  # fmt: skip
def test_throttling_is_waited_for(place: Place, shell: ExchangeShell, fault: Fault, waits: list[float]) -> None:
    place.wsman.faults = [fault]
    assert len(shell.run(*MAILBOXES)) == 4
    assert place.waits == waits
    assert len(place.wsman.pipelines) == 1


def test_waiting_ends(place: Place, shell: ExchangeShell) -> None:
    place.wsman.most_shells = 0
    with pytest.raises(DirectoryBusy, match="maximum number of 0"):
        shell.run(*MAILBOXES)
    assert place.waits == [60, 60]


def test_what_has_begun_is_never_run_twice(place: Place, shell: ExchangeShell) -> None:
    place.wsman.faults = [Fault("Receive", 1, "The server is busy, a quota was exceeded", skip=1)]
    with pytest.raises(DirectoryBusy):
        shell.run(*MAILBOXES)
    assert place.waits == []
    assert place.wsman.actions.count("Command") == 1


@pytest.mark.parametrize(
    ("fault", "failure"),
    [
        (Fault("Create", 5, "Access is denied."), DirectoryRefused),
        (Fault("Create", status=403), DirectoryRefused),
        (Fault("Create", 2150858770, "The client cannot connect"), DirectoryAnswerWrong),
        (Fault("Create", raw=b"<html>Sign in</html>"), DirectoryAnswerWrong),
        (Fault("Create", raw=b"Outlook Web App"), DirectoryAnswerWrong),
        (Fault("Receive", drop=True), DirectoryUnreachable),
    ],
)
def test_servers_that_do_not_answer_as_they_should(
    place: Place, shell: ExchangeShell, fault: Fault, failure: type[Failure]
) -> None:
    place.wsman.faults = [fault]
    with pytest.raises(failure) as told:
        shell.run(*MAILBOXES)
    assert PASSWORD not in str(told.value)
    assert len(shell.run(*MAILBOXES)) == 4


def test_a_session_that_has_ended_is_opened_again(place: Place, shell: ExchangeShell) -> None:
    shell.run(*MAILBOXES)
    place.wsman.shells.clear()
    with pytest.raises(DirectoryUnreachable, match="ended"):
        shell.run(*MAILBOXES)
    assert len(shell.run(*MAILBOXES)) == 4


@pytest.mark.parametrize(("password", "charset"), [("tjäle", "latin-1"), ("mećava", "utf-8")])
def test_passwords_with_letters_of_their_own(tmp_path: Path, password: str, charset: str) -> None:
    with running_exchange(tmp_path, password, charset) as own, open_shell(own.settings(), password) as shell:
        assert len(shell.run(*MAILBOXES)) == 4


@pytest.mark.parametrize(
    ("settings", "secret", "failure"),
    [
        ({}, "fel-lösen", PasswordRefused),
        ({"path": "Powershel"}, PASSWORD, DirectoryAnswerWrong),
        ({"ca_file": None}, PASSWORD, CertificateNotTrusted),
        ({"host": "127.0.0.1"}, PASSWORD, CertificateNotTrusted),
        ({"port": free_port()}, PASSWORD, DirectoryUnreachable),
        ({"host": "nowhere.invalid"}, PASSWORD, DirectoryUnreachable),
    ],
)
def test_who_cannot_come_in(place: Place, settings: dict[str, Any], secret: str, failure: type[Failure]) -> None:
    with open_shell(place.settings(**settings), secret, place.patience) as shell, pytest.raises(failure) as told:
        shell.run(*MAILBOXES)
    assert secret not in str(told.value)
