"""Which names the target does not keep, and what they would be called there: as the first pass names them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from skyflytt.concern.sample import Sample, Sampling
from skyflytt.files.names.check import Namespace, broken_by_length, broken_by_name
from skyflytt.files.names.namer import Namer
from skyflytt.files.names.rule import Severity
from skyflytt.files.paths import readable
from skyflytt.files.port import Entry, EntryKind


class TargetNames:
    """Asked in the order of a scan."""

    def __init__(self, space: Namespace) -> None:
        self.kind = space.rules.kind
        self.not_kept = Sampling()
        self.awkward = Sampling()
        self._space = space
        self._namer = Namer(space)
        self._rules: dict[str, Sampling] = defaultdict(Sampling)
        self._awkward: dict[str, Sampling] = defaultdict(Sampling)

    def take(self, entry: Entry) -> None:
        named = self._namer.name(entry.path, folder=entry.kind is EntryKind.FOLDER)
        if named.rules:
            shown = f"{readable(entry.path)} → {readable(named.place)}"
            self.not_kept.add(shown)
            for code in named.rules:
                self._rules[code].add(shown)
        name = named.place.rpartition("/")[2]
        broken = [
            *broken_by_name(name, self._space, top=name == named.place),
            *broken_by_length(named.place, self._space),
        ]
        if stumbling := [rule.code for rule in broken if rule.severity is Severity.AWKWARD]:
            self.awkward.add(readable(named.place))
            for code in stumbling:
                self._awkward[code].add(readable(named.place))

    def by_rule(self) -> Mapping[str, Sample]:
        return {code: sampling.sample() for code, sampling in sorted(self._rules.items())}

    def awkward_by_rule(self) -> Mapping[str, Sample]:
        return {code: sampling.sample() for code, sampling in sorted(self._awkward.items())}
