"""The plan of a zone's change: a difference with a hash, what is kept and why, and what nobody has decided."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

from skyflytt.dns.master_file import digest, to_text
from skyflytt.dns.old_provider import OldProvider
from skyflytt.dns.pointing import Pointing, pointing
from skyflytt.dns.port import Capabilities
from skyflytt.dns.problems import problems
from skyflytt.dns.records import short_name
from skyflytt.dns.wanted import Decision, decision_on, wanted_zone
from skyflytt.dns.zone import Change, RecordSet, Zone, changes_between
from skyflytt.errors.dns import PlanInvalid, PlanTooLarge, PlanUndecided

SHOWN = 8
"""So many are named in a failure; the plan itself shows all."""
NOBODY_TO_LEAVE = "nothing is known of the old provider (the domain's `old`), so nobody can tell what points there"


@dataclass(frozen=True, slots=True)
class Kept:
    """A record that goes on pointing to the old provider because somebody wants it so."""

    found: Pointing
    why: str


@dataclass(frozen=True, slots=True)
class DnsPlan:
    """`changes` lead from the snapshot to the end, TTLs included. `removed` and `records` count single records.

    `undecided` point to the old provider without anybody's decision; `problems` cannot stand at all.
    """

    origin: str
    snapshot_digest: str
    changes: tuple[Change, ...]
    kept: tuple[Kept, ...] = ()
    undecided: tuple[Pointing, ...] = ()
    problems: tuple[str, ...] = ()
    removed: int = 0
    records: int = 0

    @property
    def hash(self) -> str:
        """SHA-256 over the zone, its snapshot, the changes and what is kept, as JSON with sorted keys."""
        text = json.dumps(self._agreed_on(), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def removed_share(self) -> float:
        return self.removed / self.records if self.records else 0.0

    def raise_if_unsafe(self, limit: float) -> None:
        """Raises `PlanInvalid`, `PlanUndecided`, or `PlanTooLarge` when more than `limit` of the records would be taken away."""
        if self.problems:
            raise PlanInvalid(self.origin, "; ".join(self.problems))
        if self.undecided:
            raise PlanUndecided(self.origin, _named(self.undecided, self.origin))
        if self.removed_share > limit:
            words = f"{self.removed} of {self.records} records would be taken away, more than {limit:.0%}"
            raise PlanTooLarge(self.origin, words)

    def _agreed_on(self) -> dict[str, object]:
        return {
            "origin": self.origin,
            "snapshot": self.snapshot_digest,
            "changes": [{"before": _plain(one.before), "after": _plain(one.after)} for one in self.changes],
            "kept": [[*one.found.key, one.found.value, one.why] for one in self.kept],
        }


def make_plan(zone: Zone, decided: Sequence[Decision], old: OldProvider, host: Capabilities | None = None) -> DnsPlan:
    """The plan from a snapshot. Nothing is asked and nothing is changed."""
    after = wanted_zone(zone, decided)
    changes = tuple(changes_between(zone, after))
    kept, undecided = _sorted_out(zone, after, decided, old)
    cannot_stand = (*problems(after, changes, host), *(() if old else (NOBODY_TO_LEAVE,)))
    return DnsPlan(
        zone.origin, digest(to_text(zone)), changes, kept, undecided,
        cannot_stand, sum(map(_removed, changes)), sum(len(one.values) for one in zone.sets),
    )  # fmt: skip


def _sorted_out(
    zone: Zone, after: Zone, decided: Sequence[Decision], old: OldProvider
) -> tuple[tuple[Kept, ...], tuple[Pointing, ...]]:
    """What points to the old provider before or afterwards: what is left of it is either kept by a reason or undecided."""
    before, afterwards = pointing(zone, old), pointing(after, old)
    left = {(one.key, one.value): one for one in afterwards}
    # A record that nothing in itself betrays may lose its reason with the change of another: a certificate's, its host's.
    left |= {(one.key, one.value): one for one in before if not one.sure and _stays(one, after)}
    kept, undecided = [], []
    for one in sorted(left.values(), key=lambda one: (one.key, one.value)):
        decision = decision_on(one, decided)
        if decision is not None and decision.keep is not None:
            kept.append(Kept(one, decision.keep))
        elif one.sure or decision is None:
            undecided.append(one)
    return tuple(kept), tuple(undecided)


def _stays(one: Pointing, after: Zone) -> bool:
    found = after.find(*one.key)
    return found is not None and one.value in found.values


def _removed(change: Change) -> int:
    before = len(change.before.values) if change.before else 0
    return max(0, before - (len(change.after.values) if change.after else 0))


def _named(found: Sequence[Pointing], origin: str) -> str:
    words = [f"{short_name(one.name, origin)} {one.type} ({one.role.words}; {one.to})" for one in found[:SHOWN]]
    return ", ".join(words) + (f" and {len(found) - SHOWN} more" if len(found) > SHOWN else "")


def _plain(one: RecordSet | None) -> dict[str, object] | None:
    return asdict(one) if one is not None else None


def diff_lines(changes: Sequence[Change]) -> Iterator[str]:
    """The changes as a person reads them: a line for each record, `-` goes, `+` comes; records that stay with the same TTL have none."""
    for change in changes:
        name, kind = change.key
        gone, come = _lines(change.before), _lines(change.after)
        for sign, lines in (("-", gone - come), ("+", come - gone)):
            yield from (f"{sign} {name} {ttl_s} {kind} {value}" for ttl_s, value in sorted(lines))


def _lines(one: RecordSet | None) -> set[tuple[int, str]]:
    return {(one.ttl_s, value) for value in one.values} if one is not None else set()


def plan_to_json(plan: DnsPlan) -> str:
    """The changes, for the ledger."""
    return json.dumps([[_plain(one.before), _plain(one.after)] for one in plan.changes], sort_keys=True)


def changes_from_json(text: str) -> tuple[Change, ...]:
    return tuple(Change(_set(before), _set(after)) for before, after in json.loads(text))


def _set(data: dict[str, object] | None) -> RecordSet | None:
    return RecordSet(**{**data, "values": tuple(data["values"])}) if data is not None else None  # type: ignore[arg-type]
