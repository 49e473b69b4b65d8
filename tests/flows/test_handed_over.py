"""A mailbox that comes as PST files, as a provider hands it over: discovery, export and delta to a real Dovecot, and nothing to erase."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from blocks import MigrationProject
from deployments.register import register_blocks
from deployments.stack import server
from deployments.stack.customer import rehearsal_clock
from flows.advance import Where, advance
from flows.decommission import decommission
from flows.delta import delta
from flows.discovery import discovery
from flows.export import export
from skyflytt.ledger import items, journal
from skyflytt.ledger.schema import State
from skyflytt.mail.identity import fingerprint
from skyflytt.phase.check_mailbox import check_mailbox
from skyflytt.phase.source import HANDED_OVER
from skyflytt.playbook.steps import StepState, step_rows
from skyflytt.project.secrets import EnvironmentSecrets
from tests.contract.mail_messages import message
from tests.contract.mail_places import dovecot
from tests.flows.history import History, ended_as
from tests.mail.pst.handed_over import write_pst_file

pytestmark = [pytest.mark.prefect, pytest.mark.real]
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def history(prefect_harness: server.Server) -> Iterator[History]:
    with History.of(prefect_harness) as told:
        yield told


@pytest.fixture(scope="module")
def project(
    prefect_harness: server.Server, tmp_path_factory: pytest.TempPathFactory, require_debian: Callable[..., str]
) -> Iterator[MigrationProject]:
    home = tmp_path_factory.mktemp("handed-over")
    rehearsal_clock(home / "clock")
    handed_over(home / "pst" / "anna")
    with dovecot(tmp_path_factory.mktemp("dovecot"), require_debian) as place:
        new = place.servers["tls"]
        servers = {
            "pst": {"kind": "pst", "root": "pst", "password_note": "Bengt Öberg"},
            "new-mail": {"kind": "imap", "host": new.host, "port": new.port, "ca_file": str(new.ca_file)},
        }
        file = write_project(home, servers, place.new_mailbox("full"))
        secrets = EnvironmentSecrets({"SKYFLYTT_SECRET_SERVERS_NEW_MAIL": place.secret})
        yield register_blocks(file, home / "workspace", secrets, clock_file=home / "clock")


def handed_over(folder: Path) -> None:
    """Two files of one mailbox, which have a message in common."""
    folder.mkdir(parents=True)
    first, second = [message(number) for number in range(5)], [message(number) for number in range(4, 8)]
    write_pst_file(folder / "until 2024.pst", {("Inbox",): first, ("Projekt", "Ängen"): [message(20)]})
    write_pst_file(folder / "since 2025.pst", {("Inbox",): second, ("Sent Items",): [message(30)]})


def write_project(home: Path, servers: dict[str, Any], login: str) -> Path:
    data = yaml.safe_load((ROOT / "docs" / "examples" / "project.yaml").read_text("utf-8"))
    mailbox = {
        "name": "anna",
        "source": {"server": "pst", "login": "anna"},
        "target": {"server": "new-mail", "login": login},
    }
    left_out = {"shares": [], "applications": [], "drops": [], "devices": []}
    file = home / "project.yaml"
    data |= {"project": "handed-over", "servers": servers, "mailboxes": [mailbox], **left_out}
    file.write_text(yaml.safe_dump(data, allow_unicode=True), "utf-8")
    return file


def digests(project: MigrationProject) -> dict[str, str]:
    files = Path(project.file).with_name("pst").rglob("*.pst")
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def test_discovery_counts_it(project: MigrationProject, history: History) -> None:
    advance(project=project, where=Where.HERE, return_state=True)
    state = discovery(project=project, return_state=True)
    assert ended_as(state)[2].startswith("11 messages in 1 mailboxes, ")
    rows = history.artifacts(state)["handed-over-count-anna"]["data"]
    assert {row["folder"]: row["messages"] for row in rows if row["messages"]} == {
        "INBOX": 9,
        "Projekt/Ängen": 1,
        "Sent Items": 1,
    }
    concerns = {row["concern"] for row in history.artifacts(state)["handed-over-concerns"]["data"]}
    assert "mail.target-not-ready" not in concerns


def test_export_and_delta_move_it_and_change_nothing(project: MigrationProject, history: History) -> None:
    before = digests(project)
    assert ended_as(export(project=project, return_state=True))[2] == "11 moved (11 now), 0 skipped, 0 failed"
    assert ended_as(delta(project=project, return_state=True))[2] == "11 moved (11 now), 0 skipped, 0 failed"
    assert ended_as(delta(project=project, return_state=True))[2] == "11 moved (0 now), 0 skipped, 0 failed"
    with project.open() as migration:
        compared = check_mailbox(migration, "anna")
        done = list(items.stream(migration.ledger, migration.workload("mailbox", "anna"), State.DONE))
    assert (compared.expected, compared.found, compared.missing, compared.extra) == (11, 11, {}, {})
    # What is in both files is there twice.
    assert sum(item.identity == fingerprint(message(4)).fingerprint for item in done) == 2
    assert len(before) == 2
    assert digests(project) == before


def test_decommission_erases_nothing_and_says_why(project: MigrationProject, history: History) -> None:
    before = digests(project)
    state = decommission(project=project, step="decommission", return_state=True)
    assert ended_as(state) == ("COMPLETED", "Completed", f"mailbox anna: not applicable. {HANDED_OVER}")
    found = history.artifacts(state)
    assert "handed-over-deletion-plan" not in found
    assert found["handed-over-not-erased"]["data"] == [
        {"place": "mailbox anna", "erasure": "not applicable", "why": HANDED_OVER}
    ]
    with project.open() as migration:
        row = step_rows(migration.ledger, migration.name)["decommission"]
        actions = [entry.action for entry in journal.entries(migration.ledger, migration.name)]
    assert row.state is StepState.DONE
    assert row.outcome == f"mailbox anna: not applicable. {HANDED_OVER}"
    assert actions.count("erasure-not-applicable") == 1
    assert not any(action.startswith("deletion") for action in actions)
    assert digests(project) == before
