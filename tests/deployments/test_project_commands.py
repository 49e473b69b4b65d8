"""`skyflytt project register` and its neighbours, as they are typed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from prefect.settings import PREFECT_API_URL, temporary_settings

from deployments.commands import at_server
from deployments.register import register_blocks
from deployments.stack import server
from skyflytt.cli import run
from skyflytt.project.secrets import FILE_VARIABLE, FileSecrets
from tests.deployments.place import Place, deployments, documents, project_file

ROOT = Path(__file__).resolve().parents[2]
NOWHERE = "http://127.0.0.1:9/api"


def told(*arguments: str | Path, **environment: str) -> tuple[int, str, str]:
    done = subprocess.run(
        [str(Path(sys.executable).parent / "skyflytt"), *map(str, arguments)],
        cwd=ROOT,
        env={**{name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stdout, done.stderr


@pytest.mark.prefect
def test_it_says_what_it_made_paused_and_took_away(
    place: Place, calls: httpx.Client, few: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(FILE_VARIABLE, str(place.secrets_file))
    assert run(["project", "register", str(place.file), "--spread", "--report-url", "http://127.0.0.1:8080/"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0] == f"Block: {place.name} ({place.file})"
    assert said[-1] == "Schedule: delta: every day at 22:00 (Europe/Stockholm)"
    made = {f"Deployment: {flow}/{place.name}" for flow in deployments(calls, place.name)}
    assert {line for line in said[1:-1] if not line.startswith("Limit: ")} == made
    data = documents(calls, place)[place.name]["data"]
    assert (data["spread"], data["report_url"]) == (True, "http://127.0.0.1:8080/")
    assert data["workspace"] == str(place.file.parent / "workspace")
    register_blocks(place.file, place.workspace, FileSecrets(place.secrets_file))
    assert documents(calls, place)[place.name]["data"]["spread"] is True, "without a value it stays"

    for words in ("pause", "resume"):
        assert run(["project", words, place.name]) == 0
        assert f"delta/{place.name}" in capsys.readouterr().out
    assert run(["project", "unregister", place.name]) == 0
    assert f"Block taken away: {place.name}-old-mail" in capsys.readouterr().out
    assert run(["project", "pause", place.name]) == 2
    assert "knows no project" in capsys.readouterr().err


@pytest.mark.prefect
def test_every_kind_of_block_is_known_afterwards(calls: httpx.Client, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["block", "register"]) == 0
    told_of = {line.partition(": ")[2] for line in capsys.readouterr().out.splitlines()}
    query = {"block_types": {"name": {"like_": "Skyflytt"}}, "limit": 200}
    known = calls.post("/block_types/filter", json=query).raise_for_status().json()
    assert {one["slug"] for one in known} == told_of
    assert [one["slug"] for one in known if one["logo_url"] or one["documentation_url"]] == []


@pytest.mark.prefect
def test_a_project_file_with_errors_is_told_and_nothing_is_made(
    place: Place, calls: httpx.Client, capsys: pytest.CaptureFixture[str]
) -> None:
    place.write({**project_file(place.name), "time_zone": "Europe/Stokholm"})
    assert run(["project", "register", str(place.file)]) == 2
    assert f"{place.file}:" in capsys.readouterr().err
    assert documents(calls, place) == {}


def test_a_project_cannot_be_called_as_the_deployments_are_that_are_copied(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with temporary_settings({PREFECT_API_URL: NOWHERE}):
        assert run(["project", "register", str(Place(tmp_path, "any-project").file)]) == 2
    assert "cannot be called any-project" in capsys.readouterr().err


def test_a_server_that_does_not_answer_is_tried_again_later(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = Place(tmp_path, "fjall")
    with temporary_settings({PREFECT_API_URL: NOWHERE}):
        assert run(["project", "register", str(place.file)]) == 75
        silent = capsys.readouterr().err
        assert run(["project", "pause", "fjall"]) == 75
    assert NOWHERE in silent
    assert "make up" in silent


@pytest.mark.prefect
def test_a_wrong_sign_in_is_a_persons_matter(
    prefect_harness: server.Server, capsys: pytest.CaptureFixture[str]
) -> None:
    status, _, said = told(
        "project", "pause", "fjall", PREFECT_API_URL=f"{prefect_harness.url}/api", PREFECT_API_AUTH_STRING="skyflytt:no"
    )
    assert status == 1
    assert "does not let this shell in" in said
    assert "source .skyflytt/prefect/env.sh" in said


def test_without_any_server_it_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """And never starts one of Prefect's own, in which nobody would look."""
    monkeypatch.setattr("deployments.stack.place.default_home", lambda: tmp_path)
    with temporary_settings(restore_defaults={PREFECT_API_URL}):
        assert not PREFECT_API_URL.value()
        assert run(["project", "resume", "fjall"]) == 75
    assert "none was started in this checkout" in capsys.readouterr().err


@pytest.mark.prefect
def test_the_server_of_this_checkout_is_found(prefect_harness: server.Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deployments.stack.place.default_home", lambda: prefect_harness.home)
    with temporary_settings(restore_defaults={PREFECT_API_URL}), at_server.at_server() as address:
        assert address == f"{prefect_harness.url}/api"


def test_the_commands_come_without_prefect() -> None:
    code = "import sys, skyflytt.cli; print([one for one in sys.modules if one.split('.')[0] in ('prefect', 'blocks', 'flows')])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    status, said, _ = told("project", "--help")
    assert status == 0
    assert all(words in said for words in ("register", "pause", "resume", "unregister", "check", "schema"))
