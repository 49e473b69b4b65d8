"""Look from outside, after the deletion: items asked for by name, sign-ins, DNS, licences. What is not measured says so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from skyflytt.decommission.absence import AbsenceCheck, Verdict, note_checks
from skyflytt.decommission.dns_records import still_pointing
from skyflytt.decommission.erase import deletions
from skyflytt.decommission.eraser import Eraser
from skyflytt.decommission.plan import planned_workloads
from skyflytt.decommission.record import place_number
from skyflytt.dns.queried import resolver_of
from skyflytt.errors.base import Failure
from skyflytt.errors.connection import PasswordRefused
from skyflytt.ledger import items
from skyflytt.ledger.workloads import Workload
from skyflytt.phase import mailboxes, stores
from skyflytt.phase.directories import licences_absent
from skyflytt.phase.migration import Migration

ACTOR = "skyflytt"
ASKED_FOR = 20
"""So many objects of each place are asked for by their own name; the listing was of all of them."""
LOOPBACK = ("localhost", "127.0.0.1", "::1")
NOT_TRIED = "no sign-in was tried: one that is refused raises an alarm at the provider"


def ask_for_items(migration: Migration, workload: Workload, eraser: Eraser) -> AbsenceCheck:
    """Right after the deletion, over the same connection: each of some objects by its own name."""
    keys = _some_keys(migration, workload)
    there = eraser.still_there(keys)
    number = place_number(migration.ledger, migration.name, workload.label)
    if there:
        words = f"{len(there)} of {len(keys)} objects that were asked for by name are there"
        return AbsenceCheck("item", number, Verdict.FAILED, words)
    words = f"{len(keys)} objects were asked for by name; none is there" if keys else "there was no object to ask for"
    return AbsenceCheck("item", number, Verdict.PASS if keys else Verdict.UNKNOWN, words)


def look_from_outside(migration: Migration, *, try_sign_in: bool) -> list[AbsenceCheck]:
    """What can be seen without the right to delete. Kept in the ledger."""
    done = {row.place for row in deletions(migration.ledger, migration.name) if row.completed}
    erased = [one for one in planned_workloads(migration.ledger, migration.name) if one.label in done]
    checks = [_sign_in(migration, one, try_sign_in=try_sign_in) for one in erased]
    checks += _dns(migration)
    checks += licences_absent(migration)
    note_checks(migration.ledger, migration.name, checks, by=ACTOR)
    return checks


def _some_keys(migration: Migration, workload: Workload) -> list[str]:
    """Files and messages, spread over all that was deleted; the same ones each time."""
    known = [one.key for one in items.stream(migration.ledger, workload) if not one.key.endswith("/")]
    return list(islice(known, 0, None, max(1, len(known) // ASKED_FOR)))[:ASKED_FOR]


def _sign_in(migration: Migration, workload: Workload, *, try_sign_in: bool) -> AbsenceCheck:
    number = place_number(migration.ledger, migration.name, workload.label)
    if not try_sign_in:
        return AbsenceCheck("sign-in", number, Verdict.UNKNOWN, NOT_TRIED)
    try:
        _open(migration, workload)
    except PasswordRefused:
        return AbsenceCheck("sign-in", number, Verdict.PASS, "the sign-in was refused")
    except Failure as failure:
        return AbsenceCheck("sign-in", number, Verdict.UNKNOWN, f"the server gave no answer to it [{failure.code}]")
    return AbsenceCheck("sign-in", number, Verdict.FAILED, "the account still lets in")


def _open(migration: Migration, workload: Workload) -> None:
    if workload.kind == "share":
        with stores.open_source(migration, migration.project.share(workload.name)):
            return
    with mailboxes.open_source(migration, migration.project.mailbox(workload.name)) as mailbox:
        mailbox.folders()


def _dns(migration: Migration) -> Iterator[AbsenceCheck]:
    hosts = _old_hosts(migration)
    for number, domain in enumerate(migration.project.domains, 1):
        place, theirs = f"domain {number}", (*hosts, *domain.old)
        if not theirs:
            words = "the old servers have no name in DNS that could be looked for"
            yield AbsenceCheck("dns", place, Verdict.UNKNOWN, words)
            continue
        planned = [(one.name, one.type) for one in domain.records]
        yield still_pointing(domain.name, theirs, place, resolver_of(domain), more=planned)


def _old_hosts(migration: Migration) -> Sequence[str]:
    """Names of the servers being left, as far as they are ones that DNS knows."""
    project = migration.project
    places = [*(one.source.server for one in project.mailboxes), *(one.source.server for one in project.shares)]
    hosts = {str(getattr(project.server(name), "host", None) or "") for name in places}
    return sorted(hosts - {"", *LOOPBACK})
