"""What people do in the demo: approve, collect the data, confirm the receipt. Each decision is printed with its name."""

from __future__ import annotations

from datetime import date

from deployments.demo.cards import settle
from deployments.demo.collecting import collect
from skyflytt.decommission.holds import Hold, HoldAnswer
from skyflytt.dns.rows import row_of
from skyflytt.drop.rows import DropState, drop_rows
from skyflytt.phase.decide import About, Decision, decide
from skyflytt.phase.migration import Migration
from skyflytt.playbook.load import load_playbook
from skyflytt.playbook.model import Step
from skyflytt.playbook.perform import Course, Said, complete

OWNER, APPROVER = "Anna Åström", "Bengt Öberg"
BACKUPS_GONE = date(2026, 12, 31)
HOLDS = {
    Hold.BOOKKEEPING: (
        HoldAnswer.SETTLED,
        "the books are in the Visma backup, which lies in the new home under Visma/Backup",
    ),
    Hold.LEGAL_DISPUTE: (HoldAnswer.NONE, "the board knows of no dispute and no audit"),
    Hold.PERSONAL_DATA_REQUEST: (HoldAnswer.NONE, "the register of requests is empty"),
    Hold.ARCHIVE_DUTY: (HoldAnswer.NONE, "the contracts were gone through"),
}
PEOPLE = {
    "customer": OWNER,
    "administrator": APPROVER,
    "provider": "Gamla Molnet AB",
    "new-provider": "Ingrid Solberg",
}
LEFT = {
    "list-of-addresses": "4 addresses of norrskenbygg.example at the new provider",
    "backup-files": "G:/Visma/Backup",
    "where-licences-are-kept": "the customer's safe, 3 licences",
    "documentation": "Specialprogram.pdf, sent to the new provider",
    "sign-in-log": "no sign-in was tried since the notice ended",
}
"""What the demo's people say that they left; for anything else they name who has the list."""


def act(migration: Migration, step: str) -> list[str]:
    """What the people do when the playbook waits for them at this step; what they said, in order."""
    if step == "dns-approval":
        return [_approve_plan(migration, domain.name) for domain in migration.project.domains if domain.host]
    if step == "cutover-approval":
        return [decide(migration, Decision.CUTOVER, APPROVER)]
    if step == "receipt":
        return _receive(migration)
    if step == "decommission-approval":
        held = [
            decide(migration, Decision.HOLD, OWNER, About(hold=one, answer=a, reason=why))
            for one, (a, why) in HOLDS.items()
        ]
        copy = About(copy="provider-backups", ages_out=BACKUPS_GONE, reason="the provider's letter about its backups")
        stated = decide(migration, Decision.COPY, OWNER, copy)
        return [*held, stated, *(decide(migration, Decision.DELETION, name) for name in (OWNER, APPROVER))]
    return []


def do(migration: Migration, step: Step) -> str:
    """Whoever owns a manual step does it, and says what is left; what was said."""
    by = PEOPLE.get(step.owner, "Team Nya Molnet")
    project = migration.project
    course = Course(migration.ledger, migration.name, load_playbook(project.playbook or ""), project.business)
    evidence = {name: LEFT.get(name, f"{name} of {by}") for name in step.evidence}
    complete(course, step.id, Said(by=by, evidence=evidence, answer=step.choose[0] if step.choose else ""))
    told = "; ".join(evidence.values()) or (step.choose[0] if step.choose else "done")
    return f"{by}: {step.title.en}: {told}"


def _approve_plan(migration: Migration, domain: str) -> str:
    """Exactly the plan that is kept now."""
    planned = row_of(migration.ledger, migration.name, domain)
    return decide(migration, Decision.DOMAIN, APPROVER, About(domain=domain, digest=planned.plan_hash or ""))


def _receive(migration: Migration) -> list[str]:
    """The customer collects its data from every drop, confirms each by its manifest's digest, and settles its programs' cards."""
    said = []
    for name, row in drop_rows(migration.ledger, migration.name).items():
        if row.state is DropState.OPEN:
            words, digest = collect(migration, name)
            said.append(f"{OWNER} {words}.")
            said.append(decide(migration, Decision.RECEIPT, OWNER, digest))
    return [*said, *settle(migration.ledger, migration.name, OWNER, APPROVER)]
