"""PST files in the project file: a source and never a target."""

from __future__ import annotations

from pathlib import Path

import pytest

from skyflytt.project.load import load_project
from skyflytt.project.model import project_schema
from skyflytt.project.problems import ProjectFileInvalid
from skyflytt.project.servers import PstServer

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "project.yaml"


def written(tmp_path: Path, settings: str, source: str = "", target: str = "") -> Path:
    """The example with such a server, which the mailbox `info` is read from or goes to."""
    text = EXAMPLE.read_text("utf-8").replace("\nmailboxes:\n", f"\n  pst: {{{settings}}}\n\nmailboxes:\n", 1)
    if source:
        text = text.replace("source: {server: old-maildir, login: info}", f"source: {{server: pst, login: {source}}}")
    if target:
        old = "target: {server: new-mail, login: info@norrskenbygg.example}"
        text = text.replace(old, f"target: {{server: pst, login: {target}}}")
    (tmp_path / "project.yaml").write_text(text, "utf-8")
    return tmp_path / "project.yaml"


def test_a_mailbox_is_read_from_it(tmp_path: Path) -> None:
    settings = "kind: pst, root: handed-over, password_note: Anna Åström has it"
    project = load_project(written(tmp_path, settings, source="info.pst"))
    server = project.server(project.mailbox("info").source.server)
    assert isinstance(server, PstServer)
    assert server.root == tmp_path / "handed-over"
    assert project.mailbox("info").source.login == "info.pst"


def test_no_mailbox_goes_there(tmp_path: Path) -> None:
    file = written(tmp_path, "kind: pst, root: handed-over", target="info.pst")
    with pytest.raises(ProjectFileInvalid) as caught:
        load_project(file)
    (problem,) = caught.value.problems
    line = file.read_text("utf-8").splitlines()[problem.line - 1]
    assert line[problem.column - 1 :].startswith("pst, login: info.pst")
    assert problem.what == "the server `pst` is of kind `pst`, which mailboxes are only read from: none goes there"
    assert problem.write_instead.startswith(("old-mail", "new-mail"))


def test_a_secret_is_no_key_of_it(tmp_path: Path) -> None:
    with pytest.raises(ProjectFileInvalid) as caught:
        load_project(written(tmp_path, "kind: pst, root: x, password: hunter2", source="info.pst"))
    assert "no secret is ever in this file" in caught.value.problems[0].what


def test_the_schema_has_it() -> None:
    (servers,) = project_schema()["properties"]["servers"]["patternProperties"].values()
    assert servers["discriminator"]["mapping"]["pst"] == "#/$defs/PstServer"
    assert set(project_schema()["$defs"]["PstServer"]["properties"]) == {"kind", "root", "password_note"}
