"""Leaving a hosted office: notice on 8 August, accounts to 31 October 24:00, three days of drop, deletion after a week."""

from __future__ import annotations

import pytest

from skyflytt.errors.playbook import StepByFlow, StepOutOfOrder
from skyflytt.ledger.projects import cut_over
from skyflytt.playbook.approvals import CUTOVER, approve, deletion_of
from tests.playbook.processes import facts
from tests.playbook.processes.walk import PROJECT, Walk

PLAYBOOK = "hosted-office-exit"
CLIENTS = ("clients-mail", "clients-desktop", "clients-printers", "clients-passwords", "clients-drives")


def to_the_cutover(walk: Walk, records: str = "by-hand") -> None:
    """`records` says who changes those of the domain."""
    ledger = walk.course.ledger
    walk.move("2026-08-08T09:00")
    walk.flow("discovery")
    walk.do("dns-by", answer=records)
    walk.do("help-ordered", answer="ordered")
    walk.do("new-addresses", "application-backups", "licences", "special-programs")
    walk.move("2026-09-27")
    walk.flow("export")
    walk.move("2026-10-04")
    walk.flow("first-delta")
    facts.a_pass_ended(walk.course.ledger)
    for day in ("2026-10-11", "2026-10-18"):
        walk.move(day)
        walk.flow("weekly-delta")
        if day == "2026-10-11":
            if records == "program":
                walk.flow("dns-plan")
                facts.domain_planned(ledger)
            walk.move("2026-10-12")
            facts.warned(ledger, 30)
    walk.flow("rehearsal")
    if records == "program":
        assert (
            walk.waits_for("dns-approval")
            == "Waits for a person: nobody has approved the plan for norrskenbygg.example."
        )
        facts.domain_approved(ledger, "Bengt Öberg")
        walk.settle()
        walk.move("2026-10-23")
        walk.flow("ttl-lowered")
    walk.move("2026-10-23")
    walk.flow("mail-before")
    approve(ledger, PROJECT, CUTOVER, "Bengt Öberg")
    walk.move("2026-10-25")
    walk.flow("cutover")
    cut_over(walk.course.ledger, PROJECT, "Bengt Öberg")


def test_from_notice_to_the_end(walk: Walk) -> None:
    ledger = walk.course.ledger
    to_the_cutover(walk)
    assert "weekly-delta" not in walk.left()
    walk.do("mx-switched", "other-dns-switched")
    walk.flow("mail-after")
    walk.move("2026-10-26")
    walk.flow("callers")
    facts.callers_counted(ledger, 3)
    walk.move("2026-10-28")
    walk.flow("late-mail", "callers")
    walk.move("2026-10-30")
    walk.flow("last-delta")
    walk.do(*CLIENTS)
    assert "drop-open" not in walk.ready()
    walk.move("2026-11-01")
    walk.flow("drop-open")
    facts.drop_opened(ledger, walk.at("2026-11-04"))
    assert walk.waits_for("callers-silent") == "Held back: 3 devices still signed in when the logs were read last."
    walk.flow("callers")
    facts.callers_counted(ledger, 0)
    walk.settle()
    walk.do("nothing-signs-in")
    assert "callers" not in walk.left(), "it comes again no more"
    facts.drop_received(ledger)
    walk.move("2026-11-03T12:00")
    assert "receipt" not in walk.left()
    assert "drop-close" not in walk.ready()
    walk.move("2026-11-04")
    walk.flow("drop-close")
    facts.drop_closed(ledger)
    for name in ("Anna Åström", "Bengt Öberg"):
        approve(ledger, PROJECT, deletion_of("a" * 64), name)
    facts.warned(ledger, 7)
    walk.move("2026-11-10")
    assert (
        walk.waits_for("warned-1")
        == "Held back: the warning 1 days before the deletion has not gone out, or came back."
    )
    facts.warned(ledger, 1)
    walk.move("2026-11-10T23:59")
    assert walk.waits_for("decommission") == "It is due at 2026-11-11 00:00 CET."
    walk.move("2026-11-11")
    walk.flow("drop-erase")
    walk.flow("decommission")
    assert walk.left() == ["closed"]
    facts.deleted(ledger)
    walk.settle()
    assert walk.left() == []
    assert {name: day for name, day in walk.dates().items() if name != "notice-given"} == {
        "notice-ends": "2026-10-31 24:00",
        "retrieval-ends": "2026-11-03 24:00",
        "drop-ends.handover": "2026-11-03 24:00",
        "erasure": "2026-11-10 24:00",
        "deletion": "2026-11-10 24:00",
    }


