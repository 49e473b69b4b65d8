"""The flow `licences` against the simulated Webex: nothing without dry_run off, a table of the ledger, held while anything is left."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from blocks import MigrationProject
from deployments.register import register_blocks
from deployments.stack import server
from deployments.stack.customer import rehearsal_clock
from flows.licences import LicencesAct, licences
from skyflytt.project.secrets import EnvironmentSecrets
from tests.directory.company import IT, TRIALS, company
from tests.directory.webex.running import TOKEN, RunningWebex, running_webex
from tests.flows.history import History, ended_as

pytestmark = [pytest.mark.prefect, pytest.mark.long]
EXAMPLE = Path(__file__).resolve().parents[2] / "docs" / "examples" / "project.yaml"


@pytest.fixture(scope="module")
def webex(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningWebex]:
    with running_webex(tmp_path_factory.mktemp("webex"), company()) as running:
        yield running


@pytest.fixture(scope="module")
def project(
    prefect_harness: server.Server, webex: RunningWebex, tmp_path_factory: pytest.TempPathFactory
) -> MigrationProject:
    home = tmp_path_factory.mktemp("licences")
    rehearsal_clock(home / "clock")
    data = yaml.safe_load(EXAMPLE.read_text("utf-8"))
    nothing = {key: [] for key in ("mailboxes", "shares", "applications", "drops", "devices")}
    servers = {"control-hub": webex.server(company().organisations[0].id, TRIALS).model_dump(mode="json")}
    left = {"directories": [{"name": "webex", "server": "control-hub", "keep": [IT]}]}
    file = home / "project.yaml"
    whole = {**data, **nothing, **left, "servers": servers, "project": "licences"}
    file.write_text(yaml.safe_dump(whole, allow_unicode=True), "utf-8")
    secrets = EnvironmentSecrets({"SKYFLYTT_SECRET_SERVERS_CONTROL_HUB": TOKEN})
    return register_blocks(file, home / "workspace", secrets, clock_file=home / "clock")


def test_counted_given_back_and_counted_again(project: MigrationProject, webex: RunningWebex, history: History) -> None:
    def ran(act: LicencesAct, *, dry_run: bool = True) -> tuple[str, str, str]:
        return ended_as(licences(project=project, act=act, dry_run=dry_run, return_state=True))

    assert ran(LicencesAct.CONFIRM)[0] == "FAILED"
    assert ran(LicencesAct.MEASURE) == ("COMPLETED", "Completed", "webex: 3 licences, 6 held")
    would = "webex: 3 would be reclaimed, nothing was changed"
    assert ran(LicencesAct.RECLAIM)[1:] == ("Completed", f"Dry run, nothing was changed: {would}")
    assert sum(len(one.licenses) for one in webex.held().organisations[0].people) == 6
    assert ran(LicencesAct.RECLAIM, dry_run=False) == ("COMPLETED", "Completed", "webex: 3 reclaimed")
    state = licences(project=project, act=LicencesAct.CONFIRM, return_state=True)
    assert ended_as(state)[2] == "webex: the counts add up; 3 are held and 6 units are left"
    told = history.artifacts(state)["licences-licences-webex"]["data"]
    assert [(row["held before"], row["reclaimed"], row["kept"], row["held after"]) for row in told] == [
        (2, 1, 1, 1),
        (3, 2, 1, 1),
        (1, 0, 1, 1),
    ]
    held = ran(LicencesAct.LOOK)
    assert held[1:] == ("Held", "webex: 6 units of licences are left, 0 customers are managed")
