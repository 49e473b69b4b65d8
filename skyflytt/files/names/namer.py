"""Names entries in the order of a scan, in flat memory: what it keeps is the names of the folders on the way down."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from posixpath import dirname
from typing import NamedTuple

from skyflytt.files.names.check import Namespace, broken_by_length, broken_by_name, must_change
from skyflytt.files.names.rename import marked_place
from skyflytt.files.names.rule import TWIN, LengthRule, NameRule
from skyflytt.files.paths import join, parent


class Named(NamedTuple):
    """Where a path goes; `rules` are the codes of what its own name breaks, none for one that stays as it is."""

    path: str
    place: str
    rules: tuple[str, ...] = ()


@dataclass(slots=True)
class _Folder:
    """`inside` has the folded places of what is directly in it, each with the source's path, and whether that is fixed."""

    path: str
    place: str
    inside: dict[str, tuple[str, bool]] = field(default_factory=dict)


def nothing_known(_path: str) -> str | None:
    return None


def nothing_taken(_folded: str) -> bool:
    return False


@dataclass(slots=True)
class Namer:
    """Asked for one entry after the other; a folder before what it holds.

    `known` gives the place of a folder that is called otherwise, where its own entry does not come. `taken` says of a folded place
    whether something that is called otherwise has it, `kept` whether something does that keeps its name and does not come either.
    Paths among `lose` leave their name to a twin that comes later; whoever should have been among them is added to `lost`, and the
    listing is to be named anew.
    """

    space: Namespace
    known: Callable[[str], str | None] = nothing_known
    taken: Callable[[str], bool] = nothing_taken
    kept: Callable[[str], bool] = nothing_taken
    lose: frozenset[str] = frozenset()
    lost: set[str] = field(default_factory=set)
    _open: list[_Folder] = field(default_factory=list)

    def name(self, path: str, *, folder: bool) -> Named:
        """Where an entry goes that has no place yet."""
        above = self._above(path)
        name = path.rpartition("/")[2]
        plain = join(above.place, name)
        rules = tuple(rule.code for rule in must_change(self._broken(name, plain, top=not above.place)))
        folded = self.space.fold(plain)
        if not rules and (path in self.lose or folded in above.inside or self.taken(folded)):
            rules = (TWIN,)
        if rules:
            place = marked_place(above.place, path, self.space, self._is_free_no_more, folder=folder)
            self._take(path, place, fixed=False)
        else:
            place = plain
            above.inside[folded] = (path, False)
        if folder:
            self._open.append(_Folder(path, place))
        return Named(path, place, rules)

    def _broken(self, name: str, place: str, *, top: bool) -> list[NameRule | LengthRule]:
        return [*broken_by_name(name, self.space, top=top), *broken_by_length(place, self.space)]

    def fix(self, path: str, place: str, *, folder: bool) -> None:
        """An entry that has its place for good."""
        self._above(path)
        folded = self.space.fold(place)
        holder = self._holding(place).inside.get(folded)
        if holder is not None and not holder[1] and holder[0] != path:
            self.lost.add(holder[0])
        self._take(path, place, fixed=True)
        if folder:
            self._open.append(_Folder(path, place))

    def _above(self, path: str) -> _Folder:
        """The folder that holds `path`; what lies behind is forgotten."""
        while self._open and not path.startswith(_inside(self._open[-1].path)):
            self._open.pop()
        if not self._open:
            self._open.append(_Folder("", ""))
        if (home := parent(path)) != self._open[-1].path:
            for folder in _between(self._open[-1].path, home):
                # Its own entry was not to be read, or is left out.
                place = self.known(folder) or join(self._open[-1].place, folder.rpartition("/")[2])
                self._open.append(_Folder(folder, place))
        return self._open[-1]

    def _is_free_no_more(self, folded: str) -> bool:
        return any(folded in one.inside for one in self._open) or self.taken(folded) or self.kept(folded)

    def _holding(self, place: str) -> _Folder:
        """The folder that a place is directly in: that of its entry, or one further up."""
        home = dirname(place)
        return next((one for one in reversed(self._open) if one.place == home), self._open[0])

    def _take(self, path: str, place: str, *, fixed: bool) -> None:
        self._holding(place).inside.setdefault(self.space.fold(place), (path, fixed))


def _inside(folder: str) -> str:
    return f"{folder}/" if folder else ""


def _between(above: str, below: str) -> Iterator[str]:
    """The folders below `above` on the way to `below`, itself the last."""
    walked = above
    for name in below[len(_inside(above)) :].split("/") if below != above else ():
        walked = join(walked, name)
        yield walked
