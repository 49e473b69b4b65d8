"""Automations at a real server: applied once and again, a crash goes on by itself, and on-call is told even with no worker."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from apprise import Apprise
from apprise.plugins.custom_json import NotifyJSON
from apprise.plugins.email import NotifyEmail
from apprise.plugins.mattermost import NotifyMattermost
from apprise.plugins.slack import NotifySlack
from prefect.blocks.notifications import SlackWebhook
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.events.actions import DoNothing
from prefect.events.schemas.automations import AutomationCore, EventTrigger
from pydantic import SecretStr

from deployments.automations import on_call
from deployments.automations.apply import TAG, apply_automations, ours, remove_automations
from deployments.automations.load import CATALOGUE, PREFIX, Described, as_prefect_has_it, catalogue
from deployments.automations.on_call import OnCall, apprise_address, read_on_call
from deployments.stack import api, server, settings
from deployments.stack.place import project_root
from tests.deployments.receiver import Receiver, receiving, until
from tests.notice.test_send import Post, authority, post, serve

__all__ = ["authority", "post", "serve"]
ALL = catalogue()
OF_EVERY = pytest.mark.parametrize("one", ALL, ids=lambda one: one.name)
RUNBOOKS = project_root() / "docs" / "runbooks"
BASE = "https://docs.example/runbooks"


@OF_EVERY
def test_its_runbook_names_it(one: Described) -> None:
    assert f"`{one.name}`" in (RUNBOOKS / f"{one.runbook}.md").read_text(encoding="utf-8")
    assert f"({one.runbook}.md)" in (RUNBOOKS / "index.md").read_text(encoding="utf-8")


@OF_EVERY
def test_it_acts_or_tells(one: Described) -> None:
    assert bool(one.actions) != bool(one.notice)
    known = as_prefect_has_it(one, one.runbook, None)
    assert known.tags == [TAG]
    assert known.trigger.model_dump() == EventTrigger(**one.trigger.model_dump()).model_dump()


def test_a_key_that_prefect_would_ignore_is_refused() -> None:
    given = yaml.safe_load((CATALOGUE / "zombie-run.yaml").read_text())
    given["trigger"]["forEach"] = ["x"]
    with pytest.raises(ValueError, match="forEach"):
        Described(name="x", **given)


def test_a_zombie_is_one_only_after_three_heartbeats() -> None:
    (zombie,) = (one for one in ALL if one.name == f"{PREFIX}zombie-run")
    assert zombie.trigger.within.total_seconds() >= 3 * settings.HEARTBEAT_S


def test_a_run_in_a_state_of_ours_is_no_zombie() -> None:
    """Else a run that has ended well would be watched until the time is up."""
    code = "".join(path.read_text() for folder in ("flows", "tasks") for path in (project_root() / folder).glob("*.py"))
    named = set(re.findall(r"(?:Completed|Failed|Cancelled|Suspended|Paused)\(name=\"(\w+)\"", code))
    assert named
    for name in ("zombie-run", "never-began"):
        (one,) = (one for one in ALL if one.name == PREFIX + name)
        assert {f"prefect.flow-run.{state}" for state in named} <= one.trigger.expect


def test_a_runbook_is_an_address_or_a_file() -> None:
    assert OnCall(runbooks=f"{BASE}/").runbook("failed-run") == f"{BASE}/failed-run.html"
    here = OnCall().runbook("failed-run")
    assert here.startswith("file:///")
    assert Path(httpx.URL(here).path).is_file()


def test_the_file_is_used_and_the_environment_goes_before_it(tmp_path: Path) -> None:
    path = tmp_path / on_call.FILE
    path.write_text(f"webhook: ntfys://ntfy.example/kundflytt\nrunbooks: {BASE}\n")
    path.chmod(0o600)
    found = read_on_call(tmp_path, {})
    assert found == OnCall(webhook="ntfys://ntfy.example/kundflytt?retry=3&wait=5", runbooks=BASE)
    assert "kundflytt" not in repr(found)
    assert (
        read_on_call(tmp_path, {"SKYFLYTT_RUNBOOKS": "https://elsewhere.example"}).runbooks
        == "https://elsewhere.example"
    )
    assert read_on_call(tmp_path / "empty", {}) == OnCall()


SLACK = "https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX"


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        ("https://hooks.example/hemlig?key=1", NotifyJSON),
        ("http://127.0.0.1:8080/hemlig?retry=0&wait=0", NotifyJSON),
        ("mailtos://jour:nyckel@smtp.example?to=jour@byra.example", NotifyEmail),
        ("mmosts://chat.example/nyckel", NotifyMattermost),
        (SLACK, NotifySlack),
    ],
)
def test_every_kind_of_address_reaches_what_it_is_for(given: str, kind: type) -> None:
    assert isinstance(Apprise.instantiate(apprise_address(given)), kind)


@pytest.mark.parametrize("given", ["hemlig", "fax://hemlig", "mailtos://"])
def test_an_address_that_cannot_be_used_is_refused_and_not_repeated(
    given: str, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(on_call.OnCallUnusable, match="is unknown or incomplete") as refused:
        apprise_address(given)
    assert "hemlig" not in f"{refused.value}{refused.value.advice}{caplog.text}"


def test_a_mailbox_can_be_told(serve: Callable[..., int], post: Post) -> None:
    address = f"mailto://127.0.0.1:{serve()}?from=skyflytt@byra.example&to=jour@byra.example&mode=insecure&retry=0"
    SlackWebhook(url=SecretStr(address)).notify(subject="Failed: norrsken · delta", body="quota full")
    (letter,) = post.received
    assert letter["Subject"] == "Failed: norrsken · delta"
    assert "quota full" in letter.get_body(("plain", "html")).get_content()  # type: ignore[union-attr]


# --- at a server -------------------------------------------------------------------------------------------------


class Runs:
    """Flow runs of one deployment, whose states this test sets as a worker would."""

    def __init__(self, calls: httpx.Client, name: str) -> None:
        self.calls = calls
        flow = self._post("/flows/", {"name": name})
        body = {"flow_id": flow["id"], "name": "probe", "tags": ["skyflytt"], "work_pool_name": "skyflytt-probe"}
        self.deployment = self._post("/deployments/", body)["id"]

    def begin(self, name: str) -> str:
        run = self._post(
            f"/deployments/{self.deployment}/create_flow_run", {"name": name, "state": {"type": "SCHEDULED"}}
        )
        return str(run["id"])

    def becomes(self, run: str, state: str, message: str = "") -> None:
        body = {"state": {"type": state, "message": message}, "force": True}
        self._post(f"/flow_runs/{run}/set_state", body)

    def state(self, run: str) -> dict[str, Any]:
        found: dict[str, Any] = self.calls.get(f"/flow_runs/{run}").raise_for_status().json()["state"]
        return found

    def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = self.calls.post(path, json=body).raise_for_status().json()
        return answer


@pytest.fixture(scope="module")
def told() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture(scope="module")
def harness(prefect_harness: server.Server) -> Iterator[server.Server]:
    """No automation of ours is left for the tests that come after."""
    with get_client(sync_client=True) as client:
        client.create_work_pool(WorkPoolCreate(name="skyflytt-probe", type="process"), overwrite=True)
    yield prefect_harness
    remove_automations()


@pytest.fixture(scope="module")
def applied(harness: server.Server, told: Receiver) -> OnCall:
    given = OnCall(webhook=apprise_address(told.address), runbooks=BASE)
    apply_automations(given)
    return given


@pytest.fixture
def runs(harness: server.Server, applied: OnCall, request: pytest.FixtureRequest) -> Iterator[Runs]:
    with api.client(harness.home, harness.url, timeout_s=30.0) as calls:
        yield Runs(calls, request.node.name)


def automations() -> dict[str, Any]:
    with get_client(sync_client=True) as client:
        return {name: [one.model_dump() for one in found] for name, found in ours(client).items()}


@pytest.mark.prefect
def test_applying_again_changes_nothing(applied: OnCall, told: Receiver) -> None:
    before = automations()
    assert set(before) == {one.name for one in ALL}

    again = apply_automations(applied)

    assert (again.made, again.changed, again.removed, again.told) == ([], [], [], True)
    assert automations() == before
    assert told.address not in json.dumps(before, default=str)
    # Without the address in its environment, a later `make up` keeps it.
    assert apply_automations(OnCall(runbooks=BASE)).changed == []


@pytest.mark.prefect
def test_one_that_a_person_switched_off_stays_off_and_what_is_not_ours_stays(applied: OnCall) -> None:
    ended, late = f"{PREFIX}failed-run", f"{PREFIX}late-run"
    strange = AutomationCore(name=f"{PREFIX}a-person-s", trigger=EventTrigger(expect={"x"}), actions=[DoNothing()])
    with get_client(sync_client=True) as client:
        foreign = client.create_automation(strange)
        off = ours(client)[late][0]
        client.pause_automation(off.id)
    changed = [one if one.name != late else one.model_copy(update={"description": "other"}) for one in ALL]

    done = apply_automations(applied, [one for one in changed if one.name != ended])

    assert (done.removed, done.changed, done.switched_off) == ([ended], [late], [late])
    assert automations()[late][0]["enabled"] is False
    with get_client(sync_client=True) as client:
        assert client.read_automation(foreign) is not None
        client.resume_automation(off.id)
        client.delete_automation(foreign)
    assert apply_automations(applied).made == [ended]


@pytest.mark.heavy  # a busy server on SQLite may drop the event
@pytest.mark.prefect
def test_a_failed_run_is_told_of_with_its_reason_and_its_runbook(runs: Runs, told: Receiver) -> None:
    runs.becomes(runs.begin("norrsken · delta"), "FAILED", "quota full at anna@norrsken.example [mailbox.full]")

    letter = told.waits_for("norrsken · delta", "quota full at anna@norrsken.example")

    said = json.loads(letter["body"])
    assert letter["path"] == told.path
    assert said["title"] == "Failed: norrsken · delta"
    assert f"{BASE}/failed-run.html" in said["message"]
    assert "/runs/flow-run/" in said["message"]


@pytest.mark.heavy  # a busy server on SQLite may drop the event
@pytest.mark.prefect
def test_a_crashed_run_goes_on_three_times_and_is_then_told_of(runs: Runs, told: Receiver) -> None:
    run = runs.begin("norrsken · export")
    for _ in range(3):
        runs.becomes(run, "RUNNING")
        runs.becomes(run, "CRASHED", "its machine was switched off")
        assert until(lambda: runs.state(run)["name"] == "AwaitingRetry")
    runs.becomes(run, "RUNNING")
    runs.becomes(run, "CRASHED", "its machine was switched off a fourth time")

    letter = told.waits_for("norrsken · export", "a fourth time")

    assert f"{BASE}/crashed-run.html" in letter["body"]
    assert runs.state(run)["type"] == "CRASHED"
    assert len([one for one in told.letters if "norrsken · export" in one["body"]]) == 1


@pytest.mark.heavy  # a busy server on SQLite may drop the event
@pytest.mark.prefect
def test_a_receiver_that_refuses_leaves_no_address_in_the_history(
    runs: Runs, harness: server.Server, told: Receiver
) -> None:
    told.answer = 500
    failed = {"filter": {"event": {"name": ["prefect.automation.action.failed"]}}}
    with api.client(harness.home, harness.url) as calls:
        try:
            runs.becomes(runs.begin("norrsken · refused"), "FAILED", "why")
            said = until(lambda: _found(calls.post("/events/filter", json=failed)))
        finally:
            told.answer = 200
    assert "send-notification" in said
    assert told.path not in said
    assert told.path not in (harness.home / "server.log").read_text()


def _found(events: httpx.Response) -> str:
    """The events' text, empty while there is none."""
    return events.text if events.raise_for_status().json()["events"] else ""
