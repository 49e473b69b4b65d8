"""How a share says what changed, and what fits its server."""

from __future__ import annotations

import pytest

from skyflytt.files.detection import Detect
from skyflytt.files.symlinks import Symlinks
from skyflytt.ledger.schema import Mode
from skyflytt.project.references import find_contradictions
from skyflytt.project.shares import Share


@pytest.mark.parametrize(
    ("kind", "fits"), [("sftp", False), ("ftps", False), ("s3", True), ("smb", True), ("webdav", True), ("local", True)]
)
def test_tokens_are_where_a_server_has_them(kind: str, fits: bool) -> None:
    servers = {"old": {"kind": kind, "user": "flytt"}}
    share = {"name": "homes", "source": {"server": "old", "path": "a"}, "detect": "token"}
    found = [one for one in find_contradictions({"servers": servers, "shares": [share]}) if one.loc[-1] == "detect"]
    assert bool(found) is not fits
    assert fits or found[0].what == f"a server of kind `{kind}` keeps no token that changes with a file"


def test_the_words_of_the_project_file_are_those_of_the_code() -> None:
    fields = {name: set(Share.model_fields[name].annotation.__args__) for name in ("symlinks", "mode", "detect")}  # type: ignore[union-attr]
    assert fields == {"symlinks": set(Symlinks), "mode": set(Mode), "detect": set(Detect)}
