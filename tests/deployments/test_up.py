"""`make up` as its user sees it: another shell starts each flow and watches it end; `make down` leaves nothing running."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from deployments.stack import server, settings
from deployments.stack.customer import sandbox_root
from deployments.stack.reports import report_url
from flows.start_step import FLOWS
from tests.deployments.up import PROJECT, Up, brought_up, stack
from tests.ui import browser
from tests.ui.deployment_page import run_form
from tests.ui.pictures import Pictures
from tests.ui.sign_in import sign_in

pytestmark = [pytest.mark.prefect, pytest.mark.real, pytest.mark.long]

# Nobody waits for the old TTL here; `domain` alone plans the change.
PARAMETERS = {"cutover": ["--param", "approved_by=Bengt Öberg", "--param", "without_waiting=true"]}
IN_ORDER = [
    *("discovery", "export", "delta", "drop", "domain", "mail-flow", "rehearsal", "cutover", "late-mail", "callers"),
    *("licences", "decommission"),
]
HELD = ("callers", "decommission")
ALONE = ("licences",)
"""The project names no directory, so that there is a summary and no more."""


def processes_below(folder: Path) -> list[str]:
    """Command lines of the processes that name the folder, in their command or in their PREFECT_HOME."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.pid == os.getpid() or process.status() == psutil.STATUS_ZOMBIE:
                continue
            command = " ".join(process.cmdline())
            if str(folder) in command or process.environ().get("PREFECT_HOME", "").startswith(str(folder)):
                found.append(command)
        except psutil.Error:
            continue
    return found


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    with brought_up(tmp_path_factory.mktemp("up") / "prefect") as running:
        yield running


def test_up_says_where_everything_is(up: Up) -> None:
    running = server.running(up.home)
    assert running is not None
    assert running.ui_url in up.said
    assert f"source {up.home / 'env.sh'}" in up.said
    assert stack("status", up.home).returncode == 0


def test_the_customers_report_page_is_served(up: Up) -> None:
    url = report_url(up.home, PROJECT)
    assert url is not None
    assert url.removesuffix(f"{PROJECT}/") in up.said
    page = httpx.get(url, trust_env=False)
    assert page.status_code == httpx.codes.OK
    assert "Norrsken Bygg AB" in page.text


def test_advance_started_from_another_shell_ends_completed(up: Up) -> None:
    """The sandbox's clock stands at the day of the notice: discovery is due, and gets a run of its own in the pool."""
    run = up.ended("advance")
    assert run["name"] == f"{PROJECT} · advance"
    assert run["keys"] == {f"{PROJECT}-playbook", f"{PROJECT}-deadlines"}
    (discovery,) = up.runs("discovery")
    assert discovery["name"] == f"{PROJECT} · discovery"


def test_discovery_started_from_its_form_in_the_ui_ends_completed(
    up: Up, require_debian: Callable[..., str], tmp_path: Path
) -> None:
    """All else that is done in the UI is in tests/ui."""
    running = server.running(up.home)
    assert running is not None
    with browser.opened(require_debian("chromium", binary="chromium")) as chromium:
        page = chromium.context.new_page()
        sign_in(page, running.ui_url, settings.auth_string(up.home))
        run = run_form(page, running.ui_url, "discovery", PROJECT).submit()
        assert run.stopped() == "Completed"
        assert "messages in 4 mailboxes" in run.message()
        Pictures.beside(tmp_path).keep(page, "discovery ended")
        assert chromium.asked <= browser.ASKED_OUTSIDE


@pytest.mark.heavy
@pytest.mark.timeout(900)
@pytest.mark.parametrize("flow", IN_ORDER)
def test_each_flow_started_from_another_shell_ends_completed(up: Up, flow: str) -> None:
    works = ["--param", "dry_run=false"] if "dry_run" in FLOWS[flow].parameters.properties else []
    run = up.ended(flow, *works, *PARAMETERS.get(flow, []))
    assert f"{run['name']} · ".startswith(f"{PROJECT} · {flow} · ")
    keys = run["keys"]
    assert isinstance(keys, set)
    assert f"{PROJECT}-{flow}-summary" in keys
    assert len(keys) > 1 or flow in ALONE
    state = run["state"]
    assert isinstance(state, dict)
    assert state["name"] == ("Held" if flow in HELD else "Completed"), state


@pytest.mark.heavy
def test_a_decision_from_another_shell_ends_completed(up: Up) -> None:
    run = up.ended("approve", "--param", "what=the cutover may be made", "--param", "full_name=Anna Åström")
    assert run["keys"] == {f"{PROJECT}-decision"}


def test_every_flow_of_the_road_is_among_them() -> None:
    assert set(IN_ORDER) == set(FLOWS)


def test_down_leaves_none_of_its_processes(up: Up) -> None:
    assert len(processes_below(up.home.parent)) > 5
    secrets = json.loads((sandbox_root(up.home) / "secrets.json").read_text())
    done = stack("down", up.home)
    assert done.returncode == 0, done.stdout + done.stderr
    assert processes_below(up.home.parent) == []
    assert not (up.home / "env.sh").exists()
    assert [key for key, value in secrets.items() if value in done.stdout + up.said] == []
