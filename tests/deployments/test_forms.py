"""The forms of a project's deployments: its own names to choose from, and the server holds every run to them."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest

from deployments.forms import NAMES, NAMES_IN, form_for
from deployments.register import register_deployments
from flows.titles import TITLES, TITLES_IN, title_of
from skyflytt.project.model import Project
from tests.deployments.place import Place, deployments, project_file
from tests.deployments.prefect_file import every_flow

MAILBOXES = [
    {
        "name": name,
        "source": {"server": "old-mail", "login": f"{name}@fjallfors.example"},
        "target": {"server": "new-mail", "login": f"{name}@fjallfors.example"},
    }
    for name in ("anna", "bengt")
]


def form(flow: str, **sections: Any) -> dict[str, Any]:
    project = Project.model_validate({**project_file("fjall"), **sections})
    return form_for(flow, dict(every_flow()[flow].parameters.model_dump()), project)["properties"]


def test_mailboxes_are_a_list_to_choose_from() -> None:
    """As the UI shows several choices: an array whose items are one of given words; nothing beside it is a tab called None."""
    field = form("delta", mailboxes=MAILBOXES)["mailboxes"]
    assert field["type"] == "array"
    assert field["items"] == {"type": "string", "enum": ["anna", "bengt"]}
    assert "anyOf" not in field
    assert "default" not in field
    assert field["title"] == "Mailboxes"
    assert field["description"]


def test_a_server_is_one_of_the_projects() -> None:
    field = form("check-connection")["server"]
    assert (field["type"], field["enum"]) == ("string", ["old-mail", "new-mail", "handover", "disk"])


def test_a_step_is_one_that_a_person_settles() -> None:
    steps = form("step", playbook="hosted-office-exit")["step"]["enum"]
    assert "cutover-approval" in steps
    assert "weekly-delta" not in steps


def test_a_phase_takes_the_step_that_the_playbook_names() -> None:
    field = form("delta", playbook="hosted-office-exit")["step"]
    assert field["type"] == "string"
    assert "enum" not in field


def test_what_may_be_empty_stays_so() -> None:
    assert form("approve")["domain"]["enum"] == [""]
    both = form("approve", domains=[{"name": "fjallfors.example", "registrar": "Loopia", "mail": True}])
    assert both["domain"]["enum"] == ["", "fjallfors.example"]


@pytest.mark.parametrize(("flow", "parameter"), NAMES_IN)
def test_what_is_chosen_in_one_flow_is_there(flow: str, parameter: str) -> None:
    field = form(flow)[parameter]
    assert "enum" in field or "enum" in field.get("items", {})


def test_what_is_chosen_by_its_name_is_there() -> None:
    known = {name for flow in every_flow().values() for name in flow.parameters.properties}
    assert set(NAMES) | set(TITLES) <= known
    assert TITLES_IN.keys() <= {
        (name, one) for name, flow in every_flow().items() for one in flow.parameters.properties
    }


@pytest.mark.parametrize(
    ("flow", "parameter", "title"),
    [
        ("delta", "dry_run", "Dry run"),
        ("domain", "act", "What to do"),
        ("domain", "only", "Only this domain"),
        ("delta", "step", "For the step"),
        ("step", "step", "Step"),
    ],
)
def test_a_title_says_what_the_field_is(flow: str, parameter: str, title: str) -> None:
    assert every_flow()[flow].parameters.properties[parameter]["title"] == title
    assert form(flow)[parameter]["title"] == title


@pytest.mark.parametrize("flow", every_flow())
def test_any_projects_form_has_plain_words_and_help_too(flow: str) -> None:
    for name, field in every_flow()[flow].parameters.properties.items():
        assert field["title"] == title_of(flow, name)
        assert re.fullmatch(r"[A-Z][A-Za-z' ]+", field["title"]), name
        assert field["description"], name


@pytest.mark.parametrize("flow", every_flow())
def test_every_field_has_plain_words_and_help_and_none_is_two_tabs(flow: str) -> None:
    for name, field in form(flow).items():
        assert field["title"] == title_of(flow, name)
        assert field["description"], name
        kinds = [one for one in field.get("anyOf", ()) if one.get("type") != "null"]
        assert all("$ref" in one for one in kinds), f"{name}: only a choice of given words may stand beside None"


@pytest.mark.prefect
def test_the_server_refuses_a_name_that_the_project_does_not_have(place: Place, calls: httpx.Client, few: None) -> None:
    register_deployments(place.register())
    answer = start(calls, place, "delta", mailboxes=["anna", "bengt"])
    assert answer.status_code == httpx.codes.CONFLICT
    assert "'bengt' is not one of ['anna']" in answer.json()["detail"]
    assert start(calls, place, "check-connection", server="old-maul").status_code == httpx.codes.CONFLICT
    assert start(calls, place, "check-connection").status_code == httpx.codes.CONFLICT, "it is needed"

    place.changed(mailboxes=MAILBOXES)
    register_deployments(place.register())
    for given in ({"mailboxes": ["anna", "bengt"]}, {"mailboxes": []}, {"mailboxes": None}, {}):
        assert start(calls, place, "delta", **given).status_code == httpx.codes.CREATED, given
    assert start(calls, place, "check-connection", server="disk").status_code == httpx.codes.CREATED


def start(calls: httpx.Client, place: Place, flow: str, **parameters: Any) -> httpx.Response:
    """As the form does, in the far future: nobody runs it."""
    deployment = deployments(calls, place.name)[flow]
    state = {"type": "SCHEDULED", "state_details": {"scheduled_time": "2199-01-01T00:00:00Z"}}
    body = {"parameters": {**deployment["parameters"], **parameters}, "state": state}
    return calls.post(f"/deployments/{deployment['id']}/create_flow_run", json=body)
