"""`skyflytt graph library` and `skyflytt graph grants` against the simulated Microsoft 365."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from skyflytt.cli import run
from tests.contract.sharepoint_place import LIBRARY, settings
from tests.graph.simulator import DOMAIN, SECRET, Simulator, running_simulator
from tests.phase.discovered import EXAMPLE

REPORT = """path,of,owner,group,mode,acl,files,problem
.,folder,root,alla,rwxr-x---,,,
Avtal,folder,anna,bygg,rwxr-x---,,,
"""


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    with running_simulator(tmp_path_factory.mktemp("graph")) as running:
        yield running


@pytest.fixture
def project(simulator: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    simulator.begin_anew(drives=(LIBRARY,))
    drive = simulator.state.drives[LIBRARY.id]
    drive.made(drive.root, "Avtal", "2026-01-01T00:00:00Z", is_folder=True)
    data = yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))
    data["servers"]["library"] = settings(simulator).model_dump(mode="json")
    data["servers"]["lost"] = settings(simulator, library="Ritning").model_dump(mode="json")
    (tmp_path / "project.yaml").write_text(yaml.safe_dump(data, allow_unicode=True))
    (tmp_path / "report.csv").write_text(REPORT)
    (tmp_path / "people.csv").write_text(f"who,address\nanna,bengt@{DOMAIN}\nroot,\nalla,\nbygg,okänd@{DOMAIN}\n")
    for name in ("LIBRARY", "LOST"):
        monkeypatch.setenv(f"SKYFLYTT_SECRET_SERVERS_{name}", SECRET)
    return tmp_path / "project.yaml"


def test_the_first_read_is_told(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["graph", "library", str(project), "library"]) == 0
    assert "its recycle bin: 0 entries" in capsys.readouterr().out
    assert run(["graph", "library", str(project), "lost"]) == 1
    assert "Delade dokument" in capsys.readouterr().out
    assert run(["graph", "library", str(project), "old-mail"]) == 2


def test_grants_are_dry_until_they_are_wanted(
    simulator: Simulator, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["graph", "grants", str(project), "library", str(project.with_name("report.csv"))]
    command += ["--people", str(project.with_name("people.csv"))]
    drive = simulator.state.drives[LIBRARY.id]
    folder = drive.at(drive.root, "Avtal")
    assert folder is not None
    assert run(command) == 0
    assert "would be given" in capsys.readouterr().out
    assert folder.grants == []
    assert run([*command, "--apply"]) == 1, "one of the two is nobody in Microsoft 365"
    said = capsys.readouterr().out
    assert f"given  write  bengt@{DOMAIN}  Avtal" in said
    assert "refused: User okänd" in said
    assert [one["roles"] for one in folder.grants] == [["write"]]
