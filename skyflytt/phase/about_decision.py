"""What a person has to see before deciding: what it means, and from which numbers. Markdown, to stand above a form."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from skyflytt.decommission.holds import hold_answers, question
from skyflytt.decommission.plan import SOURCE_KINDS, make_plan
from skyflytt.decommission.retention import country_of
from skyflytt.dns.rows import find_row
from skyflytt.drop.rows import drop_rows
from skyflytt.ledger.passes import Account, last_account
from skyflytt.ledger.workloads import workloads
from skyflytt.phase.decide import About, Decision
from skyflytt.phase.erasure import not_applicable
from skyflytt.phase.migration import Migration
from skyflytt.playbook.approvals import CUTOVER, approvals, deletion_of, different_people, organisation_of
from skyflytt.report.concerns import concerns_in
from skyflytt.report.deadlines import deadlines_of

MOST_ROWS = 30
MOST_DEADLINES = 6
MEANS = {
    Decision.CUTOVER: "From then on, nothing is deleted or overwritten at the new home. There is no way back to mirroring.",
    Decision.DOMAIN: "The domain's records are changed exactly as its plan says; another plan needs another approval.",
    Decision.RECEIPT: "The customer has the data and has checked the list: the digest that it sent back is that of manifest.csv.",
    Decision.WAIVE_RECEIPT: "Nobody has confirmed that the data was collected, and the deletion may be made all the same.",
    Decision.HOLD: "Where something has to be kept, nothing is deleted until this is answered anew.",
    Decision.COPY: "It stands in the deletion record until when this copy is there at most.",
    Decision.DELETION: "Exactly the planned objects are deleted at the old provider, for good. Two different people have to approve it.",
    Decision.ORGANISATION: "The organisations are deleted with every account in them, for good.",
}
WITH_NUMBERS = (Decision.CUTOVER, Decision.DELETION, Decision.ORGANISATION)


def about_decision(migration: Migration, what: Decision, about: About) -> str:
    """What it means, the accounts, concerns and deadlines where they count, what exactly is approved, and who did already."""
    parts = [f"### {migration.name}: {what}", MEANS[what], *_exactly(migration, what, about)]
    if what in WITH_NUMBERS:
        parts += numbers(migration)
    if given := _given(migration, what):
        parts.append(f"Given already by: {', '.join(given)}.")
    return "\n\n".join(parts)


def numbers(migration: Migration) -> list[str]:
    """The accounts of all mailboxes and shares, the concerns of the last discovery, the deadlines ahead."""
    return ["\n".join(_accounts(migration)), _concerns(migration), "\n".join(_deadlines(migration))]


def _accounts(migration: Migration) -> Iterator[str]:
    of_source = [one for one in workloads(migration.ledger, migration.name) if one.kind in SOURCE_KINDS]
    known = {one.label: last_account(migration.ledger, one) for one in of_source}
    found = [one for one in known.values() if one is not None]
    yield "| | at the source | moved | skipped | failed | last pass |\n| --- | --- | --- | --- | --- | --- |"
    for label, account in list(known.items())[:MOST_ROWS]:
        yield f"| {label} | {_cells(migration, account) if account else 'no pass yet | | | |'} |"
    if left := len(known) - MOST_ROWS:
        yield f"| and {left} more | | | | | |" if left > 0 else ""
    yield f"| **together** | {' | '.join(str(_sum(found, part)) for part in ('source', 'moved', 'skipped', 'failed'))} | |"


def _cells(migration: Migration, account: Account) -> str:
    ended = f"{account.ended_at.astimezone(migration.project.zone):%Y-%m-%d %H:%M}"
    return f"{account.source} | {account.moved} | {account.skipped} | {account.failed} | {ended}"


def _sum(accounts: Sequence[Account], part: str) -> int:
    return sum(getattr(one, part) for one in accounts)


def _concerns(migration: Migration) -> str:
    found = concerns_in(migration.workspace)
    if found.at is None:
        return f"Concerns: {found.unreadable or 'no discovery has looked for any'}."
    counts = ", ".join(f"{found.count(one)} {one}" for one in ("critical", "warning", "advisory"))
    at = f"{found.at.astimezone(migration.project.zone):%Y-%m-%d}"
    critical = [f"{one.title} ({len(one.found)})" for one in found.lines if one.category == "critical"]
    return f"Concerns of the discovery of {at}: {counts}." + (f" Critical: {'; '.join(critical)}." if critical else "")


def _deadlines(migration: Migration) -> Iterator[str]:
    ahead = [one for one in deadlines_of(migration) if not one.passed][:MOST_DEADLINES]
    if not ahead:
        yield "No deadline is ahead."
        return
    yield "| deadline | at | why |\n| --- | --- | --- |"
    for one in ahead:
        yield f"| {one.name} | {one.shown} {one.zone} | {one.why} |"


def _exactly(migration: Migration, what: Decision, about: About) -> Iterator[str]:
    """What it is that is approved: the plan's hash, the question, the digest."""
    if what is Decision.DELETION:
        not_applicable(migration)
        plan = make_plan(migration.ledger, migration.name)
        places = ", ".join(f"{one.place}: {one.objects}" for one in plan.places[:MOST_ROWS])
        yield f"Plan `{plan.hash}`: {plan.objects} objects, {plan.bytes / 1e6:.1f} MB ({places or 'nothing'})."
    elif what is Decision.DOMAIN:
        row = find_row(migration.ledger, migration.name, about.domain)
        planned = f"plan `{row.plan_hash}`, {len(row.changes)} record sets" if row and row.plan_hash else "no plan yet"
        yield f"{about.domain or 'No domain is named'}: {planned}."
    elif what is Decision.HOLD and about.hold is not None:
        yield f"**{question(about.hold, country_of(migration.project.time_zone))}**"
        if answered := hold_answers(migration.ledger, migration.name).get(about.hold):
            yield f"Answered before by {answered.by}: {answered.answer}, {answered.reason}."
    elif what in {Decision.RECEIPT, Decision.WAIVE_RECEIPT}:
        for drop in drop_rows(migration.ledger, migration.name).values():
            yield f"Drop {drop.name} is {drop.state}; its manifest.csv has the SHA-256 `{drop.manifest_digest or 'none yet'}`."
    elif what is Decision.ORGANISATION:
        names = ", ".join(one.counted_as for one in migration.project.directories)
        yield f"Organisations: {names or 'the project names none'}."


def _given(migration: Migration, what: Decision) -> list[str]:
    if what is Decision.CUTOVER:
        subjects = [CUTOVER]
    elif what is Decision.DELETION:
        subjects = [deletion_of(make_plan(migration.ledger, migration.name).hash)]
    elif what is Decision.ORGANISATION:
        subjects = [organisation_of(one.counted_as) for one in migration.project.directories]
    else:
        return []
    return different_people([one for name in subjects for one in approvals(migration.ledger, migration.name, name)])
