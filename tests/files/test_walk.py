from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skyflytt.errors.connection import ConnectionLost
from skyflytt.errors.files import NameNotUtf8, PathEscapes, PathMissing, PathRefused
from skyflytt.files.paths import decode
from skyflytt.files.port import Entry, EntryKind, ScanFailure
from skyflytt.files.walk import Listed, Unlisted, walk

AT = datetime(2024, 1, 2, tzinfo=UTC)
Tree = dict[str, "Tree | None"]


def folder_of(tree: Tree, path: str) -> Tree:
    for name in path.split("/") if path else ():
        inside = tree[name]
        assert inside is not None
        tree = inside
    return tree


def listing(tree: Tree, path: str) -> list[Listed | Unlisted]:
    inside = folder_of(tree, path).items()
    return [Listed(name, EntryKind.FILE if below is None else EntryKind.FOLDER, 7, AT) for name, below in inside]


NAMES = st.text("aAåb.- 0~", min_size=1, max_size=3).filter(lambda name: name not in (".", ".."))
TREES = st.recursive(
    st.dictionaries(NAMES, st.none(), max_size=4),
    lambda inner: st.dictionaries(NAMES, st.none() | inner, max_size=4),
)


@given(TREES)
def test_a_walk_is_sorted_by_key_and_complete(tree: Tree) -> None:
    def keys(inside: Tree, above: str) -> list[str]:
        found = []
        for name, below in inside.items():
            found += [f"{above}{name}"] if below is None else [f"{above}{name}/", *keys(below, f"{above}{name}/")]
        return found

    walked = [found.key for found in walk(lambda path: listing(tree, path))]
    assert walked == sorted(keys(tree, ""), key=str.encode)


def test_sizes_are_of_files_only() -> None:
    tree: Tree = {"file": None, "folder": {}}
    assert list(walk(lambda path: listing(tree, path))) == [
        Entry("file", EntryKind.FILE, 7, AT),
        Entry("folder", EntryKind.FOLDER, 0, AT),
    ]


def test_a_folder_that_cannot_be_listed_is_a_failure_in_its_place() -> None:
    refused = PathRefused("b", "Permission denied")

    def list_folder(path: str) -> list[Listed | Unlisted]:
        if path == "b":
            raise refused
        return listing({"a": {"x": None}, "b": {}, "b.txt": None, "c": None}, path)

    found = list(walk(list_folder))
    assert [each.key for each in found] == ["a/", "a/x", "b.txt", "b/", "c"]
    assert found[3] == ScanFailure("b", refused, folder=True)


def test_the_folder_where_a_walk_begins_must_be_there() -> None:
    def list_folder(path: str) -> list[Listed | Unlisted]:
        raise PathMissing(path, "no such folder")

    with pytest.raises(PathMissing):
        list(walk(list_folder, "gone"))


def test_a_lost_connection_ends_the_walk() -> None:
    def list_folder(path: str) -> list[Listed | Unlisted]:
        if path:
            raise ConnectionLost("server")
        return [Listed("a", EntryKind.FOLDER, 0, AT), Listed("b", EntryKind.FILE, 0, AT)]

    with pytest.raises(ConnectionLost):
        list(walk(list_folder))


def test_names_that_no_entry_can_have_are_failures() -> None:
    bad = [decode(b"b\xe5"), "..", "a/b", ""]
    names = [*bad, "b\\xE5", "c"]
    found = list(walk(lambda _path: [Listed(name, EntryKind.FILE, 0, AT) for name in names]))
    failures = {each.path: type(each.failure) for each in found if isinstance(each, ScanFailure)}
    assert failures == {"": PathEscapes, "..": PathEscapes, "a\\x2Fb": PathEscapes, "b\\xE5~": NameNotUtf8}
    assert [each.path for each in found if isinstance(each, Entry)] == ["b\\xE5", "c"]
    assert [each.key for each in found] == sorted({each.key for each in found}, key=str.encode)


def test_what_could_not_be_looked_at_stands_in_its_place() -> None:
    gone = PathMissing("b", "gone")
    found = list(walk(lambda _path: [Listed("c", EntryKind.FILE, 0, AT), Unlisted("b", gone)]))
    assert found[0] == ScanFailure("b", gone)
