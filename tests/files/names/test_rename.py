"""A new name is one that the target keeps, tells of its path alone, and is nobody else's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skyflytt.files.names.check import Namespace, broken_rules, must_change
from skyflytt.files.names.kinds import KINDS, POSIX, SHAREPOINT, WEBDAV, WINDOWS
from skyflytt.files.names.rename import target_path
from skyflytt.files.names.rule import length
from tests.files.names.paths_of_people import deep_paths, paths

kinds = st.sampled_from(list(KINDS.values()))
prefixes = st.sampled_from(["", "Delade dokument/", "åäö/" * 20])
spaces = st.builds(Namespace, kinds, prefixes, st.booleans())


def broken(path: str, space: Namespace) -> list[str]:
    return [rule.code for rule in must_change([one.rule for one in broken_rules(path, space)])]


@given(path=deep_paths, space=spaces, folder=st.booleans())
def test_nothing_is_refused_after_renaming(path: str, space: Namespace, folder: bool) -> None:
    place = target_path(path, space, folder=folder)
    assert broken(place, space) == []
    assert all(name not in ("", ".", "..") for name in place.split("/"))
    place.encode()


@given(path=deep_paths, space=spaces, folder=st.booleans())
def test_what_the_target_keeps_is_left_as_it_is(path: str, space: Namespace, folder: bool) -> None:
    place = target_path(path, space, folder=folder)
    assert (place == path) == (broken(path, space) == [] and all(not broken(above, space) for above in _above(path)))
    assert target_path(place, space, folder=folder) == place


def _above(path: str) -> list[str]:
    parts = path.split("/")
    return ["/".join(parts[:depth]) for depth in range(1, len(parts))]


@given(path=paths, space=spaces)
def test_what_is_taken_is_passed_over(path: str, space: Namespace) -> None:
    taken: list[str] = []
    for _ in range(4):
        place = target_path(path, space, taken)
        assert space.fold(place) not in taken
        assert broken(place, space) == []
        taken.append(space.fold(place))


@given(some=st.lists(deep_paths, min_size=1, max_size=12, unique=True), space=spaces)
def test_new_names_are_never_shared(some: list[str], space: Namespace) -> None:
    """But for what the target itself takes for one already in the source's own names."""
    renamed = {space.fold(target_path(path, space)): path for path in some}
    distinct = {space.fold(path) for path in some}
    assert len(renamed) >= len(distinct)


@pytest.mark.parametrize(
    ("path", "starts", "ends"),
    [
        ("Möten/Rapport: Q1.docx", "Möten/Rapport_ Q1-", ".docx"),
        ("CON.txt", "CON-", ".txt"),
        ("Arkiv 2018./fil.txt", "Arkiv 2018-", "/fil.txt"),
        ("bak\\snedstreck", "bak_snedstreck-", ""),
        ("å" * 300 + ".docx", "å" * 200, ".docx"),
    ],
)
def test_a_person_knows_the_name_again(path: str, starts: str, ends: str) -> None:
    place = target_path(path, Namespace(WINDOWS))
    assert place.startswith(starts)
    assert place.endswith(ends)


def test_names_are_cut_between_characters() -> None:
    for rules, letter in ((WINDOWS, "🏗"), (POSIX, "å"), (POSIX, "🏗")):
        place = target_path(letter * 300 + ".pdf", Namespace(rules))
        unit = rules.lengths[0].unit
        assert 255 - 4 <= length(place, unit) <= 255
        assert set(place.partition("-")[0]) == {letter}


def test_a_long_path_goes_into_the_nearest_folder_that_has_room() -> None:
    space = Namespace(SHAREPOINT)
    deep = "/".join(["en mapp med ett långt namn"] * 14)
    assert target_path(deep, space, folder=True) == deep
    file = target_path(f"{deep}/ett viktigt dokument.docx", space)
    assert deep.startswith(file.rpartition("/")[0] + "/")
    assert file.rpartition("/")[2].startswith("ett viktigt dokument-")
    below = target_path(f"{deep}/{'mapp/' * 5}ett viktigt dokument.docx", space)
    assert below.endswith("/ett viktigt dokument.docx")
    assert "/mapp-" in below
    assert not below.startswith(deep)


def test_the_prefix_counts() -> None:
    path = "a" * 200 + "/" + "b" * 190
    assert target_path(path, Namespace(SHAREPOINT)) == path
    short = target_path(path, Namespace(SHAREPOINT, "Delade dokument/"))
    assert short != path
    assert len("Delade dokument/" + short) <= 400


def test_forms_are_refused_at_the_top_of_a_library_only() -> None:
    assert target_path("forms/a", Namespace(SHAREPOINT)) != "forms/a"
    assert target_path("x/forms/a", Namespace(SHAREPOINT)) == "x/forms/a"
    assert target_path("forms/a", Namespace(SHAREPOINT, "Hem/", at_top=False)) == "forms/a"


def test_names_that_are_only_awkward_are_kept() -> None:
    assert target_path("a" * 200 + "/" + "b" * 200, Namespace(WINDOWS)) == "a" * 200 + "/" + "b" * 200
    assert target_path("a.part", Namespace(POSIX)) == "a.part"
    assert target_path("a.part", Namespace(WEBDAV)) != "a.part"
