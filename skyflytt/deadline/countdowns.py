"""The ledger's countdowns. Every change is one transaction with its line in the journal and the deadlines that follow from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, insert, select, update

from skyflytt.deadline import countdown as rules
from skyflytt.deadline.countdown import Activity, Countdown, CountState
from skyflytt.deadline.table import drop_deadline_in, set_deadline_in
from skyflytt.deadline.terms import Deadline
from skyflytt.errors.deadline import CountdownWrong
from skyflytt.ledger import journal
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.schema import countdown as table

RENEWAL_ENDS, WARNING_DUE, DELETION_DUE = "renewal-ends", "warning-due", "deletion-due"


def countdowns(ledger: Ledger, project: str) -> dict[str, Countdown]:
    """The project's countdowns by organisation."""
    rows = select(table).where(table.c.project == project).order_by(table.c.organisation)
    with ledger.reading() as connection:
        return {row.organisation: _count(row) for row in connection.execute(rows)}


def begin(
    ledger: Ledger, project: str, organisation: str, *, subscription: str, ends: datetime, zone: ZoneInfo, by: str
) -> Countdown:
    """Follow an organisation's `paid` or `trial` subscription that ends at `ends`. Raises `CountdownWrong` when it is followed."""
    count = rules.begin(organisation, subscription, ends, zone)
    with ledger.writing() as connection:
        if _row(connection, project, organisation) is not None:
            raise CountdownWrong(organisation, "it is followed already")
        connection.execute(insert(table).values(project=project, **_values(count)))
        _tell(
            connection,
            ledger,
            project,
            count,
            zone,
            action="countdown-begun",
            by=by,
            data={"subscription": subscription},
        )
    return count


def mark(
    ledger: Ledger, project: str, organisation: str, zone: ZoneInfo, *, licences: int, customers: int, by: str
) -> Countdown:
    """The organisation is to be deleted. Raises `CountdownWrong` before its time, or while anything of it is in use."""

    def change(count: Countdown) -> Countdown:
        return rules.mark(count, ledger.clock.now(), licences=licences, customers=customers)

    return _change(ledger, project, organisation, zone, change, action="countdown-marked", by=by)


def active(
    ledger: Ledger, project: str, organisation: str, *, activity: Activity, at: datetime, zone: ZoneInfo, by: str
) -> Countdown:
    """Somebody was there at `at`: the count begins anew; a control-hub sign-in postpones as well."""
    action = "countdown-postponed" if activity is Activity.CONTROL_HUB_SIGN_IN else "countdown-activity"

    def change(count: Countdown) -> Countdown:
        return rules.active(count, activity, at, zone)

    return _change(ledger, project, organisation, zone, change, action=action, by=by, data={"activity": activity.value})


def warn(
    ledger: Ledger, project: str, organisation: str, zone: ZoneInfo, *, bounced: tuple[str, ...] = (), by: str
) -> Countdown:
    """The warning went to every full administrator just now; `bounced` are the addresses that it came back from."""

    def change(count: Countdown) -> Countdown:
        return rules.warn(count, ledger.clock.now(), zone, bounced=bounced)

    action = "countdown-warning-returned" if bounced else "countdown-warned"
    return _change(ledger, project, organisation, zone, change, action=action, by=by, data={"returned": len(bounced)})


def bounce(ledger: Ledger, project: str, organisation: str, address: str, zone: ZoneInfo, *, by: str) -> Countdown:
    """A warning that was sent came back from `address` after all."""

    def change(count: Countdown) -> Countdown:
        return rules.bounce(count, address)

    return _change(
        ledger, project, organisation, zone, change, action="countdown-warning-returned", by=by, data={"returned": 1}
    )


def delete(ledger: Ledger, project: str, organisation: str, zone: ZoneInfo, *, by: str) -> Countdown:
    """The organisation is deleted. Raises `CountdownWrong` while its count allows no deletion; that is journalled, too."""

    def change(count: Countdown) -> Countdown:
        return rules.delete(count, ledger.clock.now(), zone)

    try:
        return _change(ledger, project, organisation, zone, change, action="countdown-deleted", by=by)
    except CountdownWrong as refused:
        data = {"why": refused.code}
        journal.append(ledger, project, actor=by, action="countdown-deletion-refused", subject=organisation, data=data)
        raise


