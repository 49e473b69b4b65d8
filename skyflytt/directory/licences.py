"""The licence ledger: what each licence of a directory counted before, who held it, and what became of each holding.

A licence goes through its stages in one order, and no other (`AFTER`); a holding is written down before anything is asked of the
provider, and settled when the provider's own list shows it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, delete, func, insert, select, update

from skyflytt.errors.directory import LicenceOutOfOrder
from skyflytt.ledger import journal
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.schema import licence as licence_table
from skyflytt.ledger.schema import licence_holding as holding_table


class Stage(StrEnum):
    """How far a licence is."""

    MEASURED = "measured"
    """It is counted, and nothing was changed."""
    RECLAIMED = "reclaimed"
    """Every holding was given back, or is kept on purpose."""
    CONFIRMED = "confirmed"
    """It was counted again at the provider, and the counts add up."""
    CANCELLED = "cancelled"
    """Its subscription was cancelled."""
    REINSTATED = "reinstated"
    """What was reclaimed is given back to its holders."""


AFTER: Mapping[Stage, frozenset[Stage]] = {
    Stage.MEASURED: frozenset({Stage.MEASURED}),
    Stage.RECLAIMED: frozenset({Stage.MEASURED, Stage.RECLAIMED}),
    Stage.CONFIRMED: frozenset({Stage.RECLAIMED, Stage.CONFIRMED}),
    Stage.CANCELLED: frozenset({Stage.CONFIRMED}),
    Stage.REINSTATED: frozenset({Stage.CONFIRMED, Stage.CANCELLED, Stage.REINSTATED}),
}
"""What a licence may be before it becomes each stage."""


class HoldingState(StrEnum):
    """`reclaiming` and `reinstating` were asked for, and the provider's list has not shown it yet."""

    HELD = "held"
    KEPT = "kept"
    RECLAIMING = "reclaiming"
    RECLAIMED = "reclaimed"
    FAILED = "failed"
    REINSTATING = "reinstating"
    REINSTATED = "reinstated"


OPEN = (HoldingState.HELD, HoldingState.RECLAIMING, HoldingState.FAILED)
"""What is still to be given back."""


@dataclass(frozen=True, slots=True)
class LicenceRow:
    """One licence's row. `reported` is how often the provider told it; figures that the provider does not tell are None."""

    directory: str
    licence: str
    name: str
    subscription: str | None
    trial: bool | None
    metered: bool
    reported: int
    stage: Stage
    measured_at: datetime
    total_before: int | None
    used_before: int | None
    elsewhere_before: int
    held_before: int
    confirmed_at: datetime | None
    total_after: int | None
    used_after: int | None
    elsewhere_after: int | None
    held_after: int | None

    def must_be_before(self, stage: Stage) -> None:
        """Raises `LicenceOutOfOrder` unless the licence may become this now."""
        if self.stage not in AFTER[stage]:
            needed = " or ".join(sorted(AFTER[stage] - {stage})) or stage
            raise LicenceOutOfOrder(self.name, f"it is {self.stage}; it is {stage} only once it is {needed}")


@dataclass(frozen=True, slots=True)
class Holding:
    """One account's holding of one licence. `number` is its place in the order in which they were reclaimed."""

    licence: str
    account: str
    address: str
    state: HoldingState
    number: int | None
    code: str | None
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Balance:
    """A licence's holdings by what became of them: `before` is always the sum of the others."""

    before: int
    reclaimed: int
    kept: int
    reinstated: int
    left: int

    @property
    def holds(self) -> bool:
        return self.before == self.reclaimed + self.kept + self.reinstated + self.left


