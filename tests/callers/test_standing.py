"""Who still calls: devices joined over logs and addresses, with their owners, until they fall silent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from skyflytt.callers.check import LogCheck, LogSettings
from skyflytt.callers.instructions import page, words
from skyflytt.callers.kinds import KINDS, NOBODYS
from skyflytt.callers.owners import Owners
from skyflytt.callers.standing import Caller, State, calling, standing
from skyflytt.deadline.clock import MovableClock
from skyflytt.ledger.ledger import Ledger
from skyflytt.phase.callers import local_files
from skyflytt.project.model import Project
from tests.callers.conftest import CUTOVER, NAME
from tests.callers.reading import DATA
from tests.phase.discovered import EXAMPLE

Look = Callable[..., list[Caller]]
LANGUAGES = ("sv", "nb", "sr", "en")


def project(**changes: Any) -> Project:
    data = yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))
    logs = [{"name": "old-exchange", "path": "/x/iis.log"}, {"name": "devices", "path": "/x/devices.csv"}]
    return Project.model_validate({**data, "logs": logs, **changes})


@pytest.fixture
def look(ledger: Ledger, clock: MovableClock) -> Look:
    def read(logs: dict[str, str], days: float = 1, **changes: Any) -> list[Caller]:
        clock.move_to(CUTOVER + timedelta(days=days))
        for log, name in logs.items():
            settings = LogSettings(log, None, UTC)
            assert LogCheck(ledger, NAME, settings, CUTOVER).run(local_files(DATA / name)).problems == []
        return standing(ledger, project(**changes))

    return read


def test_a_device_in_several_logs_and_with_several_spellings_of_its_account_is_one(look: Look) -> None:
    found = look({"old-exchange": "iis.log", "devices": "devices.csv", "copies": "http-proxy.log"})
    (phone,) = [one for one in found if "ApplDNPW1ABC" in one.device or one.device == "Annas telefon"]
    assert phone.owner.name == "Anna Åström"
    assert phone.logs == ("copies", "devices", "old-exchange")
    assert (phone.kind, phone.rule, phone.sure) == ("phone", "activesync-iphone", True)
    assert phone.device == "Annas telefon"


def test_kinds_and_owners_of_an_exchanges_callers(look: Look) -> None:
    found = look({"old-exchange": "iis.log"})
    still = {(one.owner.name if one.owner.known else "?", one.kind) for one in calling(found)}
    assert still == {
        ("Anna Åström", "phone"),
        ("Anna Åström", "browser"),
        ("Anna Åström", "rd-client"),
        ("Bengt Öberg", "phone"),
        ("Bengt Öberg", "desktop-client"),
        ("Bengt Öberg", "mapped-drive"),
    }
    (guesser,) = [one for one in found if one.agent.startswith("python-requests")]
    assert (guesser.calls_home, guesser.only_fails, guesser.owner.known) == (False, True, False)
    assert [one.kind for one in found if not one.is_a_device] == ["server-itself"]


def test_a_printer_of_the_own_network_is_one_whatever_it_calls_itself(look: Look) -> None:
    printer = {"name": "Skannern", "kind": "scanner", "owner": "Bengt Öberg", "account": "scanner@norrskenbygg.example"}
    (found,) = look({"old-exchange": "postfix.log"}, devices=[printer])
    assert (found.kind, found.rule, found.device) == ("printer", "printer-name", "Skannern")
    assert (found.owner.name, found.owner.by) == ("Bengt Öberg", "device Skannern")
    assert (found.signed_in, found.failed, found.protocols) == (1, 2, ("smtp-relay", "submission"))


def test_who_is_not_seen_for_three_days_of_a_live_log_is_silent_since_then(look: Look, ledger: Ledger) -> None:
    logs = {"old-exchange": "dovecot.log"}
    early = look(logs, days=2)
    assert {one.state for one in early} == {State.CALLING}
    late = look(logs, days=4)
    assert {one.state for one in late} == {State.SILENT}
    assert min(one.last for one in late) == datetime(2026, 11, 22, 9, 23, 58, tzinfo=UTC)
    assert list(calling(late)) == []


def test_a_copy_of_a_log_says_nothing_of_the_time_after_it(look: Look) -> None:
    found = look({"copies": "dovecot.log"}, days=40)
    assert {one.state for one in found} == {State.CALLING}
    assert {one.known_to for one in found} == {datetime(2026, 11, 22, 9, 24, tzinfo=UTC)}


@pytest.mark.parametrize(
    ("account", "owner", "by"),
    [
        ("anna.astrom@norrskenbygg.example", "Anna Åström", "mailbox anna"),
        ("ANNA.ASTROM@NORRSKENBYGG.EXAMPLE", "Anna Åström", "mailbox anna"),
        ("NORRSKEN\\anna.astrom", "Anna Åström", "mailbox anna"),
        ("anna.astrom@norrsken.local", "Anna Åström", "mailbox anna"),
        ("Anna Åström", "Anna Åström", "contact"),
        ("info", "info", "mailbox info"),
        ("ingrid@nyamolnet.example", "Ingrid Solberg", "contact"),
        ("anna.astrom@somewhere-else.example", "anna.astrom@somewhere-else.example", ""),
        ("nobody", "nobody", ""),
        ("", "?", ""),
    ],
)
def test_owners(account: str, owner: str, by: str) -> None:
    found = Owners(project()).of(account)
    assert (found.name, found.by) == (owner, by)


def test_a_name_that_two_people_have_is_nobodys() -> None:
    contacts = [
        {"name": "Anna Ek", "email": "anna@one.example", "role": "owner"},
        {"name": "Anna Alm", "email": "anna@two.example", "role": "team"},
    ]
    customer = {"name": "X", "language": "sv", "contacts": contacts}
    owners = Owners(project(customer=customer, mailboxes=[], devices=[]))
    assert not owners.of("DOM\\anna").known
    assert owners.of("anna@two.example").name == "Anna Alm"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_has_instructions_in_every_language(language: Any, look: Look) -> None:
    said = words(language)
    assert set(said["kinds"]) == set(KINDS) - set(NOBODYS)
    assert {kind: len(one["steps"]) for kind, one in said["kinds"].items()} == {
        kind: len(one["steps"]) for kind, one in words("sv")["kinds"].items()
    }
    found = list(calling(look({"old-exchange": "iis.log"})))
    made = page(project(), "Anna <Åström>", found, language)
    assert "Gamla Molnet AB" in made.title
    assert "localhost" in made.text
    assert "&lt;Åström&gt;" in made.html
    assert "{" not in made.text + made.html.replace("{font", "").replace("{border", "")
    for one in {caller.kind for caller in found}:
        assert said["kinds"][one]["name"] in made.text


def test_what_a_log_says_cannot_become_markup(look: Look, ledger: Ledger, tmp_path: Path) -> None:
    log = tmp_path / "access.log"
    log.write_bytes(b'10.0.0.7 - <b>x</b> [22/Nov/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 5 "-" "curl <script>"\n')
    LogCheck(ledger, NAME, LogSettings("old-exchange", None, UTC), CUTOVER).run(local_files(log))
    made = page(project(), "Anna", list(standing(ledger, project())), "en")
    assert "<script>" not in made.html
    assert "<b>x" not in made.html
