"""The road of one customer, phase by phase, each started by hand as from the run form: one scenario, its tests in this order."""

from __future__ import annotations

import json
import stat
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pypff
import pytest
from prefect.client.schemas.objects import State

from blocks import MigrationProject
from flows.advance import Where, advance
from flows.approve import approve
from flows.cutover import cutover
from flows.decommission import decommission
from flows.delta import delta
from flows.discovery import discovery
from flows.drop import DropAct, drop
from flows.export import export
from skyflytt.deadline.notice import days_later
from skyflytt.decommission.absence import Verdict
from skyflytt.decommission.countdown import WARNING_DAYS
from skyflytt.decommission.holds import Hold, HoldAnswer
from skyflytt.drop.rows import DropState, drop_row
from skyflytt.errors.ledger import SourceErased
from skyflytt.evidence.verify import verify_pack
from skyflytt.ledger import items, journal, projects
from skyflytt.ledger.passes import Account, last_account
from skyflytt.ledger.schema import Mode
from skyflytt.ledger.schema import State as ItemState
from skyflytt.phase.decide import Decision
from skyflytt.phase.drops import secret_file_of
from skyflytt.phase.migration import Migration
from skyflytt.phase.notices import warn_of_deletion
from skyflytt.playbook.approvals import CUTOVER, approvals
from skyflytt.playbook.steps import StepState, step_rows
from skyflytt.sandbox import changes
from skyflytt.sandbox.company.people import INFO, STAFF
from tests.flows.company import Company
from tests.flows.history import History, ended_as, run_id, wait_until

pytestmark = [pytest.mark.prefect, pytest.mark.long]

MAILBOXES, SHARES = ("anna", "bengt", "cecilia", "info"), ("homes", "company")
TIMED = {"archive", "check", "count", "delta", "erase", "open drop"}
"""Steps that take the time of what there is."""
ERASURE_DAY = datetime.fromisoformat("2026-11-11T00:00:00+01:00")
dropped_secrets: list[str] = []


@pytest.fixture(scope="module")
def project(company: Company) -> MigrationProject:
    return company.register()


@pytest.fixture
def migration(project: MigrationProject) -> Iterator[Migration]:
    with project.open() as opened:
        yield opened


def accounts(migration: Migration, *kinds: str) -> list[Account]:
    """The ledger's newest accounts of workloads of these kinds."""
    names = {"archive": MAILBOXES, "mailbox": MAILBOXES, "share": SHARES, "drop": ("handover",)}
    found = [last_account(migration.ledger, migration.workload(kind, name)) for kind in kinds for name in names[kind]]
    assert None not in found
    return [account for account in found if account]


def sums(accounts: list[Account]) -> str:
    parts = {part: sum(getattr(one, part) for one in accounts) for part in ("moved", "moved_now", "skipped", "failed")}
    return "{moved} moved ({moved_now} now), {skipped} skipped, {failed} failed".format(**parts)


def check_run(history: History, state: State[Any], phase: str, tasks: set[str], artifacts: set[str]) -> dict[str, Any]:
    """The run's own name, its tasks' names, and its artifacts' keys; the artifacts."""
    run = history.flow_run(state)
    assert (f"{run['name']} · ").startswith(f"norrsken · {phase} · ")
    assert set(run["tags"]) >= {"skyflytt", phase, "norrsken"}
    assert all(set(one["tags"]) >= {phase, "norrsken"} for one in history.task_runs(state).values())
    assert set(history.task_runs(state)) == {f"norrsken · {name}" for name in tasks}
    found = history.artifacts(state)
    drawn = {f"norrsken-{phase}-timeline"} if any(name.partition(" · ")[0] in TIMED for name in tasks) else set()
    assert {key for key in found if not key.endswith("-progress")} == {f"norrsken-{key}" for key in artifacts} | drawn
    assert [key for key in found if key.endswith("-progress") and found[key]["data"] != 100.0] == []
    return found


def check_tables(found: dict[str, Any], phase: str, of_ledger: list[Account]) -> None:
    """Every account's table adds up and says what the ledger says; so does the summary."""
    rows = [one for one in found[f"norrsken-{phase}-summary"]["data"] if one.get("source", "") != ""]
    assert {one["workload"]: one["source"] for one in rows} == {one.workload.label: one.source for one in of_ledger}
    for row in rows:
        assert row["source"] == row["moved"] + row["skipped"] + row["failed"] > 0
    tables = [table["data"] for table in found.values() if table["type"] == "table"]
    told = [_said(one) for table in tables for one in table if one.get("pass", "") != ""]
    assert sorted(told) == sorted(_said(one) for one in [*rows, *rows])