def delete_at_once(ledger: Ledger, project: str, organisation: str, zone: ZoneInfo, *, by: str) -> Countdown:
    """The customer deleted the organisation by its own procedure."""

    def change(count: Countdown) -> Countdown:
        return rules.delete_at_once(count, ledger.clock.now())

    return _change(ledger, project, organisation, zone, change, action="countdown-deleted-by-customer", by=by)


def prevent(ledger: Ledger, project: str, organisation: str, zone: ZoneInfo, *, by: str, why: str) -> Countdown:
    """Licences are back; `why` says how."""

    def change(count: Countdown) -> Countdown:
        return rules.prevent(count, ledger.clock.now())

    return _change(ledger, project, organisation, zone, change, action="countdown-prevented", by=by, data={"why": why})


def warnings_due(ledger: Ledger, project: str, zone: ZoneInfo) -> list[Countdown]:
    """The countdowns whose administrators are to be warned now."""
    now = ledger.clock.now()
    found = countdowns(ledger, project).values()
    return [one for one in found if one.state is CountState.MARKED and one.warning_due(zone) <= now]


def _change(
    ledger: Ledger,
    project: str,
    organisation: str,
    zone: ZoneInfo,
    change: Callable[[Countdown], Countdown],
    *,
    action: str,
    by: str,
    data: Mapping[str, Any] | None = None,
) -> Countdown:
    with ledger.writing() as connection:
        old = _row(connection, project, organisation)
        if old is None:
            raise CountdownWrong(organisation, "its subscription is not followed")
        new = change(old)
        if new != old:
            where = (table.c.project == project) & (table.c.organisation == organisation)
            connection.execute(update(table).where(where).values(**_values(new)))
            _tell(connection, ledger, project, new, zone, action=action, by=by, data=data or {})
    return new


def _tell(
    connection: Connection,
    ledger: Ledger,
    project: str,
    count: Countdown,
    zone: ZoneInfo,
    *,
    action: str,
    by: str,
    data: Mapping[str, Any],
) -> None:
    told = {**data, "state": count.state.value}
    journal.append_in(connection, ledger, project, actor=by, action=action, subject=count.organisation, data=told)
    if count.state in (CountState.PREVENTED, CountState.DELETED):
        for name in (WARNING_DUE, DELETION_DUE):
            drop_deadline_in(connection, ledger, project, f"{name}.{count.organisation}", by=by)
        return
    for one in _deadlines(count, zone):
        set_deadline_in(connection, ledger, project, one, by=by)


def _deadlines(count: Countdown, zone: ZoneInfo) -> list[Deadline]:
    name = count.organisation
    renewal = Deadline(
        f"{RENEWAL_ENDS}.{name}", count.renewal_ends, f"Until then the licences of {name} can come back."
    )
    idle = (
        "nobody is active" if count.bounced is None else f"the warning that came back from {count.bounced} is settled"
    )
    return [
        renewal,
        Deadline(f"{WARNING_DUE}.{name}", count.warning_due(zone), f"{name}: 30 days without activity, if {idle}."),
        Deadline(f"{DELETION_DUE}.{name}", count.deletion_due(zone), f"{name}: 30 days after the warning, not before."),
    ]


def _row(connection: Connection, project: str, organisation: str) -> Countdown | None:
    where = (table.c.project == project) & (table.c.organisation == organisation)
    row = connection.execute(select(table).where(where).with_for_update()).first()
    return _count(row) if row is not None else None


def _count(row: Any) -> Countdown:
    fields = {name: value for name, value in row._asdict().items() if name != "project"}
    return Countdown(**{**fields, "state": CountState(row.state)})


def _values(count: Countdown) -> dict[str, Any]:
    return {**asdict(count), "state": count.state.value}