def test_where_a_program_changes_the_records_nobody_does_it_by_hand(walk: Walk) -> None:
    ledger = walk.course.ledger
    to_the_cutover(walk, "program")
    assert {"mx-switched", "other-dns-switched", "mail-after"}.isdisjoint(walk.left())
    assert walk.waits_for("dns-verified") == "Held back: not changed by its plan: norrskenbygg.example (lowered)."
    facts.domain_switched(ledger)
    walk.flow("dns-verified")
    walk.move("2026-10-29")
    walk.flow("ttl-raised")
    walk.move("2026-10-30")
    walk.flow("last-delta")


def test_nothing_is_approved_or_verified_where_no_domain_has_a_host(walk: Walk) -> None:
    walk.move("2026-08-08T09:00")
    walk.flow("discovery")
    walk.do("dns-by", answer="program")
    walk.do("new-addresses")
    walk.move("2026-10-11")
    walk.flow("dns-plan")
    assert "no domain has a plan: none has a host in the project file" in walk.waits_for("dns-approval")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (
            "mx-switched",
            "It comes after “Set up the same addresses at the new provider” (new-addresses, owner: new-provider)",
        ),
        ("mx-switched", "“Move over” (cutover, owner: team)"),
        ("clients-printers", "“Move over” (cutover, owner: team)"),
        ("application-backups", "“See what is there” (discovery, owner: team)"),
        ("nothing-signs-in", "“Disconnect network drives” (clients-drives, owner: customer)"),
    ],
)
def test_what_comes_too_early_is_refused_with_the_missing_step_and_its_owner(walk: Walk, name: str, words: str) -> None:
    walk.move("2026-08-08T09:00")
    walk.refused(name, StepOutOfOrder, words)


def test_the_refusal_names_step_and_owner_in_the_journal(walk: Walk) -> None:
    walk.move("2026-08-08T09:00")
    walk.refused("other-dns-switched", StepOutOfOrder, "(mx-switched, owner: customer)")
    assert walk.journal("step-refused")[-1].data["missing"] == {"mx-switched": "customer"}


def test_a_flow_is_not_done_by_hand_and_export_waits_for_addresses_and_backups(walk: Walk) -> None:
    walk.move("2026-08-08T09:00")
    walk.refused("discovery", StepByFlow, "the flow discovery does it")
    walk.flow("discovery")
    walk.move("2026-09-27")
    assert "(new-addresses, owner: new-provider)" in walk.waits_for("export")
    assert "(application-backups, owner: customer)" in walk.waits_for("export")


def test_everything_that_needs_a_sign_in_is_late_when_the_notice_ends(walk: Walk) -> None:
    to_the_cutover(walk)
    walk.move("2026-10-31T23:59")
    assert not any(walk.standings()[name].late for name in CLIENTS)
    walk.move("2026-11-01")
    assert all(walk.standings()[name].late for name in CLIENTS)


def test_one_person_twice_does_not_approve_the_deletion(walk: Walk) -> None:
    ledger = walk.course.ledger
    to_the_cutover(walk)
    walk.do("mx-switched")
    walk.move("2026-10-30")
    walk.flow("last-delta")
    walk.move("2026-11-01")
    walk.flow("drop-open")
    facts.drop_opened(ledger, walk.at("2026-11-04"))
    facts.drop_received(ledger)
    walk.move("2026-11-04")
    walk.flow("drop-close")
    approve(ledger, PROJECT, deletion_of("a" * 64), "Anna Åström")
    assert not approve(ledger, PROJECT, deletion_of("a" * 64), "Anna  Åström")
    assert "1 of two different people" in walk.waits_for("decommission-approval")
    # The plan has changed since: the first approval is for another one.
    approve(ledger, PROJECT, deletion_of("b" * 64), "Bengt Öberg")
    assert "1 of two different people" in walk.waits_for("decommission-approval")
