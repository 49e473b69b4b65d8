from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from skyflytt.files.exclude import Exclusions

PATTERNS = [
    "*.tmp",
    "Thumbs.db",
    "/Cache/",
    "**/node_modules/",
    "doc/*.pdf",
    "!keep.tmp",
    "# a comment",
    "",
    "blank\\ ",
    "[Bb]ak",
]
KEYS = [
    "a.tmp", "keep.tmp", "sub/", "sub/a.tmp", "sub/keep.tmp", "Thumbs.db", "sub/Thumbs.db", "thumbs.db", "Cache/", "Cache/x",
    "sub/Cache/", "sub/Cache/x", "x/", "x/node_modules/", "x/node_modules/deep/", "x/node_modules/deep/keep.tmp", "doc/",
    "doc/a.pdf", "doc/sub/", "doc/sub/a.pdf", "blank ", "bak", "Bak/", "Bak/x", "# a comment", "å.tmp",
]  # fmt: skip


def test_it_agrees_with_git(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    (tmp_path / ".gitignore").write_text("\n".join(PATTERNS))
    for key in KEYS:
        if key.endswith("/"):
            (tmp_path / key).mkdir(parents=True, exist_ok=True)
        else:
            (tmp_path / key).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / key).touch()
    asked = subprocess.run(
        ["git", "-C", str(tmp_path), "check-ignore", "-z", "--stdin", "--no-index"],
        input="\0".join(KEYS).encode(),
        capture_output=True,
        check=True,
    )
    ignored = {path for path in asked.stdout.decode().split("\0") if path}
    exclusions = Exclusions(PATTERNS)
    assert {key for key in sorted(KEYS, key=str.encode) if exclusions(key)} == ignored
    assert "keep.tmp" not in ignored
    assert "x/node_modules/deep/keep.tmp" in ignored


def test_nothing_is_excluded_without_patterns() -> None:
    assert not Exclusions([])("a.tmp")


def test_a_pattern_that_cannot_be_read_is_an_error() -> None:
    with pytest.raises(ValueError, match="!"):
        Exclusions(["!"])
