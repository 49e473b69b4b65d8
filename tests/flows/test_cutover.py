"""The cutover with a domain: rehearsed, prepared step by step, made while a pass runs, and the mail that comes late. In this order."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from prefect.client.schemas.objects import State

from blocks import MigrationProject
from deployments.register import register_blocks
from deployments.stack import server
from flows.cutover import cutover
from flows.domain import domain
from flows.late_mail import late_mail
from flows.mail_flow import mail_flow
from flows.rehearsal import rehearsal
from skyflytt.deadline.clock import FileClock
from skyflytt.ledger import journal, projects
from skyflytt.ledger.passes import running_pass
from skyflytt.ledger.schema import Mode
from skyflytt.phase.cutover.domains import DomainAct
from skyflytt.project.secrets import EnvironmentSecrets
from tests.flows.history import History, ended_as, wait_until
from tests.phase.cutover.evening import AT, DOMAIN, SECRET, Evening, evening

pytestmark = [pytest.mark.prefect, pytest.mark.real, pytest.mark.long]


@pytest.fixture(scope="module")
def one(prefect_harness: server.Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Evening]:
    home = tmp_path_factory.mktemp("evening")
    clock = FileClock(home / "clock")
    clock.move_to(AT)
    with evening(home, clock) as running:
        yield running


@pytest.fixture(scope="module")
def project(one: Evening) -> MigrationProject:
    file = one.root / "norrsken-evening.yaml"
    written = one.migration.project.model_copy(update={"project": "evening"}).model_dump(
        mode="json", exclude_unset=True
    )
    file.write_text(yaml.safe_dump(written | {"project": "evening"}, allow_unicode=True))
    secrets = EnvironmentSecrets({"SKYFLYTT_SECRET_SERVERS_DNS": SECRET})
    return register_blocks(file, one.root / "evening-workspace", secrets, clock_file=one.root / "clock")


def act(project: MigrationProject, what: DomainAct, **options: Any) -> tuple[str, str, str]:
    return ended_as(domain(project=project, act=what, server_minutes=0.0, return_state=True, **options))


def test_the_rehearsal_is_measured_and_leaves_everything_as_it_was(
    one: Evening, project: MigrationProject, history: History
) -> None:
    before = one.served()
    state = rehearsal(project=project, most_minutes=0.0, return_state=True)
    kind, name, words = ended_as(state)
    assert (kind, name) == ("COMPLETED", "Completed"), words
    assert "measured downtime" in words
    rows = history.artifacts(state)["evening-rehearsal"]["data"]
    assert [row["part"] for row in rows][:3] == ["last pass", "checks", f"{DOMAIN}: plan"]
    assert {row["verdict"] for row in rows} == {"PASS"}
    assert one.served() == before
    with project.open() as migration:
        assert projects.mode(migration.ledger, migration.name) is Mode.MIRROR


def test_a_cutover_says_what_is_missing_before_anybody_is_asked(project: MigrationProject) -> None:
    kind, name, words = ended_as(cutover(project=project, return_state=True))
    assert (kind, name) == ("COMPLETED", "Held")
    assert words.startswith(f"Nothing was begun: {DOMAIN} has no plan yet")


def test_a_domain_is_prepared_step_by_step_and_by_hand_nothing_is_changed(
    one: Evening, project: MigrationProject, history: History
) -> None:
    before = one.served()
    state = domain(project=project, return_state=True)
    assert ended_as(state)[:2] == ("COMPLETED", "Completed")
    shown = history.artifacts(state)[f"evening-dns-{DOMAIN.replace('.', '-')}"]["data"]
    assert f"+ {DOMAIN}. 7200 MX 10 mx.new.example." in shown
    assert "dry run" in act(project, DomainAct.LOWER_TTL)[2]
    assert one.served() == before
    kind, name, words = act(project, DomainAct.LOWER_TTL, dry_run=False)
    assert (kind, name) == ("COMPLETED", "Held"), words
    assert "Not every authoritative server" in words
    one.names.catch_up()
    assert act(project, DomainAct.LOWER_TTL, dry_run=False)[:2] == ("COMPLETED", "Completed")
    kind, name, words = ended_as(cutover(project=project, return_state=True))
    assert (name, "until 2026-08-08 11:00:00 UTC" in words) == ("Held", True)
    one.pass_time(hours=2, seconds=1)


def test_a_cutover_waits_for_the_pass_that_runs_and_goes_on_where_a_name_server_held_it(
    one: Evening, project: MigrationProject, history: History
) -> None:
    ended: list[State[Any]] = []
    run = threading.Thread(
        target=lambda: ended.append(
            cutover(project=project, approved_by="Bengt Öberg", server_minutes=0.0, mail_minutes=0.0, return_state=True)
        )
    )
    with project.open() as migration:
        with running_pass(migration.ledger, migration.workload("mailbox", "info")):
            run.start()
            logged = {"logs": {"level": {"ge_": 20}}}
            wait_until(
                lambda: [one for one in history.all("logs", **logged) if "the cutover waits for pass" in one["message"]]
            )
            assert projects.mode(migration.ledger, migration.name) is Mode.MIRROR
        run.join(timeout=120)
        (state,) = ended
        kind, name, words = ended_as(state)
        assert (kind, name) == ("COMPLETED", "Held"), words
        assert f"127.0.0.1:{one.names.secondary}" in words
        assert projects.mode(migration.ledger, migration.name) is Mode.APPEND

        one.names.catch_up()
        kind, name, words = ended_as(cutover(project=project, mail_minutes=0.0, return_state=True))
        assert (kind, name) == ("COMPLETED", "Completed"), words
        assert f"mail of {DOMAIN} inwards: PASS, it arrived at the new home" in words
        told = [entry.action for entry in journal.entries(migration.ledger, migration.name)]
        assert told.count("cutover-waited") == told.count("cut-over") == 1


def test_after_it_mail_is_tried_late_mail_collected_and_the_ttls_are_raised(
    one: Evening, project: MigrationProject
) -> None:
    kind, name, words = ended_as(mail_flow(project=project, most_minutes=0.0, return_state=True))
    assert (kind, name, words.count("PASS")) == ("COMPLETED", "Completed", 2)
    kind, name, words = ended_as(late_mail(project=project, margin_hours=1, return_state=True))
    assert (kind, name) == ("COMPLETED", "Completed")
    assert "it may still receive" in words
    one.pass_time(hours=4)
    assert "it is over" in ended_as(late_mail(project=project, margin_hours=1, return_state=True))[2]
    assert act(project, DomainAct.RAISE_TTL, dry_run=False)[:2] == ("COMPLETED", "Completed")
    assert "7200 IN MX 10 mx.new.example." in one.served()


def test_the_way_back_is_one_run(one: Evening, project: MigrationProject) -> None:
    kind, name, words = act(project, DomainAct.ROLL_BACK, dry_run=False)
    assert (kind, name) == ("COMPLETED", "Completed"), words
    assert "7200 IN MX 10 mx.old.example." in one.served()