@dataclass(frozen=True, slots=True)
class LicenceLedger:
    """The licences of one of a project's directories (`directory` is its name there), and who writes in it."""

    ledger: Ledger
    project: str
    directory: str
    by: str = "skyflytt"

    def licences(self) -> list[LicenceRow]:
        """As they were measured, by name."""
        with self.ledger.reading() as connection:
            rows = connection.execute(select(licence_table).where(self._of(licence_table))).all()
        return sorted((_licence(row) for row in rows), key=lambda one: (one.name, one.licence))

    def licence(self, key: str) -> LicenceRow:
        """One of them. Raises `LicenceOutOfOrder` when it was never measured."""
        for one in self.licences():
            if one.licence == key:
                return one
        raise LicenceOutOfOrder(key, "it was not measured; that comes before all else")

    def holdings(self, key: str | None = None) -> list[Holding]:
        """Who held what, in the order of reclaiming, then by licence and account; `key`: of one licence."""
        where = self._of(holding_table)
        if key is not None:
            where &= holding_table.c.licence == key
        with self.ledger.reading() as connection:
            found = [_holding(row) for row in connection.execute(select(holding_table).where(where))]
        return sorted(found, key=lambda one: (one.number is None, one.number or 0, one.licence, one.account))

    def begin_anew_in(
        self, connection: Connection, rows: Iterable[Mapping[str, Any]], held: Iterable[Mapping[str, Any]]
    ) -> None:
        """Put these in the place of all that is there; project, directory and the times are added."""
        own = {"project": self.project, "directory": self.directory}
        now = self.ledger.clock.now()
        for table in (holding_table, licence_table):
            connection.execute(delete(table).where(self._of(table)))
        for values in rows:
            connection.execute(insert(licence_table).values(**own, measured_at=now, **values))
        for values in held:
            connection.execute(insert(holding_table).values(**own, changed_at=now, **values))

    def set_stage_in(self, connection: Connection, row: LicenceRow, stage: Stage, **figures: Any) -> None:
        where = self._of(licence_table) & (licence_table.c.licence == row.licence)
        connection.execute(update(licence_table).where(where).values(stage=stage.value, **figures))

    def set_holding_in(self, connection: Connection, one: Holding, state: HoldingState, **more: Any) -> bool:
        """Whether it was still as `one` says; a run beside this one may have settled it."""
        same = (holding_table.c.licence == one.licence) & (holding_table.c.account == one.account)
        same &= holding_table.c.state == one.state.value
        values = {"state": state.value, "changed_at": self.ledger.clock.now(), "code": None, **more}
        changed = connection.execute(update(holding_table).where(self._of(holding_table) & same).values(**values))
        return bool(changed.rowcount)

    def set_holding(self, one: Holding, state: HoldingState, code: str | None = None) -> Holding:
        """In a transaction of its own; the holding as it is then."""
        with self.ledger.writing() as connection:
            self.set_holding_in(connection, one, state, code=code)
        return replace(one, state=state, code=code)

    def next_number_in(self, connection: Connection) -> int:
        """The next place in the order of reclaiming; until the transaction ends, nobody else gets one."""
        rows = select(licence_table.c.licence).where(self._of(licence_table))
        connection.execute(rows.order_by(licence_table.c.licence).with_for_update()).all()
        last = select(func.max(holding_table.c.number)).where(self._of(holding_table))
        return int(connection.execute(last).scalar_one() or 0) + 1

    def tell_in(self, connection: Connection, action: str, about: str, data: Mapping[str, Any]) -> None:
        """A line in the journal, with what it tells of; `about` is a licence or a subscription, "" the whole directory."""
        subject = f"{self.directory}: {about}" if about else self.directory
        journal.append_in(
            connection, self.ledger, self.project, actor=self.by, action=action, subject=subject, data=data
        )

    def _of(self, table: Table) -> ColumnElement[bool]:
        return (table.c.project == self.project) & (table.c.directory == self.directory)


def balance(row: LicenceRow, held: list[Holding]) -> Balance:
    """How the holdings of `row` stand."""
    states = [one.state for one in held if one.licence == row.licence]
    return Balance(
        before=row.held_before,
        # What is on its way back is out of its holder's hands until the provider shows it.
        reclaimed=states.count(HoldingState.RECLAIMED) + states.count(HoldingState.REINSTATING),
        kept=states.count(HoldingState.KEPT),
        reinstated=states.count(HoldingState.REINSTATED),
        left=sum(states.count(state) for state in OPEN),
    )


def _licence(row: Any) -> LicenceRow:
    fields = {name: value for name, value in row._asdict().items() if name != "project"}
    trial = None if row.trial is None else bool(row.trial)
    return LicenceRow(**{**fields, "stage": Stage(row.stage), "trial": trial, "metered": bool(row.metered)})


def _holding(row: Any) -> Holding:
    return Holding(row.licence, row.account, row.address, HoldingState(row.state), row.number, row.code, row.changed_at)
