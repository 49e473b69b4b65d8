from __future__ import annotations

import pytest

from skyflytt.errors.files import PathRefused
from skyflytt.files.smb.names import FORBIDDEN_CHARACTERS, check_carried, check_new, to_wire


@pytest.mark.parametrize("character", FORBIDDEN_CHARACTERS)
def test_characters_that_windows_forbids(character: str) -> None:
    for check in (check_carried, check_new):
        with pytest.raises(PathRefused) as raised:
            check(f"folder/a{character}b")
        assert raised.value.detail.isprintable()


@pytest.mark.parametrize(
    "name", ["con", "NUL.txt", "Com1", "lpt9.tar.gz", "COM¹", "aux .txt", "slut.", "slut ", "...", "prn/x"]
)
def test_names_that_are_not_made_but_may_be_there(name: str) -> None:
    with pytest.raises(PathRefused):
        check_new(f"folder/{name}")
    assert check_carried(f"folder/{name}") == f"folder/{name}"


@pytest.mark.parametrize(
    "name", ["console", "com0", "com10", "nul1", ".con", "å" * 255, "😀" * 127, "a b", "~1", "100%", "[x]"]
)
def test_names_that_are_fine(name: str) -> None:
    assert check_new(name) == name


def test_lengths_are_those_of_utf16() -> None:
    for path in ("å" * 256, "😀" * 128, "/".join(["a" * 250] * 131)):
        with pytest.raises(PathRefused):
            check_carried(path)
    assert check_carried("/".join(["å" * 250] * 130))


def test_paths_on_the_wire() -> None:
    assert to_wire("/", "") == ""
    assert to_wire("/hem/", "a/b c") == "hem\\a\\b c"
