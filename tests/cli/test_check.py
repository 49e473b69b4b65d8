"""`skyflytt check` against the simulated Microsoft 365: what it says, and how it ends."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from skyflytt.cli import run
from tests.graph.simulator import SECRET
from tests.readiness.tenant import ACCOUNTS, SIGN_IN, Cloud, running_cloud


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    with running_cloud(tmp_path_factory.mktemp("cloud")) as running:
        yield running


@pytest.fixture
def file(cloud: Cloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(SIGN_IN, SECRET)
    monkeypatch.setenv("SKYFLYTT_LEDGER_URL", "sqlite:////nowhere/to/be/written.sqlite")
    data = cloud.data("microsoft365", directories=[{"name": "office", "server": "cloud"}])
    (tmp_path / "project.yaml").write_text(yaml.safe_dump(data, allow_unicode=True))
    return tmp_path / "project.yaml"


def test_all_is_there(cloud: Cloud, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cloud.allow(*ACCOUNTS)
    assert run(["check", str(file)]) == 0
    told = capsys.readouterr().out
    assert "cloud (microsoft365): ready" in told
    assert "here (maildir): ready" in told
    assert list(file.parent.iterdir()) == [file], "it leaves nothing behind"


def test_what_is_missing_is_a_sentence_with_what_to_click(
    cloud: Cloud, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cloud.allow(*(one for one in ACCOUNTS if one != "RoleManagement.Read.Directory"))
    assert run(["check", str(file), "cloud"]) == 1
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("  missing")]
    assert len(lines) == 1
    assert (
        "RoleManagement.Read.Directory: the application does not have it, and it is needed for telling who is an"
        in lines[0]
    )
    assert "API permissions → Add a permission" in lines[0]
    assert lines[0].endswith("[graph.consent-missing]")


def test_as_json(cloud: Cloud, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cloud.allow()
    assert run(["check", str(file), "cloud", "cloud", "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["project"], told["ready"]) == ("norrsken", False)
    (server,) = told["servers"]
    assert (server["server"], server["kind"], server["uses"]) == ("cloud", "microsoft365", ["accounts office"])
    assert {one["state"] for one in server["findings"]} == {"fine", "missing", "note"}
    assert SECRET not in json.dumps(told, ensure_ascii=False)


def test_a_service_that_does_not_answer_is_tried_again_later(
    cloud: Cloud, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = yaml.safe_load(file.read_text())
    data["servers"]["cloud"] |= {"login_url": "https://localhost:9", "graph_url": "https://localhost:9"}
    file.write_text(yaml.safe_dump(data, allow_unicode=True))
    assert run(["check", str(file), "cloud"]) == 75
    assert "not asked" in capsys.readouterr().out


def test_bad_input(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", str(file), "clouds"]) == 2
    assert "no server clouds" in " ".join(capsys.readouterr().err.split())
    file.write_text("project: [")
    assert run(["check", str(file)]) == 2