def _said(row: dict[str, Any]) -> str:
    """Without the columns that only other rows of its table have."""
    return str({column: value for column, value in row.items() if value != ""})


def test_advance_on_the_day_of_the_notice(project: MigrationProject, history: History, migration: Migration) -> None:
    state = advance(project=project, where=Where.HERE, return_state=True)

    assert ended_as(state) == ("COMPLETED", "Completed", "did notice-given, discovery")
    done = {name for name, row in step_rows(migration.ledger, migration.name).items() if row.state is StepState.DONE}
    assert done == {"notice-given", "discovery"}
    playbook = history.artifacts(state)["norrsken-playbook"]["data"]
    assert [row["state"] for row in playbook[:3]] == ["done", "done", "waiting"]
    assert all(row["waits for"] for row in playbook if row["state"] == "waiting")

    again = advance(project=project, where=Where.HERE, return_state=True)
    assert ended_as(again) == ("COMPLETED", "Completed", "nothing was due")
    assert "2 of 43 steps of the playbook are done" in (migration.workspace / "report" / "index.html").read_text()


def test_discovery_counts_everything(project: MigrationProject, history: History) -> None:
    state = discovery(project=project, return_state=True)

    found = check_run(
        history,
        state,
        "discovery",
        tasks={f"count · {name}" for name in MAILBOXES + SHARES} | {"look around"},
        artifacts={f"count-{name}" for name in MAILBOXES + SHARES}
        | {"concerns", "estimate", "quote", "discovery-summary"},
    )
    counted = {name: sum(row["messages"] for row in found[f"norrsken-count-{name}"]["data"]) for name in MAILBOXES}
    kind, name, message = ended_as(state)
    assert (kind, name) == ("COMPLETED", "Completed")
    assert message.startswith(f"{sum(counted.values())} messages in 4 mailboxes, ")
    assert f" in 2 shares, {len(found['norrsken-concerns']['data'])} concerns, " in message
    assert {row["workload"] for row in found["norrsken-estimate"]["data"]} >= {"mailbox anna", "share company"}


def test_export_archives_and_writes_every_mailbox(
    project: MigrationProject, history: History, migration: Migration
) -> None:
    state = export(project=project, return_state=True)

    archived = accounts(migration, "archive")
    assert ended_as(state) == ("COMPLETED", "Completed", sums(archived))
    found = check_run(
        history,
        state,
        "export",
        tasks={f"{step} · {name}" for step in ("archive", "export") for name in MAILBOXES},
        artifacts={f"archive-{name}" for name in MAILBOXES}
        | {f"export-{name}-files" for name in MAILBOXES}
        | {f"archive-{one.workload.name}-left" for one in archived if one.skipped or one.failed}
        | {"export-summary"},
    )
    check_tables(found, "export", archived)
    for one in archived:
        formats = {row["format"]: row for row in found[f"norrsken-export-{one.workload.name}-files"]["data"]}
        assert set(formats) == {"pst"}
        assert formats["pst"]["messages"] == one.moved
        assert (
            messages_in(migration.folder("exports", one.workload.name, "pst") / f"{one.workload.name}.pst") == one.moved
        )


def messages_in(pst: Path) -> int:
    def counted(folder: Any) -> int:
        return folder.number_of_sub_messages + sum(counted(below) for below in folder.sub_folders)

    file = pypff.open(str(pst))
    try:
        return counted(file.root_folder)
    finally:
        file.close()


def remarks(migration: Migration, account: Account) -> list[str | None]:
    return [item.code for item in items.remarked(migration.ledger, account.workload)]


def check_delta(state: State[Any], project: MigrationProject, history: History, migration: Migration) -> list[Account]:
    moved = accounts(migration, "mailbox", "share")
    assert ended_as(state) == ("COMPLETED", "Completed", sums(moved))
    found = check_run(
        history,
        state,
        "delta",
        tasks={f"delta · {name}" for name in MAILBOXES + SHARES},
        artifacts={f"delta-{name}" for name in MAILBOXES + SHARES}
        | {f"delta-{one.workload.name}-left" for one in moved if one.skipped or one.failed}
        | {f"delta-{one.workload.name}-remarks" for one in moved if remarks(migration, one)}
        | {"delta-summary"},
    )
    check_tables(found, "delta", moved)
    for one in moved:
        left = found.get(f"norrsken-delta-{one.workload.name}-left", {"data": []})["data"]
        assert len(left) == one.skipped + one.failed
        assert all(row["code"] for row in left)
    return moved


