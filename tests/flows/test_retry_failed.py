"""A dry run, a run of which a part failed, and running that part again: one project of folders, its tests in this order."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import yaml
from prefect.client.schemas.objects import State

from blocks import MigrationProject
from deployments.register import register_blocks
from deployments.stack import server
from deployments.stack.customer import rehearsal_clock
from flows.advance import Where
from flows.delta import delta
from flows.retry_failed import PhaseAgain, retry_failed
from skyflytt.errors.files import PathMissing
from skyflytt.ledger import items, journal
from skyflytt.phase.last_run import last_runs, note_begun
from skyflytt.project.secrets import EnvironmentSecrets
from tests.flows.history import History, ended_as
from tests.phase.discovered import EXAMPLE, make_mailbox

pytestmark = pytest.mark.prefect
SHARES = ("company", "homes")
REPORT = "http://127.0.0.1:8080/again/"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("again")


@pytest.fixture(scope="module")
def project(prefect_harness: server.Server, home: Path) -> MigrationProject:
    """An empty mailbox and two shares, of which one is not where the project file says."""
    rehearsal_clock(home / "clock")
    for side in ("old", "new"):
        make_mailbox(home, side)
        (home / f"{side}-files").mkdir()
    (home / "old-files" / "company").mkdir()
    (home / "old-files" / "company" / "a.txt").write_text("a")
    data = yaml.safe_load(EXAMPLE.read_text("utf-8"))
    data["servers"] = {f"{side}-mail": {"kind": "maildir", "root": f"{side}-mail"} for side in ("old", "new")} | {
        f"{side}-files": {"kind": "local", "root": f"{side}-files"} for side in ("old", "new")
    }
    info = {"name": "info", **{end: {"server": f"{side}-mail", "login": "info"} for end, side in ENDS}}
    shares = [
        {"name": name, **{end: {"server": f"{side}-files", "path": name} for end, side in ENDS}} for name in SHARES
    ]
    nothing: dict[str, Any] = {key: [] for key in ("applications", "drops", "devices", "domains", "logs")}
    file = home / "project.yaml"
    whole = {**data, **nothing, "mailboxes": [info], "shares": shares, "project": "again"}
    file.write_text(yaml.safe_dump(whole, allow_unicode=True), "utf-8")
    block = register_blocks(file, home / "workspace", EnvironmentSecrets({}), clock_file=home / "clock")
    block.report_url = REPORT
    return block


ENDS = (("source", "old"), ("target", "new"))


def again(project: MigrationProject, phase: PhaseAgain = PhaseAgain.ALL, **options: Any) -> State[Any]:
    return retry_failed(project=project, phase=phase, where=Where.HERE, return_state=True, **options)


def actions(project: MigrationProject) -> list[str]:
    with project.open() as migration:
        return [entry.action for entry in journal.entries(migration.ledger, migration.name)]


def test_a_dry_run_tells_what_a_pass_would_do_and_is_nobodys_last_run(
    project: MigrationProject, home: Path, history: History
) -> None:
    state = delta(project=project, mailboxes=["info"], shares=["company"], dry_run=True, return_state=True)
    would = "a pass would find 1 new, 0 changed, 0 gone, and 0 that wait for it since earlier"
    assert ended_as(state) == ("COMPLETED", "Completed", f"Dry run, nothing was changed: {would}")
    run = history.flow_run(state)
    assert run["name"] == "again · delta · info, company · dry run"
    assert set(run["tags"]) == {"skyflytt", "delta", "again", "dry run"}
    rows = history.artifacts(state)["again-delta-dry-run"]["data"]
    assert [(row["workload"], row["new"]) for row in rows] == [("mailbox info", 0), ("share company", 1)]
    assert not list((home / "new-files").iterdir())
    with project.open() as migration:
        for kind, name in (("mailbox", "info"), ("archive", "info"), ("share", "company")):
            assert list(items.stream(migration.ledger, migration.workload(kind, name))) == []
    assert "delta-tried" in actions(project)
    assert not [one for one in actions(project) if one.endswith(("-run", "-begun"))]
    assert ended_as(again(project))[2] == "No run of every phase is known, so that nothing can be run again."


def test_a_failed_run_shows_item_reason_and_advice_without_opening_logs(
    project: MigrationProject, history: History
) -> None:
    state = delta(project=project, return_state=True)
    kind, name, message = ended_as(state)
    assert (kind, name) == ("FAILED", "Failed")
    assert message.startswith("move share homes: ")
    assert f"[{PathMissing.code}] {PathMissing.advice}" in message
    assert message.endswith("Besides: 1 moved (1 now), 0 skipped, 0 failed")
    found = history.artifacts(state)
    (row,) = found["again-delta-failures"]["data"]
    assert (row["where"], row["code"], row["what to do"]) == ("move share homes", PathMissing.code, PathMissing.advice)
    assert "](data:image/svg+xml;base64," in found["again-delta-timeline"]["data"]
    assert f"]({REPORT})" in found["again-report"]["data"]


def test_what_would_be_run_again_is_told_and_nothing_is_started(project: MigrationProject, history: History) -> None:
    before = actions(project)
    state = again(project, dry_run=True)
    words = "Dry run, nothing was started. Again would run: delta (failed: move share homes)"
    assert ended_as(state) == ("COMPLETED", "Completed", words)
    rows = history.artifacts(state)["again-retry-failed"]["data"]
    assert [(row["phase"], row["ended"], row["to be run again"]) for row in rows] == [
        ("delta", "yes", "failed: move share homes")
    ]
    assert actions(project) == before


def test_only_what_failed_is_run_again_until_nothing_is_left(
    project: MigrationProject, home: Path, history: History
) -> None:
    (home / "old-files" / "homes").mkdir()
    state = again(project)
    assert ended_as(state) == ("COMPLETED", "Completed", "Run again: delta (failed: move share homes)")
    named = {"flow_runs": {"name": {"any_": ["again · delta · homes"]}}}
    runs = history.all("flow_runs", **named)
    assert [sorted(one["tags"]) for one in runs] == [["again", "delta", "retry-failed", "skyflytt"]]
    tasks = history.all("task_runs", flow_runs={"id": {"any_": [one["id"] for one in runs]}})
    assert {one["name"] for one in tasks} == {"again · delta · homes"}
    assert ended_as(again(project, PhaseAgain.DELTA))[2] == "Nothing failed in the last run of delta."


def test_a_run_that_got_no_end_is_run_again(
    project: MigrationProject, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise SystemError("as if it had been killed")

    with monkeypatch.context() as patched:
        patched.setattr("flows.delta.run_delta", killed)
        assert ended_as(delta(project=project, shares=["company"], return_state=True))[0] == "FAILED"
    # It fails once more, since what it needs is away; the run after it goes on.
    (home / "old-files" / "company").rename(home / "away")
    failed = again(project)
    assert ended_as(failed)[0] == "FAILED"
    words = "Run again: delta (cut off before its end). It failed once more: move share company: There is nothing at company"
    assert (failed.message or "").startswith(words)
    (home / "away").rename(home / "old-files" / "company")
    assert ended_as(again(project))[2] == "Run again: delta (failed: move share company)"
    with project.open() as migration:
        assert last_runs(migration)["delta"].well


def test_a_run_that_prefect_has_as_running_is_left_alone(project: MigrationProject, history: History) -> None:
    flow = history.all("flows", flows={"name": {"any_": ["export"]}}) or history.all("flows")
    body = {"flow_id": flow[0]["id"], "name": "elsewhere", "state": {"type": "RUNNING"}}
    run = history.calls.post("/flow_runs/", json=body).raise_for_status().json()["id"]
    with project.open() as migration:
        note_begun(migration, "export", run, {}, by="test")
        note_begun(migration, "late-mail", str(uuid4()), {}, by="test")
    words = ended_as(again(project, dry_run=True))[2]
    assert words == "Dry run, nothing was started. Again would run: late-mail (cut off before its end)"
    words = ended_as(again(project, PhaseAgain.EXPORT))[2]
    assert words.startswith("Nothing is started. export: running at Prefect; wait for its end, or cancel it")
    ends = {"state": {"type": "CANCELLED"}, "force": True}
    history.calls.post(f"/flow_runs/{run}/set_state", json=ends).raise_for_status()
