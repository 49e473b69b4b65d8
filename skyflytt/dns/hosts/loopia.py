"""Loopia: a zone by its XML-RPC interface (https://support.loopia.se/wiki/loopiaapi-oversikt), one record and one call after the other.

It limits calls and says so in answers that look like others, does not know a call that it has had already, and at times says OK to
what it does not do. So every set is looked at before and after its change, and the calls for a set come in one order: a set that a
kill left between two of them is recognised.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from skyflytt.dns.hosts.changes import Changing, but_for_strings, check
from skyflytt.dns.hosts.loopia_calls import Account, Calls
from skyflytt.dns.hosts.loopia_records import TYPES, held_from, record_for, refusal, sets_from
from skyflytt.dns.hosts.loopia_steps import is_midway, steps
from skyflytt.dns.hosts.pace import Pace
from skyflytt.dns.port import Capabilities
from skyflytt.dns.records import full_name, short_name
from skyflytt.dns.zone import Change, RecordSet, Zone
from skyflytt.errors.dns import ChangeRefused
from skyflytt.project.servers.loopia import LoopiaServer

CALLS_PER_MINUTE = 60
"""https://support.loopia.se/wiki/loopiaapi-innan-du-borjar"""
CAPABILITIES = Capabilities("Loopia", min_ttl_s=300, types=TYPES, calls_per_minute=CALLS_PER_MINUTE, tells_serial=False)
Records = list[Mapping[str, Any]]


class LoopiaHost:
    """One domain. A name in it is a subdomain, `@` the domain itself. Changes are made in the order in which they are asked for."""

    capabilities = CAPABILITIES

    def __init__(self, origin: str, calls: Calls) -> None:
        self.origin = origin
        self._calls = calls
        self._domain = origin.removesuffix(".")
        self._changing = Changing(origin, but_for_strings, is_midway)

    def read(self) -> Zone:
        """One call for each name, so a minute for every sixty of them."""
        return self._zone({label: self._records(label) for label in dict.fromkeys(("@", *self._subdomains()))})

    def change(self, changes: Sequence[Change], expected: Zone) -> None:
        check(self.origin, changes, self.capabilities, expected)
        self._refuse(changes)
        subdomains = {"@", *self._subdomains()}
        found = self._look(changes, subdomains)
        for one in self._changing.left(changes, self._zone(found)):
            self._make(one, found, subdomains)
        self._changing.arrived(changes, self._zone(self._look(changes, {"@", *self._subdomains()})))

    def close(self) -> None:
        self._calls.close()

    def _refuse(self, changes: Iterable[Change]) -> None:
        for one in changes:
            why = refusal(self.origin, one)
            if why:
                raise ChangeRefused(self.origin, f"{' '.join(one.key)}: {why}")

    def _subdomains(self) -> list[str]:
        return [str(one) for one in self._calls.listed("getSubdomains", self._domain)]

    def _records(self, label: str) -> Records:
        return [dict(one) for one in self._calls.listed("getZoneRecords", self._domain, label)]

    def _look(self, changes: Iterable[Change], subdomains: set[str]) -> dict[str, Records]:
        """The records of every name that changes."""
        labels = {short_name(one.key[0], self.origin) for one in changes}
        return {label: self._records(label) if label in subdomains else [] for label in sorted(labels)}

    def _zone(self, found: Mapping[str, Records]) -> Zone:
        sets: list[RecordSet] = []
        for label, records in found.items():
            sets += sets_from(self.origin, full_name(label, self.origin), records)
        return Zone(self.origin, tuple(sorted(sets)))

    def _make(self, change: Change, found: Mapping[str, Records], subdomains: set[str]) -> None:
        label = short_name(change.key[0], self.origin)
        if label not in subdomains:
            self._calls.done("addSubdomain", self._domain, label)
            subdomains.add(label)
        there = [held_from(self.origin, one) for one in found[label] if one["type"] == change.key[1]]
        for step in steps(change, there):
            if step.value is None or change.after is None:
                self._calls.done(step.method, self._domain, label, step.record_id)
            else:
                record = record_for(change.after, step.value, step.record_id)
                self._calls.done(step.method, self._domain, label, record)


def open_loopia(origin: str, server: LoopiaServer, password: str, pace: Pace) -> LoopiaHost:
    """Opens no connection yet."""
    ca_file = str(server.ca_file) if server.ca_file else None
    account = Account(server.url, server.user, password, server.customer_number)
    return LoopiaHost(origin, Calls(origin, account, ca_file, pace))
