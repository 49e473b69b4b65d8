"""The evening as it goes: planned, lowered, waited for, approved, switched, seen, tried with letters, and taken back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from skyflytt.decommission.absence import Verdict
from skyflytt.dns.rows import row_of
from skyflytt.dns.verdict import Answer
from skyflytt.dns.zone import Change
from skyflytt.errors.dns import ChangeByHand, DomainUnknown, PlanChanged, PlanNotApproved, ZoneMoved
from skyflytt.ledger import journal, projects
from skyflytt.mailflow.trial import Flow, Patience
from skyflytt.phase.cutover.domains import DomainAct, act_on, moving_domains, open_move, settled, would, wrong_servers
from skyflytt.phase.cutover.mail import tidy_up, try_mail
from skyflytt.phase.cutover.names import AskedNames
from skyflytt.phase.cutover.ready import readiness
from skyflytt.phase.cutover.rehearse import Rehearsed, Stopwatch, downtime_s, rehearse_domain
from skyflytt.phase.decide import About, Decision, decide
from tests.phase.cutover.evening import DOMAIN, Evening, evening

pytestmark = pytest.mark.real
AT_ONCE = Patience(most_s=0)
"""The mail server here has delivered when it says that it has taken a letter."""


@pytest.fixture
def one(tmp_path: Path) -> Iterator[Evening]:
    with evening(tmp_path) as running:
        yield running


def act(one: Evening, what: DomainAct, **options: bool) -> str:
    """What it came to: why nothing was done, or what was done."""
    (domain,) = moving_domains(one.migration)
    with open_move(one.migration, domain) as move:
        done = act_on(move, what, patience=AT_ONCE, **options)
    return done.held or done.said


def mail(one: Evening) -> dict[str, Flow]:
    (domain,) = moving_domains(one.migration)
    return {
        flow.direction.value: flow for flow in try_mail(one.migration, domain, AskedNames(domain), patience=AT_ONCE)
    }


def approve(one: Evening, by: str = "Bengt Öberg") -> None:
    with open_move(one.migration, moving_domains(one.migration)[0]) as move:
        plan_hash = act_on(move, DomainAct.VERIFY).plan_hash or ""
    decide(one.migration, Decision.DOMAIN, by, About(domain=DOMAIN, digest=plan_hash))


def obstacles(one: Evening) -> str:
    return "; ".join(readiness(one.migration, moving_domains(one.migration)).obstacles)


def ready_to_switch(one: Evening) -> None:
    """Planned, lowered everywhere, approved, and the old TTL is over."""
    act(one, DomainAct.PLAN)
    assert "Not every authoritative server" in act(one, DomainAct.LOWER_TTL)
    one.names.catch_up()
    act(one, DomainAct.LOWER_TTL)
    approve(one)
    one.pass_time(hours=2, seconds=1)


def test_the_evening_there_and_back(one: Evening) -> None:
    before = one.served()
    assert f"{DOMAIN} has no plan yet" in obstacles(one)
    flows = mail(one)
    assert {way: (flow.verdict, flow.arrived) for way, flow in flows.items()} == {
        "inwards": (Verdict.PASS, "old home"),
        "outwards": (Verdict.PASS, "mailbox outside"),
    }
    assert act(one, DomainAct.PLAN).startswith("plan ")
    assert "are not lowered yet" in obstacles(one)
    assert one.served() == before
    assert "Not every authoritative server" in act(one, DomainAct.LOWER_TTL)
    one.names.catch_up()
    assert "until 2026-08-08 11:00:00 UTC" in act(one, DomainAct.LOWER_TTL)
    assert "until 2026-08-08 11:00:00 UTC" in obstacles(one)
    with pytest.raises(PlanNotApproved):
        act(one, DomainAct.SWITCH)
    approve(one)
    assert "until 2026-08-08 11:00:00 UTC" in act(one, DomainAct.SWITCH), "held, and nothing was changed"
    one.pass_time(hours=2, seconds=1)
    assert obstacles(one) == ""

    assert "not there yet" in act(one, DomainAct.SWITCH)
    assert mail(one)["inwards"].said.startswith("it was not sent"), "the two name servers send mail two ways"
    one.names.catch_up()
    assert "every authoritative server has it" in act(one, DomainAct.SWITCH)
    assert mail(one)["inwards"].arrived == "new home"
    assert mail(one)["inwards"].verdict is Verdict.FAILED, "the project is not cut over"
    projects.cut_over(one.migration.ledger, one.migration.name, "Bengt Öberg")
    assert mail(one)["inwards"].verdict is Verdict.PASS
    assert one.served() != before

    assert "the zone is its snapshot again" in act(one, DomainAct.ROLL_BACK)
    assert one.served() == before
    tidy_up(one.migration, moving_domains(one.migration)[0])
    assert [one.letters(side) for side in ("old-mail", "new-mail", "outside-mail")] == [0, 0, 0]
    told = [entry.action for entry in journal.entries(one.migration.ledger, one.migration.name)]
    assert told.count("mail-flow-letter") == told.count("mail-flow-tried") == 10


def test_a_server_that_lags_is_waited_for(one: Evening) -> None:
    ready_to_switch(one)
    act(one, DomainAct.SWITCH)
    waits: list[float] = []

    def wait(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 2:
            one.names.catch_up()

    with open_move(one.migration, moving_domains(one.migration)[0]) as move:
        verdicts = settled(move, Patience(60, 5, wait, lambda: sum(waits)))
    assert (wrong_servers(verdicts), waits) == ([], [5, 5])
    assert {one.answer for one in verdicts} == {Answer.RIGHT}


def test_a_zone_that_somebody_else_changed_is_left_alone(one: Evening) -> None:
    ready_to_switch(one)
    with open_move(one.migration, moving_domains(one.migration)[0]) as move:
        zone = move.host.read()
        (www,) = (found for found in zone.sets if found.name == f"www.{DOMAIN}.")
        move.host.change([Change(www, replace(www, values=("192.0.2.81",)))], zone)
    with pytest.raises(ZoneMoved):
        act(one, DomainAct.SWITCH)


def test_a_dry_run_changes_nothing_and_an_approval_counts_for_the_plan_that_was_looked_at(one: Evening) -> None:
    act(one, DomainAct.PLAN)
    before = one.served()
    with open_move(one.migration, moving_domains(one.migration)[0]) as move:
        shown = would(move, DomainAct.SWITCH)
    assert f"- {DOMAIN}. 7200 MX 10 mx.old.example." in shown.lines
    assert f"+ {DOMAIN}. 300 MX 10 mx.new.example." in shown.lines
    assert "nothing was changed" in shown.said
    assert one.served() == before

    for digest in ("", "0" * 64):
        with pytest.raises(PlanChanged):
            decide(one.migration, Decision.DOMAIN, "Bengt Öberg", About(domain=DOMAIN, digest=digest))
    assert readiness(one.migration, moving_domains(one.migration), without_waiting=True).unapproved == (DOMAIN,)
    approve(one)
    assert readiness(one.migration, moving_domains(one.migration), without_waiting=True).unapproved == ()
    with pytest.raises(DomainUnknown):
        moving_domains(one.migration, "other.example")


def test_the_rehearsal_leaves_everything_as_it_was(one: Evening) -> None:
    before = one.served()
    watch = Stopwatch([])
    (domain,) = moving_domains(one.migration)
    lines = rehearse_domain(one.migration, domain, watch, AT_ONCE)
    assert {part.part.removeprefix(f"{DOMAIN}: "): part.verdict.value for part in watch.parts} == dict.fromkeys(
        ("plan", "lower the TTLs", "switch", "verify", "mail flow", "roll back"), "PASS"
    )
    assert f"+ {DOMAIN}. 7200 MX 10 mx.new.example." in lines
    parts = [
        Rehearsed(f"{DOMAIN}: {part}", Verdict.PASS, "", 2.0)
        for part in ("plan", "lower the TTLs", "switch", "roll back")
    ]
    assert downtime_s([Rehearsed("last pass", Verdict.PASS, "", 60.0), *parts]) == 62.0
    assert one.served() == before
    assert "has no plan yet" in obstacles(one), "the rehearsal's ledger is its own"
    assert one.letters("new-mail") == 1
    assert tidy_up(one.migration, domain) == 2


def test_a_host_by_hand_waits_for_its_person(tmp_path: Path) -> None:
    with evening(tmp_path, host="person") as one:
        (domain,) = moving_domains(one.migration)
        act(one, DomainAct.PLAN)
        with pytest.raises(ChangeByHand, match=r"mx\.old\.example"):
            act(one, DomainAct.LOWER_TTL)
        approve(one)
        with pytest.raises(ChangeByHand, match=r"mx\.new\.example"):
            act(one, DomainAct.SWITCH, without_waiting=True)
        person = domain.model_copy(update={"host": "dns"})
        with open_move(one.migration, domain) as seen, open_move(one.migration, person) as typing:
            before = typing.host.read()
            changes = [
                replace(change, before=before.find(*change.key))
                for change in row_of(seen.ledger, seen.project, DOMAIN).changes
            ]
            typing.host.change(
                [replace(one, after=one.after and replace(one.after, ttl_s=300)) for one in changes], before
            )
        one.names.catch_up()
        assert "every authoritative server has it" in act(one, DomainAct.SWITCH, without_waiting=True)
        assert "300 IN MX 10 mx.new.example." in one.served()