def test_the_first_delta_moves_everything(project: MigrationProject, history: History, migration: Migration) -> None:
    moved = check_delta(delta(project=project, return_state=True), project, history, migration)

    assert all(one.moved_now == one.moved > 0 and one.failed == 0 and one.mode is Mode.MIRROR for one in moved)


def test_a_delta_right_after_moves_nothing(project: MigrationProject, history: History, migration: Migration) -> None:
    before = accounts(migration, "mailbox", "share")
    moved = check_delta(delta(project=project, return_state=True), project, history, migration)

    assert [one.moved_now for one in moved] == [0] * len(moved)
    assert [one.source for one in moved] == [one.source for one in before]
    assert [one.number for one in moved] == [one.number + 1 for one in before]


def test_decommission_is_held_and_says_every_reason(
    project: MigrationProject, history: History, migration: Migration
) -> None:
    state = decommission(project=project, return_state=True)

    found = check_run(
        history, state, "decommission", tasks=set(), artifacts={"deletion-plan", "interlock", "decommission-summary"}
    )
    reasons = {row["condition"]: row["why not"] for row in found["norrsken-interlock"]["data"]}
    assert set(reasons) == {"cut-over", "received", "holds-answered", "approved-by-two", "warned", "time-is-up"}
    kind, name, message = ended_as(state)
    assert (kind, name) == ("COMPLETED", "Held")
    assert message.startswith("Nothing was deleted, plan ")
    assert [reason for reason in reasons.values() if reason not in message] == []
    assert not any(entry.action.startswith("deletion") for entry in journal.entries(migration.ledger, migration.name))


def test_cutover_waits_for_a_person_and_goes_on_with_the_name_in_the_form(
    company: Company, project: MigrationProject, history: History, migration: Migration
) -> None:
    changes.apply(company.sandbox, "autumn")
    ended: list[State[Any]] = []
    thread = threading.Thread(target=lambda: ended.append(cutover(project=project, return_state=True)))
    thread.start()

    def paused() -> list[dict[str, Any]]:
        query = {"flow_runs": {"name": {"any_": ["norrsken · cutover"]}, "state": {"type": {"any_": ["PAUSED"]}}}}
        return history.all("flow_runs", **query)

    wait_until(paused)
    run = paused()[0]
    assert run["state"]["name"] == "Paused"
    assert projects.mode(migration.ledger, migration.name) is Mode.MIRROR
    resume = f"/flow_runs/{run['id']}/resume"
    accepted = history.calls.post(resume, json={"run_input": {"approver": "Bengt Öberg"}}).json()
    assert accepted["status"] == "ACCEPT", accepted
    thread.join(timeout=120)

    (state,) = ended
    assert run_id(state) == run["id"]
    moved = accounts(migration, "mailbox", "share")
    words = "cut over, approved by Bengt Öberg; the target is only added to from now on"
    assert ended_as(state) == ("COMPLETED", "Completed", f"{sums(moved)}. {words}")
    assert sum(one.moved_now for one in moved) > 0
    found = check_run(
        history,
        state,
        "cutover",
        tasks={f"delta · {name}" for name in MAILBOXES + SHARES} | {f"check · {name}" for name in MAILBOXES},
        artifacts={f"delta-{name}" for name in MAILBOXES + SHARES}
        | {f"delta-{one.workload.name}-left" for one in moved if one.skipped or one.failed}
        | {f"check-{name}" for name in MAILBOXES}
        | {"cutover-summary"},
    )
    check_tables(found, "cutover", moved)
    assert [one.approver for one in approvals(migration.ledger, migration.name, CUTOVER)] == ["Bengt Öberg"]
    assert projects.mode(migration.ledger, migration.name) is Mode.APPEND


def test_the_delta_after_the_cutover_only_adds(
    company: Company, project: MigrationProject, history: History, migration: Migration
) -> None:
    changes.apply(company.sandbox, "last-week")
    moved = check_delta(delta(project=project, return_state=True), project, history, migration)

    assert {one.mode for one in moved} == {Mode.APPEND}
    assert sum(one.moved_now for one in moved) > 0
    # An appointment was put off and a draft written on, in each mailbox but the shared one: both versions are there, and it is told.
    told = {one.workload.name: remarks(migration, one) for one in moved}
    assert {name: codes for name, codes in told.items() if codes} == {
        person.key: ["mail.earlier-version-stays"] * 2 for person in STAFF if person is not INFO
    }


