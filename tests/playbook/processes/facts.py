"""Facts that flows would bring into the ledger: a pass that adds up, a drop, deletions, answers to the retention questions."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert, update

from skyflytt.callers.outcome import Outcome, note_outcome
from skyflytt.deadline.table import deadlines, set_deadlines
from skyflytt.deadline.terms import ERASURE, Deadline
from skyflytt.decommission.countdown import note_warned
from skyflytt.decommission.holds import HOLDS, HoldAnswer, answer_hold
from skyflytt.dns.master_file import digest, to_text
from skyflytt.dns.old_provider import old_provider
from skyflytt.dns.plan import make_plan, plan_to_json
from skyflytt.dns.port import Capabilities
from skyflytt.dns.rows import ZoneState, all_rows, begin_row, change_row
from skyflytt.dns.wanted import decisions
from skyflytt.dns.zone import RecordSet, Zone
from skyflytt.ledger import passes
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.schema import deletion, drop
from skyflytt.ledger.workloads import ensure_workload
from skyflytt.playbook.approvals import approve, plan_of_domain
from skyflytt.project.domains import DomainRecord

PROJECT = "norrsken"
DOMAIN = "norrskenbygg.example"


def a_pass_ended(ledger: Ledger) -> None:
    with passes.running_pass(ledger, ensure_workload(ledger, PROJECT, "share", "homes")) as running:
        passes.end(ledger, running, 0)


def drop_opened(ledger: Ledger, ends: datetime) -> None:
    with ledger.writing() as connection:
        connection.execute(insert(drop).values(project=PROJECT, name="handover", state="open", ends_at=ends))
    set_deadlines(ledger, PROJECT, [Deadline("drop-ends.handover", ends, "Three days.")], by="test")


def drop_received(ledger: Ledger) -> None:
    with ledger.writing() as connection:
        connection.execute(update(drop).values(receipt="{}"))


def drop_closed(ledger: Ledger) -> None:
    with ledger.writing() as connection:
        connection.execute(update(drop).values(state="closed", closure_proof="{}"))


def deleted(ledger: Ledger) -> None:
    now = ledger.clock.now()
    row = {"project": PROJECT, "place": "share homes", "plan_hash": "a" * 64, "planned": 1, "planned_bytes": 1}
    done = {"completed_at": now, "deleted": 1, "remaining": 0, "absence": "0"}
    with ledger.writing() as connection:
        connection.execute(insert(deletion).values(**row, **done, state="completed", started_at=now))


def warned(ledger: Ledger, days: int) -> None:
    """The customer was warned so many days before the erasure, just now."""
    note_warned(ledger, PROJECT, days, deadlines(ledger, PROJECT)[ERASURE].at, ["<1@nya.example>"], by="test")


def no_holds(ledger: Ledger, answer: HoldAnswer = HoldAnswer.NONE) -> None:
    for hold in HOLDS:
        answer_hold(ledger, PROJECT, hold, answer, by="Anna Åström", reason="looked at")


def domain_planned(ledger: Ledger) -> None:
    """A snapshot of a zone whose mail goes to the old provider, and the plan that sends it to the new one; its TTLs are lowered."""
    mail = RecordSet(f"{DOMAIN}.", "MX", 3600, ("10 mail.gamlamolnet.example.",))
    zone = Zone(f"{DOMAIN}.", (mail,), 1)
    text = to_text(zone)
    begin_row(ledger, PROJECT, DOMAIN, text, digest(text), by="test", data={})
    decided = decisions(zone.origin, [DomainRecord(name="@", type="MX", values=("10 mail.nyamolnet.example",))])
    plan = make_plan(zone, decided, old_provider(zone, ["gamlamolnet.example"]), Capabilities("test"))
    _domain(ledger, ZoneState.LOWERED, plan=plan_to_json(plan), plan_hash=plan.hash)


def domain_approved(ledger: Ledger, by: str) -> None:
    (row,) = all_rows(ledger, PROJECT)
    approve(ledger, PROJECT, plan_of_domain(row.domain, row.plan_hash or ""), by)


def domain_switched(ledger: Ledger) -> None:
    _domain(ledger, ZoneState.APPLIED)


def _domain(ledger: Ledger, state: ZoneState, **values: object) -> None:
    change_row(ledger, PROJECT, DOMAIN, state, by="test", data={}, **values)


def callers_counted(ledger: Ledger, calling: int) -> None:
    note_outcome(ledger, PROJECT, Outcome(calling, 5, 2), by="test")
