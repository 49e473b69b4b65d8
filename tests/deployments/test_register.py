"""Registering a project: its blocks and deployments, made once and brought up to date every other time."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from blocks import FtpsDrop, MailboxServer, MigrationProject
from deployments import register
from deployments.failures import BlockTaken
from deployments.of_project import GENERIC
from deployments.schedules import schedules_of
from skyflytt.project.load import load_project
from skyflytt.project.secrets import FileSecrets
from tests.deployments.place import SECRETS, Place, deployments, documents, project_file

pytestmark = pytest.mark.prefect


def test_every_server_and_the_project_get_their_block(place: Place, calls: httpx.Client) -> None:
    place.register()

    found = documents(calls, place)
    assert set(found) == {place.name, *(f"{place.name}-{name}" for name in ("old-mail", "new-mail", "handover"))}
    assert found[place.name]["data"] == {
        "file": str(place.file),
        "workspace": str(place.workspace),
        "ledger_url": None,
        "clock_file": None,
        "spread": False,
        "report_url": None,
    }
    assert [value for value in SECRETS.values() if value in json.dumps(found, ensure_ascii=False)] == []
    assert MailboxServer.load(f"{place.name}-old-mail").secrets("old-mail") == {
        "mailboxes.anna.source": SECRETS["mailboxes.anna.source"]
    }
    assert FtpsDrop.load(f"{place.name}-handover").secrets("handover") == {
        "servers.handover": SECRETS["servers.handover"]
    }


def test_a_second_time_changes_nothing(place: Place, calls: httpx.Client, deployed: None) -> None:
    names = register.register_deployments(place.register())
    before, deployments_before = documents(calls, place), deployments(calls, place.name)
    assert set(deployments_before) == set(deployments(calls, GENERIC))
    assert sorted(names) == sorted(f"{flow}/{place.name}" for flow in deployments_before)

    assert register.register_deployments(place.register()) == names

    assert documents(calls, place) == before, "the times of change stand in them"
    assert deployments(calls, place.name) == deployments_before


def test_deployments_are_those_of_prefect_yaml_with_the_project_filled_in(
    place: Place, calls: httpx.Client, deployed: None
) -> None:
    project = place.register()
    register.register_deployments(project)

    generic = deployments(calls, GENERIC)
    for flow, own in deployments(calls, place.name).items():
        if flow in schedules_of(load_project(place.file)):
            assert [one["slug"] for one in own["schedules"]] == [f"skyflytt-{flow}"]
        else:
            assert own["schedules"] == []
        assert own["parameters"] == generic[flow]["parameters"] | {
            "project": {"$ref": {"block_document_id": str(project._block_document_id)}}
        }
        assert own["tags"] == ["skyflytt", flow, place.name]
        assert own["enforce_parameter_schema"] is True
        for key in ("description", "entrypoint", "pull_steps", "work_pool_name", "concurrency_options", "flow_id"):
            assert own[key] == generic[flow][key], key
        limits = [
            one["global_concurrency_limit"] and one["global_concurrency_limit"]["limit"] for one in (own, generic[flow])
        ]
        assert limits[0] == limits[1]


def test_a_changed_password_and_setting_reach_the_blocks(place: Place, calls: httpx.Client) -> None:
    place.register()
    ids = {name: one["id"] for name, one in documents(calls, place).items()}
    changed = project_file(place.name)
    changed["servers"]["old-mail"]["host"] = "mail2.old.example"
    place.write(changed)
    place.write_secrets({**SECRETS, "mailboxes.anna.source": "vargtass-5519"})
    place.register()

    block = MailboxServer.load(f"{place.name}-old-mail")
    assert block.secrets("old-mail") == {"mailboxes.anna.source": "vargtass-5519"}
    assert block.host == "mail2.old.example"
    assert {name: one["id"] for name, one in documents(calls, place).items()} == ids


def test_secrets_that_only_the_blocks_have_stay(place: Place) -> None:
    """Somebody enters them in the UI, and registers a changed project file without having any secret at hand."""
    place.register()
    own = MigrationProject.load(place.name)
    own.ledger_url = SecretStr("postgresql+psycopg://skyflytt:lingon-6120@db.example/ledger")
    own.save(place.name, overwrite=True)
    place.write_secrets({"mailboxes.anna.target": "tallkotte-2208"})
    again = place.register()

    assert MailboxServer.load(f"{place.name}-old-mail").secrets("old-mail") == {
        "mailboxes.anna.source": SECRETS["mailboxes.anna.source"]
    }
    assert MailboxServer.load(f"{place.name}-new-mail").secrets("new-mail") == {
        "mailboxes.anna.target": "tallkotte-2208"
    }
    assert FtpsDrop.load(f"{place.name}-handover").secrets("handover") == {
        "servers.handover": SECRETS["servers.handover"]
    }
    assert again.ledger_url == own.ledger_url


def test_paths_are_absolute_so_that_a_worker_elsewhere_finds_them(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(place.file.parent)
    block = register.register_blocks(
        Path(place.file.name), Path("workspace"), FileSecrets(place.secrets_file), clock_file=Path("clock")
    )
    folder = place.file.parent
    assert (block.file, block.workspace) == (str(place.file), str(folder / "workspace"))
    assert block.clock_file == str(folder / "clock")


def test_a_block_of_another_project_is_not_written_over(place: Place, calls: httpx.Client) -> None:
    place.register()
    longer = Place(place.file.parent, f"{place.name}-new")
    servers = {**project_file(longer.name)["servers"], "mail": {"kind": "imap", "host": "elsewhere.example"}}
    longer.changed(servers=servers)
    before = documents(calls, place)

    with pytest.raises(BlockTaken, match=f"{place.name}-new-mail"):
        longer.register()

    assert documents(calls, place) == before
