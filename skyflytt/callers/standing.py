"""Who still calls now: the ledger's rows joined to devices, each with its kind, its owner, and whether it has fallen silent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from skyflytt.callers import rows
from skyflytt.callers.check import SNAPSHOTS
from skyflytt.callers.kinds import NOBODYS, UNKNOWN, Judged, judge
from skyflytt.callers.networks import is_inside
from skyflytt.callers.owners import Owner, Owners
from skyflytt.callers.rows import ReadFile, Row
from skyflytt.callers.tally import Calls
from skyflytt.ledger.ledger import Ledger
from skyflytt.project.model import Project

QUIET = timedelta(days=3)
"""How long a caller must not be seen in a log before it counts as silent; a printer may rest over a weekend."""


class State(StrEnum):
    CALLING = "calling"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Caller:
    """One device, as far as the logs tell them apart. `last` is its last call of any kind; until `known_to` the logs are read."""

    state: State
    kind: str
    rule: str
    sure: bool
    owner: Owner
    account: str
    device: str
    """What the project file calls it, else what it calls itself; empty where neither is known."""
    agent: str
    protocols: tuple[str, ...]
    logs: tuple[str, ...]
    addresses: tuple[str, ...]
    signed_in: int
    failed: int
    first: datetime
    last: datetime
    last_failed: datetime | None
    known_to: datetime

    @property
    def is_a_device(self) -> bool:
        """Whether somebody has to do something about it; the server's own probes and the migration are nobody's."""
        return self.kind not in NOBODYS

    @property
    def only_fails(self) -> bool:
        """Nobody was let in: a forgotten password, or somebody who guesses."""
        return not self.signed_in

    @property
    def calls_home(self) -> bool:
        """Whether it is a device of the customer's that still calls: one that was let in, or that fails with somebody's account and is
        told to be a device or comes from an own network. The others that only fail are more likely to guess passwords."""
        if self.state is State.SILENT or not self.is_a_device:
            return False
        return not self.only_fails or (self.owner.known and (self.sure or any(map(is_inside, self.addresses))))


def standing(ledger: Ledger, project: Project, quiet: timedelta = QUIET) -> list[Caller]:
    """All callers of the project, those that still call first, the most frequent first."""
    name = project.project
    found = [*rows.callers(ledger, name)]
    ends = _ends(project, rows.read_files(ledger, name))
    owners = Owners(project)
    judged = judge(row.key for row in found)
    groups: defaultdict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in found:
        groups[_group(row, judged[row.key], owners.of(row.key.account))].append(row)
    callers = []
    for members in groups.values():
        surest = min((judged[row.key] for row in members), key=lambda one: not one.sure)
        callers.append(_caller(members, surest, owners, ends, quiet))
    return sorted(
        callers, key=lambda one: (one.state is State.SILENT, not one.is_a_device, one.only_fails, -one.signed_in)
    )


def calling(callers: Iterable[Caller]) -> Iterator[Caller]:
    """Those that the customer's people have to do something about."""
    return (one for one in callers if one.calls_home)


def _group(row: Row, judged: Judged, owner: Owner) -> tuple[str, ...]:
    """The same device in several logs and from several addresses is one. Where nothing but the protocol is known, its address
    tells devices apart; so it does for printers of an own network, whatever they call themselves."""
    key = row.key
    account = owner.name if owner.known else key.account.casefold()
    if judged.kind == "printer" and is_inside(key.address):
        return judged.kind, key.address
    if key.device:
        return account, key.device, judged.kind
    if key.agent:
        return account, key.agent, judged.kind
    return account, key.protocol, judged.kind, key.address if judged.kind in (UNKNOWN, "printer") else ""


def _caller(members: list[Row], judged: Judged, owners: Owners, ends: dict[str, datetime], quiet: timedelta) -> Caller:
    members = sorted(members, key=lambda row: (not row.key.account, -row.calls.count, row.key))
    key, calls = members[0].key, Calls()
    for row in members:
        calls.join(row.calls)
    last_known = rows.instant(max(calls.last, calls.last_failed))
    first = rows.instant(calls.first)
    assert last_known is not None
    assert first is not None
    owner = owners.of(key.account)
    known_to = max([ends[row.log] for row in members if row.log in ends] or [last_known])
    return Caller(
        state=State.SILENT if last_known + quiet <= known_to else State.CALLING,
        kind=judged.kind,
        rule=judged.rule,
        sure=judged.sure,
        owner=owner,
        account=key.account,
        device=owners.device(owner, key.account, judged.kind) or key.device,
        agent=max((row.key.agent for row in members), key=len),
        protocols=tuple(sorted({row.key.protocol for row in members})),
        logs=tuple(sorted({row.log for row in members})),
        addresses=tuple(sorted({row.key.address for row in members if row.key.address})),
        signed_in=calls.count,
        failed=calls.failed,
        first=first,
        last=last_known,
        last_failed=rows.instant(calls.last_failed),
        known_to=known_to,
    )


def _ends(project: Project, files: Iterable[tuple[str, ReadFile]]) -> dict[str, datetime]:
    """Until when each log is known: one of the project file is fetched where it is written, so until it was read; a copy or a list of
    devices ends with its last sign-in."""
    live = {one.name for one in project.logs}
    ends: dict[str, datetime] = {}
    for log, file in files:
        end = file.read_at if log in live and file.form not in SNAPSHOTS else file.ends_at
        if end is not None:
            ends[log] = max(end, ends.get(log, end))
    return ends
