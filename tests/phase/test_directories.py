"""A project's directory at the simulated Webex: counted, given back, seen to be gone; its activity moves the count."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from skyflytt.deadline import countdowns
from skyflytt.deadline.clock import MovableClock
from skyflytt.deadline.countdown import CountState
from skyflytt.decommission.absence import AbsenceCheck, Verdict, checks_made
from skyflytt.errors.directory import LicencesUnreconciled
from skyflytt.phase import licences as steps
from skyflytt.phase.absence import look_from_outside
from skyflytt.phase.decide import Decision, decide
from skyflytt.phase.directories import LOOK_EVERY, heed_directories, licences_absent
from skyflytt.phase.migration import Migration, open_migration
from skyflytt.playbook.approvals import approvals, organisation_of
from skyflytt.project.secrets import EnvironmentSecrets
from skyflytt.sandbox.servers.webex_faults import Fault
from skyflytt.sandbox.servers.webex_organisation import SignIn
from tests.directory.company import BO, IT, NOW, TRIALS, company
from tests.directory.webex.running import TOKEN, RunningWebex, running_webex
from tests.phase import discovered

SECRETS = {"SKYFLYTT_SECRET_SERVERS_CONTROL_HUB": TOKEN}
ORG = "Norrsken Bygg"


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningWebex]:
    with running_webex(tmp_path_factory.mktemp("webex"), company()) as running:
        yield running


@contextmanager
def opened(webex: RunningWebex, folder: Path, *, secrets: dict[str, str] | None = None) -> Iterator[Migration]:
    webex.hold(company())
    server = webex.server(company().organisations[0].id, TRIALS).model_dump()
    left = {"name": "webex", "server": "control-hub", "organisation": ORG, "keep": [IT]}
    project = discovered.project(folder, more_servers={"control-hub": server}, directories=[left])
    keys = EnvironmentSecrets(SECRETS if secrets is None else secrets)
    with open_migration(project, folder / "work", keys, MovableClock(NOW)) as migration:
        yield migration


@pytest.fixture
def migration(simulator: RunningWebex, tmp_path: Path) -> Iterator[Migration]:
    with opened(simulator, tmp_path) as migration:
        yield migration


def check(migration: Migration) -> AbsenceCheck:
    (found,) = licences_absent(migration)
    return found


def at(migration: Migration) -> MovableClock:
    assert isinstance(migration.clock, MovableClock)
    return migration.clock


def test_from_the_first_count_to_licences_that_are_gone(migration: Migration, simulator: RunningWebex) -> None:
    assert check(migration).verdict is Verdict.FAILED
    assert steps.measure_licences(migration, "webex") == "webex: 3 licences, 6 held"
    assert steps.would_reclaim(migration, "webex") == "webex: 3 would be reclaimed, nothing was changed"
    assert sum(len(one.licenses) for one in simulator.held().organisations[0].people) == 6
    assert steps.reclaim_licences(migration, "webex") == "webex: 3 reclaimed"
    assert sum(len(one.licenses) for one in simulator.held().organisations[0].people) == 3
    assert steps.confirm_licences(migration, "webex") == "webex: the counts add up; 3 are held and 6 units are left"
    assert steps.measure_licences(migration, "webex") == "webex: 3 licences, 6 held"
    held = simulator.held()
    held.organisations[0].licenses.clear()
    for one in held.organisations[0].people:
        one.licenses.clear()
    simulator.hold(held)
    assert check(migration) == AbsenceCheck(
        "licences", "directory 1", Verdict.PASS, "0 licences were counted; no unit is left"
    )


def test_what_the_absence_check_says_where_it_cannot_measure(
    migration: Migration, simulator: RunningWebex, tmp_path: Path
) -> None:
    without = replace(migration, project=migration.project.model_copy(update={"directories": ()}))
    assert check(without).verdict is Verdict.UNKNOWN
    assert "names no directory" in check(without).found
    simulator.trouble(Fault(kind="refused", times=99))
    assert check(migration).found == "the directory gave no answer [directory.refused]"
    simulator.trouble()
    held = company()
    held.organisations[0].name = "Somebody else"
    simulator.hold(held)
    assert check(migration).found == "the organisation is not there any more"
    with opened(simulator, tmp_path / "other", secrets={}) as keyless:
        assert check(keyless).found == "the directory gave no answer [secrets.missing]"


def test_the_check_stands_among_those_from_outside(migration: Migration) -> None:
    without_domains = replace(migration, project=migration.project.model_copy(update={"domains": ()}))
    look_from_outside(without_domains, try_sign_in=False)
    (found,) = [one for one in checks_made(migration.ledger, migration.name) if one.check == "licences"]
    assert (found.place, found.verdict) == ("directory 1", Verdict.FAILED)
    assert "norrsken" not in found.found.casefold()


def test_a_licence_that_cannot_be_given_back_fails_the_step_with_its_holder(
    migration: Migration, simulator: RunningWebex
) -> None:
    steps.measure_licences(migration, "webex")
    simulator.trouble(Fault(kind="error-in-success", path="licenses/users", method="PATCH"))
    with pytest.raises(LicencesUnreconciled, match=r"1 could not be given back: .*directory\.answer-wrong"):
        steps.reclaim_licences(migration, "webex")
    assert steps.reclaim_licences(migration, "webex") == "webex: 3 reclaimed"


def test_activity_at_webex_sets_the_count_back_when_advance_asks(migration: Migration, simulator: RunningWebex) -> None:
    zone, ends = migration.project.zone, NOW - timedelta(days=62)
    held = company()
    held.organisations[0].licenses.clear()
    for one in held.organisations[0].people:
        one.licenses.clear()
        one.last_activity = None
    simulator.hold(held)
    assert heed_directories(migration) == []
    assert simulator.asked() == {}
    countdowns.begin(migration.ledger, migration.name, ORG, subscription="paid", ends=ends, zone=zone, by="Eva")
    assert heed_directories(migration) == [f"{ORG} is marked: no licence is left, and it manages no customers"]
    asked = simulator.asked()
    assert heed_directories(migration) == []
    assert simulator.asked() == asked
    at(migration).advance(LOOK_EVERY)
    simulator.sign_in(SignIn(email=BO, at=NOW + timedelta(hours=1)))
    (said,) = heed_directories(migration)
    assert said.startswith(f"{ORG}: app-sign-in on 2026-06-10 15:00")
    assert countdowns.countdowns(migration.ledger, migration.name)[ORG].idle_since == NOW + timedelta(hours=1)


def test_a_directory_that_cannot_be_asked_stops_nothing(migration: Migration, simulator: RunningWebex) -> None:
    zone = migration.project.zone
    countdowns.begin(migration.ledger, migration.name, ORG, subscription="paid", ends=NOW, zone=zone, by="Eva")
    simulator.trouble(Fault(kind="refused", times=99))
    (said,) = heed_directories(migration)
    assert "webex could not be asked" in said
    assert "[directory.activity-not-told]" in said


def test_licences_that_are_back_are_noticed(migration: Migration) -> None:
    zone, ledger, name = migration.project.zone, migration.ledger, migration.name
    countdowns.begin(ledger, name, ORG, subscription="paid", ends=NOW - timedelta(days=99), zone=zone, by="Eva")
    countdowns.mark(ledger, name, ORG, zone, licences=0, customers=0, by="Eva")
    said = heed_directories(migration)
    assert said[-1] == f"{ORG} has 7 units of licences again: nothing is deleted"
    assert countdowns.countdowns(ledger, name)[ORG].state is CountState.PREVENTED


def test_the_deletion_of_an_organisation_is_approved_by_name(migration: Migration) -> None:
    assert decide(migration, Decision.ORGANISATION, "Anna Åström") == f"Anna Åström approved the deletion of: {ORG}."
    assert [one.approver for one in approvals(migration.ledger, migration.name, organisation_of(ORG))] == [
        "Anna Åström"
    ]
