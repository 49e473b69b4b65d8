"""The trial of a cluster: one delta pass over all mailboxes, parts of the cluster killed on the way, and the time that it took."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

import httpx
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import State
from prefect.exceptions import PrefectHTTPStatusError

from deployments.cluster.killing import strike, victim
from deployments.cluster.members import Member
from deployments.cluster.progress import ended_mailboxes
from skyflytt.errors.ledger import LedgerBusy
from skyflytt.ledger.ledger import Ledger

POLL_S = 1.0
PASSES = 3
CRASHED_S = 60.0
AWAY = (httpx.HTTPError, PrefectHTTPStatusError, LedgerBusy)
"""What is heard of a server, or of the ledger, that was just killed."""


@dataclass(slots=True)
class Death:
    """One killed part: when (seconds since the trial began), how many mailboxes had ended their pass by then, and what it cost.

    `back_s` is the time until the part was there again, `standstill_s` the time until the next mailbox had ended its pass.
    """

    kind: str
    part: str
    at_s: float
    ended_before: int
    processes: int = 0
    back_s: float | None = None
    standstill_s: float | None = None


@dataclass(slots=True)
class Trial:
    """`began` is the monotonic second of its start; `kills` are the kinds of part to kill, in this order."""

    ledger: Ledger
    parts: Sequence[Member]
    mailboxes: int
    kills: Sequence[str]
    told: Callable[[str], None]
    began: float = field(default_factory=time.monotonic)
    deaths: list[Death] = field(default_factory=list)
    passes: list[tuple[UUID, str, str]] = field(default_factory=list)
    """Id, state and message of each delta run; more than one when a killing made one fail."""
    seconds: float = 0.0

    def run(self, deployment: str, patience_s: float) -> None:
        """Start the pass, and the next one as long as one fails; returns when one has completed, or none did."""
        for _ in range(PASSES):
            run = self._patiently(lambda: _start(deployment), patience_s)
            state = self._follow(run, patience_s)
            self.passes.append((run, state.name or state.type.value, state.message or ""))
            self.told(f"the pass is {state.name}: {state.message}")
            if state.is_completed():
                break
        self.seconds = time.monotonic() - self.began

    def back(self, part: str, seconds: float) -> None:
        """The supervisor has started the part again."""
        for death in self.deaths:
            if death.part == part and death.back_s is None:
                death.back_s = seconds

    def _follow(self, run: UUID, patience_s: float) -> State[object]:
        deadline, crashed_at = time.monotonic() + patience_s, None
        while True:
            try:
                ended = ended_mailboxes(self.ledger)
                state = _state(run)
            except AWAY:
                ended, state = -1, None
            if ended >= 0:
                self._notice(ended)
                self._kill_when_due(ended)
            if state is not None:
                crashed_at = (crashed_at or time.monotonic()) if state.is_crashed() else None
                # The server begins a crashed run again by itself, within moments.
                if state.is_final() and (crashed_at is None or time.monotonic() > crashed_at + CRASHED_S):
                    return state
            if time.monotonic() > deadline:
                raise TimeoutError(f"the pass {run} has not ended within {patience_s:.0f} s: {state}")
            time.sleep(POLL_S)

    def _kill_when_due(self, ended: int) -> None:
        """Evenly over the pass, and none before the one before it is back at work."""
        if len(self.deaths) == len(self.kills) or any(one.standstill_s is None for one in self.deaths):
            return
        due = self.mailboxes * (len(self.deaths) + 1) // (len(self.kills) + 2)
        kind = self.kills[len(self.deaths)]
        member = victim(kind, self.parts)
        if ended < max(due, 1) or ended >= self.mailboxes or member is None:
            return
        what = member.name if kind in member.name else f"{member.name} ({kind})"
        self.told(f"{what} is struck, after {ended} of {self.mailboxes} mailboxes")
        death = Death(kind, member.name, time.monotonic() - self.began, ended)
        self.deaths.append(death)
        death.processes = strike(kind, member)
        if kind == "flow":
            death.back_s = 0.0  # its worker lives, and nobody has to start it

    def _notice(self, ended: int) -> None:
        now = time.monotonic() - self.began
        for death in self.deaths:
            if death.standstill_s is None and ended > death.ended_before:
                death.standstill_s = now - death.at_s

    def _patiently(self, ask: Callable[[], UUID], patience_s: float) -> UUID:
        deadline = time.monotonic() + patience_s
        while True:
            try:
                return ask()
            except AWAY:
                if time.monotonic() > deadline:
                    raise
                time.sleep(POLL_S)


def _start(deployment: str) -> UUID:
    with get_client(sync_client=True) as client:
        known = client.read_deployment_by_name(deployment)
        run = client.create_flow_run_from_deployment(known.id, parameters={**known.parameters, "dry_run": False})
        return run.id


def _state(run: UUID) -> State[object] | None:
    with get_client(sync_client=True) as client:
        return client.read_flow_run(run).state
