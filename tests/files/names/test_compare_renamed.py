"""Two folders compared where names at one of them are others: what is renamed is found at its place, told, and the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from skyflytt.files.check import check_copies
from skyflytt.files.compare import Comparison, Difference
from skyflytt.files.names.check import Namespace
from skyflytt.files.names.kinds import SHAREPOINT, WINDOWS
from skyflytt.ledger import items
from skyflytt.ledger.renamed import Renamed, all_renamed
from skyflytt.ledger.schema import State
from tests.faults.ledgers import copy_ledger, make_template, quick_folder
from tests.files.engine.shares import put, tree
from tests.files.names.test_pass import Names, fill

SPACES = (Namespace(WINDOWS), Namespace(SHAREPOINT, "Delade dokument/"))


@pytest.fixture(scope="module", params=SPACES, ids=["windows", "sharepoint"])
def moved(request: pytest.FixtureRequest) -> Iterator[Names]:
    with quick_folder() as folder:
        ledger = copy_ledger(make_template(folder), folder / "ledger.sqlite")
        names = Names(ledger, request.param)
        fill(names.source)
        assert names.run().failed == 0
        yield names
        ledger.engine.dispose()


def compared(names: Names, exclude: Sequence[str] = (), *, by_content: bool = True) -> list[Difference]:
    renamed = list(all_renamed(names.ledger, names.workload))
    comparison = Comparison(names.source, names.strict, exclude, by_content, renamed)
    found = list(comparison.differences())
    assert not exclude or comparison.counts[0] < len(tree(names.source))
    assert exclude or comparison.counts[0] == len(tree(names.source))
    return found


def own_names(names: Names) -> set[tuple[str, str]]:
    """Path and place of all that the ledger calls otherwise, as keys."""
    done = {item.key: item.target_ref or "" for item in items.stream(names.ledger, names.workload, State.DONE)}
    renamed = {one.path for one in all_renamed(names.ledger, names.workload)}
    return {(key, place) for key, place in done.items() if key.rstrip("/") in renamed}


@pytest.mark.parametrize("by_content", [True, False])
def test_what_is_renamed_is_told_and_the_same(moved: Names, by_content: bool) -> None:
    found = compared(moved, by_content=by_content)
    assert [one for one in found if one.differs] == []
    assert {(one.path, one.detail) for one in found} == own_names(moved)
    assert len(found) == len(own_names(moved)) > 1


def test_without_the_ledger_they_differ(moved: Names) -> None:
    assert any(one.differs for one in Comparison(moved.source, moved.strict).differences())


def test_what_differs_is_told_by_its_own_path(moved: Names) -> None:
    place = moved.place("Projekt/b:") if "Projekt/b:" in tree(moved.source) else moved.place("PROJEKT/b:")
    before = dict(tree(moved.strict))
    with moved.strict.write(place) as stream:
        stream.write(b"something else")
    try:
        (one,) = [one for one in compared(moved) if one.differs]
        assert (one.kind, one.path) == ("differs", "PROJEKT/b:")
        assert place in one.detail or place == "PROJEKT/b:"
        moved.strict.remove(place)
        assert [(one.kind, one.path) for one in compared(moved) if one.differs] == [("only here", "PROJEKT/b:")]
    finally:
        old = before[place]
        assert old is not None
        with moved.strict.write(place) as stream:
            stream.write(old[0])
        moved.strict.rename(place, place, old[1])
    assert tree(moved.strict) == before


def test_what_is_left_out_is_left_out_under_both_names(moved: Names) -> None:
    for pattern in ("Rapport*", "/Arkiv 2018./", "b:", "en mapp med ett långt namn/"):
        found = compared(moved, [pattern])
        assert [one for one in found if one.differs] == [], pattern
        assert not any(one.path.startswith(pattern.strip("*/")) for one in found)


def test_a_decision_for_what_is_gone_is_no_difference(moved: Names) -> None:
    gone = Renamed("borta?/länge:sedan", "borta_/länge_sedan", "colon")
    renamed = [*all_renamed(moved.ledger, moved.workload), gone, Renamed("borta?", "borta_", "question-mark")]
    found = Comparison(moved.source, moved.strict, renamed=renamed).differences()
    assert not [one for one in found if one.differs]


def test_folders_and_their_order_under_other_names(moved: Names) -> None:
    """What is called otherwise within what is called otherwise stands where it is, and each entry is seen once."""
    source, strict = type(moved.source)(), type(moved.source)()
    for number, path in enumerate(("a:/x", "a:/y?/1", "a:/y?/2:", "a", "b/c:/d", "z")):
        put(source, path, path.encode(), number)
    renamed = [
        Renamed("a:", "q", ""), Renamed("a:/y?", "q/0", ""), Renamed("a:/y?/2:", "2", ""), Renamed("b/c:", "b/-", ""),
    ]  # fmt: skip
    for number, path in enumerate(("q/x", "q/0/1", "2", "a", "b/-/d", "z")):
        put(strict, path, ("a:/x", "a:/y?/1", "a:/y?/2:", "a", "b/c:/d", "z")[number].encode(), number)
    comparison = Comparison(source, strict, renamed=renamed)
    assert [(one.kind, one.path, one.detail) for one in comparison.differences()] == [
        ("renamed", "a:/y?/2:", "2"),
        ("renamed", "b/c:/", "b/-/"),
        ("renamed", "a:/", "q/"),
        ("renamed", "a:/y?/", "q/0/"),
    ]
    assert comparison.counts == (10, 10)


def test_looked_at_once_more(moved: Names) -> None:
    check = check_copies(moved.ledger, moved.workload, moved.strict)
    assert check.holds
    assert set(check.renamed) == own_names(moved)