def test_the_drop_opens_for_the_customer(project: MigrationProject, history: History, migration: Migration) -> None:
    state = drop(project=project, act=DropAct.OPEN, only="handover", return_state=True)

    assert not state.is_failed(), state.message
    (filled,) = accounts(migration, "drop")
    assert ended_as(state) == ("COMPLETED", "Completed", f"{sums([filled])}. open: handover")
    artifacts = {"drop-handover", "drop-handover-open", "drop-summary"}
    artifacts |= {"drop-handover-left"} if filled.skipped or filled.failed else set()
    found = check_run(history, state, "drop", tasks={"open drop · handover"}, artifacts=artifacts)
    check_tables(found, "drop", [filled])
    row = drop_row(migration.ledger, migration.name, "handover")
    assert row.state is DropState.OPEN
    assert row.manifest_digest
    assert row.manifest_digest in found["norrsken-drop-handover-open"]["data"]
    kept = secret_file_of(migration, "handover")
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    dropped_secrets.append(kept.read_text())


def test_opening_an_open_drop_changes_nothing(project: MigrationProject, migration: Migration) -> None:
    before = drop_row(migration.ledger, migration.name, "handover")
    state = drop(project=project, act=DropAct.OPEN, only="handover", return_state=True)

    assert state.is_completed()
    assert drop_row(migration.ledger, migration.name, "handover") == before
    assert secret_file_of(migration, "handover").read_text() == dropped_secrets[0]


def test_opening_an_open_drop_says_that_nothing_was_moved(project: MigrationProject) -> None:
    state = drop(project=project, act=DropAct.OPEN, only="handover", return_state=True)

    assert "(0 now)" in (state.message or "")


def test_who_fetched_from_the_drop_is_an_artifact_and_the_receipt_is_taken(
    project: MigrationProject, history: History, migration: Migration
) -> None:
    row = drop_row(migration.ledger, migration.name, "handover")
    state = drop(project=project, act=DropAct.STATUS, only="handover", return_state=True)
    assert state.is_completed(), state.message
    found = check_run(
        history, state, "drop", tasks={"look at drop · handover"}, artifacts={"drop-handover-status", "drop-summary"}
    )
    assert "There is no receipt yet." in found["norrsken-drop-handover-status"]["data"]
    refused = drop(project=project, act=DropAct.RECEIPT, digest="0" * 64, by="Anna Åström", return_state=True)
    assert refused.is_failed()
    assert "drop.receipt-does-not-match" in (refused.message or "")
    state = drop(
        project=project, act=DropAct.RECEIPT, digest=row.manifest_digest or "", by="Anna Åström", return_state=True
    )
    assert ended_as(state) == ("COMPLETED", "Completed", "receipt: handover")
    assert drop_row(migration.ledger, migration.name, "handover").receipt


def test_the_drop_closes_with_proof(project: MigrationProject, history: History, migration: Migration) -> None:
    state = drop(project=project, act=DropAct.CLOSE, only="handover", return_state=True)

    assert ended_as(state) == ("COMPLETED", "Completed", "close: handover")
    found = check_run(
        history, state, "drop", tasks={"close drop · handover"}, artifacts={"drop-handover-closed", "drop-summary"}
    )
    row = drop_row(migration.ledger, migration.name, "handover")
    assert row.state is DropState.CLOSED
    assert row.closure_proof
    assert json.loads(row.closure_proof) == json.loads(
        found["norrsken-drop-handover-closed"]["data"].split("```json\n")[1].split("\n```")[0]
    )
    assert not secret_file_of(migration, "handover").exists()
    again = drop(project=project, act=DropAct.CLOSE, only="handover", return_state=True)
    assert ended_as(again) == ("COMPLETED", "Completed", "close: handover")


def test_approve_records_decisions_from_a_form(
    project: MigrationProject, history: History, migration: Migration
) -> None:
    state = approve(project=project, what=Decision.WAIVE_RECEIPT, full_name="Anna Åström", return_state=True)
    assert ended_as(state) == (
        "COMPLETED",
        "Completed",
        "Anna Åström decided: the receipt for the drop is waived.",
    )
    assert history.flow_run(state)["name"] == f"norrsken · approve · {Decision.WAIVE_RECEIPT}"
    assert history.artifacts(state)["norrsken-decision"]["data"] == state.message

    nobody = approve(project=project, what=Decision.DELETION, full_name="  ", return_state=True)
    kind, name, message = ended_as(nobody)
    assert (kind, name) == ("FAILED", "Failed")
    assert "[playbook.approver-missing]" in message

    for hold in Hold:
        given: dict[str, Any] = {"hold": hold, "answer": HoldAnswer.NONE, "reason": "looked at"}
        assert approve(project, Decision.HOLD, "Anna Åström", **given, return_state=True).is_completed()
    for person in ("Anna Åström", "anna åström"):
        assert approve(project=project, what=Decision.DELETION, full_name=person, return_state=True).is_completed()


