from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skyflytt.errors.files import NameNotUtf8, PathEscapes
from skyflytt.files import paths
from skyflytt.files.port import Entry, EntryKind


@pytest.mark.parametrize("path", ["a", "Avtal/2024/Åhléns.pdf", "...", "a..b", "..a/b..", "-", " ", "a\\..\\b", "a\nb"])
def test_paths_that_stay_below(path: str) -> None:
    assert paths.check_path(path) == path


@pytest.mark.parametrize(
    "path", ["", "/", "/a", "a/", "a//b", ".", "./a", "a/.", "..", "../a", "a/..", "a/../b", "a\0"]
)
def test_paths_that_do_not(path: str) -> None:
    with pytest.raises(PathEscapes):
        paths.check_path(path)


def test_a_path_that_utf8_cannot_hold() -> None:
    with pytest.raises(NameNotUtf8) as raised:
        paths.check_path(paths.decode(b"r\xe4ksm\xf6rg\xe5s"))
    assert raised.value.item == "r\\xE4ksm\\xF6rg\\xE5s"


def test_the_root_itself_is_only_a_beginning() -> None:
    assert paths.check_below("") == ""
    with pytest.raises(PathEscapes):
        paths.check_below("..")


def test_a_servers_name_with_a_slash_is_refused() -> None:
    with pytest.raises(PathEscapes):
        paths.check_name("a/b")


def test_readable_escapes_only_what_a_person_cannot_read() -> None:
    assert paths.readable("Å 😀\\") == "Å 😀\\"
    assert paths.readable(paths.decode(b"a\xff\nb")) == "a\\xFF\\nb"


def test_ancestors_and_parent() -> None:
    assert paths.ancestors("a/b/c") == ["a", "a/b"]
    assert paths.ancestors("a") == []
    assert (paths.parent("a/b"), paths.parent("a")) == ("a", "")
    assert (paths.join("", "a"), paths.join("a", "b")) == ("a", "a/b")


def test_a_folder_stands_where_its_slash_puts_it() -> None:
    names = [("a", True), ("a-b", False), ("a.txt", False), ("a0", False), ("å", False), ("Z", False)]
    ordered = sorted(names, key=lambda name: paths.sort_key(name[0], folder=name[1]))
    assert [name for name, _ in ordered] == ["Z", "a-b", "a.txt", "a", "a0", "å"]


@given(st.text(min_size=1))
def test_the_sort_key_is_the_entrys_key(path: str) -> None:
    at = datetime(2020, 1, 1, tzinfo=UTC)
    try:
        paths.check_path(path)
    except (PathEscapes, NameNotUtf8):
        return
    for kind in (EntryKind.FILE, EntryKind.FOLDER):
        entry = Entry(path, kind, 0, at)
        assert paths.sort_key(path, folder=kind is EntryKind.FOLDER) == entry.key


@given(st.binary())
def test_any_name_can_be_shown(raw: bytes) -> None:
    assert paths.readable(paths.decode(raw)).isprintable()
    assert paths.is_utf8(paths.decode(raw)) == (raw.decode("utf-8", "replace").encode() == raw)
