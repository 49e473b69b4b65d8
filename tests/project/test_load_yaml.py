"""Files that are not even YAML, or not the YAML that their author thinks."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from skyflytt.project.load import load_project
from skyflytt.project.problems import Problem, ProjectFileInvalid

BROKEN = {
    "tab": (b"project: a\ncustomer:\n\tname: x\n", 3, 1, "a tab", "spaces"),
    "alias": (b"a: [*.tmp]\n", 1, 6, "starts with `*` needs quotes", '"*.tmp"'),
    "anchor missing": (b"a: *foo\n", 1, 4, "an anchor (`&`) that does not exist", "quotes"),
    "odd start": (b"a: @foo\n", 1, 4, "cannot start with this character", "quotes"),
    "colon": (b"letter: Z:\n", 1, 10, "a second `:`", '"Z:"'),
    "quote": (b'a: "foo\nb: c\n', 1, 4, "a quote is not closed", "the closing quote"),
    "backslash": (b'a: "C:\\Users"\n', 1, 9, "a backslash that YAML does not understand", "written twice"),
    "no colon": (b"project: a\ncustomer\nb: c\n", 2, 1, "a key has no `:`", "key: value"),
    "comma": (b"a: {b: c d: e}\n", 1, 11, "a comma is missing", "comma"),
    "indentation": (b"a:\n  b: c\n d: e\n", 3, 2, "indentation", "same column"),
    "dash": (b"a: - b\n", 1, 4, "a `-` cannot stand here", "lines of its own"),
    "documents": (b"a: b\n---\nc: d\n", 2, 1, "a second document", "one document"),
    "empty": (b"", 1, 1, "the file is empty", "project: norrsken"),
    "only a comment": (b"# soon\n", 1, 1, "the file is empty", "project: norrsken"),
    "list": (b"- a\n", 1, 1, "the file holds a list", "project: norrsken"),
    "text": (b"hello\n", 1, 1, "the file holds a text", "project: norrsken"),
    "twice": (b"project: a\nproject: b\n", 2, 1, "`project` is there twice; the first is in line 1", "each key once"),
    "latin-1": ("customer:\n  name: Åström\n".encode("latin-1"), 2, 9, "0xc5 is not UTF-8", "saved as UTF-8"),
    "utf-16": ("project: a".encode("utf-16"), 1, 1, "it is in UTF-16", "saved as UTF-8"),
    "control": (b"a: b\nc: \x07x\n", 2, 4, "U+0007", "without it"),
    "itself": (b"project: &a [*a]\n", 1, 10, "contains itself", "in full"),
    "python": (b'project: !!python/object/apply:os.system ["x"]\n', 1, 10, "the tag `!!python/object", "without it"),
    "binary": (b"project: !!binary aGVq\n", 1, 10, "the tag `!!binary`", "without it"),
    "bad tag": (b"project: !!int abc\n", 1, 10, "`abc` is not YAML's int", "without a tag"),
    "mapping as key": (b"{a: b}: c\n", 1, 1, "a key must be a single text", "key: value"),
    "merge": (b"servers: {<<: 3}\n", 1, 10, "`<<` can only take in a mapping", "`<<: *anchor`"),
    "deep": (b"[" * 20_000, 1, 1, "nested far too deeply", "YAML"),
}


def problems_in(path: Path) -> tuple[Problem, ...]:
    with pytest.raises(ProjectFileInvalid) as caught:
        load_project(path)
    return caught.value.problems


@pytest.mark.parametrize("case", BROKEN)
def test_broken_yaml_is_pointed_at(tmp_path: Path, case: str) -> None:
    raw, line, column, what, write = BROKEN[case]
    file = tmp_path / "p.yaml"
    file.write_bytes(raw)
    here = [problem for problem in problems_in(file) if (problem.line, problem.column) == (line, column)]
    assert any(what in problem.what and write in problem.write_instead for problem in here), here


def test_missing_folder_and_path_through_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert "there is no such file" in problems_in(tmp_path / "missing.yaml")[0].what
    assert "it is a folder" in problems_in(tmp_path)[0].what
    assert "not a folder" in problems_in(tmp_path / "file" / "p.yaml")[0].what
    assert "null" in problems_in(Path("a\0b"))[0].what


def test_endless_file_is_refused() -> None:
    assert "larger than 16 MiB" in problems_in(Path("/dev/zero"))[0].what


@pytest.fixture
def nobody() -> Iterator[None]:
    """Root may read everything, so where the tests run as root they step down to another user."""
    before = os.geteuid()
    if before == 0:
        os.seteuid(65534)
    yield
    os.seteuid(before)


def test_unreadable_file(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    file = tmp_path / "p.yaml"
    file.write_text("project: a\n")
    file.chmod(0)
    request.getfixturevalue("nobody")
    assert "may not read it" in problems_in(file)[0].what