def test_decommission_stays_held_until_two_people_and_the_day_have_come(
    company: Company, project: MigrationProject, history: History
) -> None:
    held = decommission(project=project, return_state=True)
    reasons = {row["condition"] for row in history.artifacts(held)["norrsken-interlock"]["data"]}
    assert (held.name, reasons) == ("Held", {"approved-by-two", "time-is-up", "warned"})

    approve(project=project, what=Decision.DELETION, full_name="Bengt Öberg", return_state=True)
    with project.open() as migration:
        for days in WARNING_DAYS:
            company.clock.move_to(ERASURE_DAY - timedelta(days=days, hours=2))
            assert warn_of_deletion(migration) is None
            company.clock.move_to(days_later(ERASURE_DAY, -days, migration.project.zone))
            assert warn_of_deletion(migration) == days
    company.clock.move_to(ERASURE_DAY)
    state = decommission(project=project, return_state=True)

    places = {f"mailbox {name}" for name in MAILBOXES} | {f"share {name}" for name in SHARES}
    found = check_run(
        history,
        state,
        "decommission",
        tasks={f"erase · {place}" for place in places},
        artifacts={f"erase-{place.replace(' ', '-')}" for place in places}
        | {"deletion-plan", "deletion-record", "decommission-summary"},
    )
    kind, name, message = ended_as(state)
    assert (kind, name) == ("COMPLETED", "Completed")
    plan = found["norrsken-deletion-plan"]["data"]
    assert message.startswith(f"{sum(row['objects'] for row in plan)} objects deleted and seen to be gone; record ")
    with project.open() as migration:
        pack = verify_pack(migration.workspace / "packs" / "norrsken.zip")
    assert {part.name for part in pack.of_exit if part.verdict is not Verdict.PASS} == {"absence"}
    assert {part.name for part in pack.of_pack if part.verdict is not Verdict.PASS} == {"signer"}
    for place in places:
        (row,) = found[f"norrsken-erase-{place.replace(' ', '-')}"]["data"]
        assert row["planned"] == row["deleted"] > 0
        assert row["remaining"] == 0


def test_no_pass_takes_the_erased_source_for_an_empty_one(
    project: MigrationProject, history: History, migration: Migration
) -> None:
    before = accounts(migration, "mailbox", "share")
    state = delta(project=project, return_state=True)

    kind, name, message = ended_as(state)
    assert (kind, name) == ("FAILED", "Failed")
    assert message.count("[ledger.source-erased]") == 3
    assert message.split("; ")[-1].startswith(f"and {len(MAILBOXES + SHARES) - 3} more")
    rows = history.artifacts(state)["norrsken-delta-failures"]["data"]
    assert {row["where"] for row in rows} == {
        *(f"move mailbox {name}" for name in MAILBOXES),
        *(f"move share {name}" for name in SHARES),
    }
    assert {(row["code"], row["what to do"]) for row in rows} == {(SourceErased.code, SourceErased.advice)}
    assert {run["run_count"] for run in history.task_runs(state).values()} == {1}
    assert accounts(migration, "mailbox", "share") == before


def test_nothing_is_open_in_the_ledger_and_every_run_is_in_its_journal(migration: Migration, history: History) -> None:
    for kind, names in (("mailbox", MAILBOXES), ("share", SHARES)):
        for name in names:
            workload = migration.workload(kind, name)
            open_items = list(items.stream(migration.ledger, workload, ItemState.SEEN, ItemState.STARTED))
            assert open_items == []
    phases = ["discovery", "discovery", "export", "delta", "delta", "decommission", "cutover", "delta", "drop", "drop"]
    phases += [*["drop"] * 6, "decommission", "decommission", "delta"]
    told = [entry.action for entry in journal.entries(migration.ledger, migration.name)]
    assert [action for action in told if action.endswith("-run")] == [f"{phase}-run" for phase in phases]


def test_no_secret_is_told_anywhere(company: Company, history: History) -> None:
    secrets = json.loads(company.sandbox.secrets_file.read_text())
    assert len(secrets) == 17
    assert len(dropped_secrets) == 1
    values = [part for value in (*secrets.values(), *dropped_secrets) for part in {value, value.rpartition(":")[2]}]
    told = list(history.everything())
    assert {where.split()[0] for where, _ in told} >= {"flow_runs", "task_runs", "artifacts", "logs", "event", "input"}
    assert [where for where, text in told if any(value in text for value in values)] == []
