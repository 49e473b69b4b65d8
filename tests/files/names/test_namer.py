"""Whole shares named in the order of a scan: nothing refused, nothing twice, nothing that depends on the day."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from skyflytt.files.names.check import Namespace, broken_rules, must_change
from skyflytt.files.names.kinds import KINDS, SHAREPOINT, WINDOWS
from skyflytt.files.names.namer import Named, Namer
from skyflytt.files.names.rename import target_path
from skyflytt.files.names.rule import TWIN
from tests.files.names.paths_of_people import deep_paths, listing, paths

spaces = st.builds(Namespace, st.sampled_from(list(KINDS.values())), st.sampled_from(["", "Delade dokument/Hem/"]))
shares = st.lists(paths, min_size=1, max_size=25).map(listing)
deep_shares = st.lists(deep_paths, min_size=1, max_size=12).map(listing)


def named(entries: list[tuple[str, bool]], space: Namespace, fixed: dict[str, str] | None = None) -> dict[str, Named]:
    """Everything named, what is fixed aside, until nobody has to give way."""
    fixed = fixed or {}
    lose: frozenset[str] = frozenset()
    while True:
        namer = Namer(space, lose=lose)
        found = {}
        for path, folder in entries:
            if path in fixed:
                namer.fix(path, fixed[path], folder=folder)
                found[path] = Named(path, fixed[path])
            else:
                found[path] = namer.name(path, folder=folder)
        if namer.lost <= lose:
            return found
        lose |= namer.lost


@given(entries=shares | deep_shares, space=spaces)
def test_no_two_entries_have_one_place_and_none_is_refused(entries: list[tuple[str, bool]], space: Namespace) -> None:
    places = [one.place for one in named(entries, space).values()]
    assert len({space.fold(place) for place in places}) == len(places)
    assert not [place for place in places if must_change([one.rule for one in broken_rules(place, space)])]


@given(entries=shares, space=spaces)
def test_the_way_back(entries: list[tuple[str, bool]], space: Namespace) -> None:
    found = named(entries, space)
    back = {one.place: one.path for one in found.values()}
    assert {back[found[path].place] for path, _ in entries} == {path for path, _ in entries}


@given(entries=shares, space=spaces, seed=st.integers())
def test_what_has_its_place_keeps_it_when_others_come(
    entries: list[tuple[str, bool]], space: Namespace, seed: int
) -> None:
    """A first day with some of the files, and all of them on the next."""
    files = [path for path, folder in entries if not folder]
    random.Random(seed).shuffle(files)
    first = named(listing(files[: len(files) // 2]), space)
    second = named(entries, space, {path: one.place for path, one in first.items()})
    assert len({space.fold(one.place) for one in second.values()}) == len(entries)


@given(entries=shares, more=shares, space=spaces)
@settings(max_examples=50)
def test_a_name_that_breaks_a_rule_is_the_same_in_any_company(
    entries: list[tuple[str, bool]], more: list[tuple[str, bool]], space: Namespace
) -> None:
    """Only twins look at others."""
    alone, together = named(entries, space), named(listing([path for path, _ in [*entries, *more]]), space)
    for path, folder in entries:
        if not any(TWIN in found[above].rules for found in (alone, together) for above in _from_the_top(path)):
            assert alone[path].place == together[path].place == target_path(path, space, folder=folder)


def _from_the_top(path: str) -> list[str]:
    parts = path.split("/")
    return ["/".join(parts[: depth + 1]) for depth in range(len(parts))]


def test_twins() -> None:
    found = named(listing(["PROJEKT/a", "Projekt/a", "Projekt/A", "Projekt/b"]), Namespace(WINDOWS))
    assert found["PROJEKT"] == Named("PROJEKT", "PROJEKT")
    renamed = found["Projekt"].place
    assert renamed.startswith("Projekt-")
    assert found["Projekt"].rules == (TWIN,)
    assert found["Projekt/b"].place == f"{renamed}/b"
    assert (found["Projekt/A"].place, found["Projekt/a"].rules) == (f"{renamed}/A", (TWIN,))


def test_forms_of_a_letter_are_one_name_where_the_target_says_so() -> None:
    entries = listing(["sm\u00e5", "sma\u030a"])
    assert [one.rules for one in named(entries, Namespace(WINDOWS)).values()] == [(), ()]
    assert sorted(one.rules for one in named(entries, Namespace(SHAREPOINT)).values()) == [(), (TWIN,)]


def test_who_is_there_first_keeps_its_name() -> None:
    entries = listing(["OFFERT.xlsx", "Offert.xlsx"])
    found = named(entries, Namespace(WINDOWS), {"Offert.xlsx": "Offert.xlsx"})
    assert found["OFFERT.xlsx"].place.startswith("OFFERT-")


def test_a_name_that_looks_like_a_new_one_is_not_run_over() -> None:
    """Somebody copied the renamed file back to the source."""
    space = Namespace(WINDOWS)
    copied_back = target_path("a:b", space)
    for entries in (listing(["a:b", copied_back]), listing(["m/a:b", f"m/{copied_back}"])):
        found = named(entries, space)
        assert len({one.place for one in found.values()}) == len(entries)
