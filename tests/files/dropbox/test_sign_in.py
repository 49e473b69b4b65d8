"""Whose token it is, as whom it acts, what it may, and what a person is told when it is not so."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from skyflytt.errors.base import Failure
from skyflytt.errors.connection import PasswordRefused, ServerBusy
from skyflytt.errors.dropbox import (
    DropboxAppUnknown,
    DropboxMemberUnknown,
    DropboxScopeMissing,
    DropboxSpaceRefused,
    DropboxTeamWrong,
    DropboxTokenEnded,
)
from skyflytt.errors.files import PathMissing
from skyflytt.files.dropbox import DropboxStore, open_dropbox
from skyflytt.patience import Patience
from tests.files.dropbox.conftest import team
from tests.real.dropbox_simulator import ANNA, BO, IT, SECRETS, Simulated

pytestmark = pytest.mark.real


def put(store: DropboxStore, path: str, content: bytes = b"content") -> None:
    with store.write(path) as file:
        file.write(content)


def get(store: DropboxStore, path: str) -> bytes:
    with store.read(path) as file:
        return file.read()


def test_a_member_by_address_by_id_and_an_administrator(simulated: Simulated, folder: str) -> None:
    for changes in ({}, {"member": f"dbmid:{ANNA}"}):
        with open_dropbox(team(simulated, root=folder, **changes), SECRETS["team"]) as store:
            put(store, "av laget", b"x")
    with open_dropbox(simulated.settings(root=folder), SECRETS["anna"]) as own:
        assert get(own, "av laget") == b"x"
    with open_dropbox(team(simulated, member=IT, acts_as="admin"), SECRETS["team"]) as other:
        assert other.stat("av laget") is None


def test_the_team_space_holds_team_folders_and_the_members_own(simulated: Simulated, folder: str) -> None:
    with open_dropbox(team(simulated, space="team"), SECRETS["team"]) as store:
        names = [one.path for one in store.scan() if "/" not in one.path]
        assert names == ["Anna", "Gemensamt"]
        put(store, "Gemensamt/Avtal.txt")
        put(store, f"Anna{folder}/eget.txt", b"hers")
    with open_dropbox(simulated.settings(root=folder), SECRETS["anna"]) as own:
        assert get(own, "eget.txt") == b"hers"
    with open_dropbox(team(simulated, space="team", member=IT, root="/Gemensamt"), SECRETS["team"]) as it:
        assert get(it, "Avtal.txt") == b"content"


@pytest.mark.parametrize(
    ("changes", "key", "expected"),
    [
        ({"team": "dbtid:another"}, "team", DropboxTeamWrong),
        ({"team": "dbtid:another", "member": None}, "anna", DropboxTeamWrong),
        ({"member": "ingen@norrskenbygg.example"}, "team", DropboxMemberUnknown),
        ({"member": BO}, "team", DropboxMemberUnknown),
        ({"member": f"dbmid:{BO}"}, "team", DropboxMemberUnknown),
        ({"member": ANNA, "acts_as": "admin"}, "team", DropboxMemberUnknown),
        ({"member": None}, "team", DropboxMemberUnknown),
        ({"app_key": "another"}, "team", DropboxAppUnknown),
        ({"root": "/finns inte"}, "team", PathMissing),
        ({"auth": "token"}, "team", PasswordRefused),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told(
    simulated: Simulated, changes: dict[str, Any], key: str, expected: type[Failure]
) -> None:
    with pytest.raises(expected) as raised, open_dropbox(team(simulated, **changes), SECRETS[key]):
        pass
    assert SECRETS[key] not in raised.value.sentence


def test_no_team_space(simulated: Simulated) -> None:
    simulated.change(team_space=False)
    try:
        with pytest.raises(DropboxSpaceRefused), open_dropbox(team(simulated, space="team"), SECRETS["team"]):
            pass
    finally:
        simulated.change(team_space=True)


def test_a_team_space_that_was_left_meanwhile(simulated: Simulated) -> None:
    with open_dropbox(team(simulated, space="team"), SECRETS["team"]) as store:
        simulated.change(team_space=False)
        try:
            with pytest.raises(DropboxSpaceRefused, match="invalid_root"):
                store.stat("Gemensamt")
        finally:
            simulated.change(team_space=True)


def test_a_missing_permission_is_named(simulated: Simulated, folder: str) -> None:
    with open_dropbox(simulated.settings(root=folder), SECRETS["few"]) as store:
        assert list(store.scan()) == []
        with pytest.raises(DropboxScopeMissing, match=r"files\.content\.write"):
            put(store, "ny")


def test_an_access_token_that_ended_is_renewed_and_one_of_its_own_is_not(simulated: Simulated, folder: str) -> None:
    with open_dropbox(simulated.settings(root=folder), SECRETS["anna"]) as store:
        simulated.fault("end-tokens", route="files/list_folder")
        assert list(store.scan()) == []
        assert simulated.requests()["oauth2/token"] == 2
    fixed = simulated.settings(root=folder, auth="token", app_key=None)
    with pytest.raises(DropboxTokenEnded), open_dropbox(fixed, SECRETS["fixed"]):
        pass


def test_asks_to_wait_are_obeyed_where_a_question_may_be_asked_again(
    simulated: Simulated, store: DropboxStore, waits: list[float]
) -> None:
    simulated.fault("busy", route="files/list_folder", retry_after=7, times=2)
    simulated.fault("busy-plain", route="files/get_metadata", retry_after=9)
    simulated.fault("unavailable", route="files/get_metadata")
    assert list(store.scan()) == []
    assert store.stat("ingenting") is None
    assert waits == [7, 7, 9, 4]
    simulated.fault("busy", route="files/create_folder_v2", retry_after=11)
    with pytest.raises(ServerBusy) as raised:
        store.make_folder("ny")
    assert raised.value.retry_after_s == 11


def test_patience_ends(simulated: Simulated, folder: str) -> None:
    with open_dropbox(simulated.settings(root=folder), SECRETS["anna"], Patience(longest_s=60)) as store:
        simulated.fault("busy", route="files/get_metadata", retry_after=3_600)
        with pytest.raises(ServerBusy) as raised:
            store.stat("ny")
    assert raised.value.retry_after_s == 3_600


def test_no_log_has_a_secret_and_the_environment_leads_nowhere(
    simulated: Simulated, folder: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere.pem")
    caplog.set_level(logging.DEBUG)
    with open_dropbox(simulated.settings(root=folder), SECRETS["anna"]) as store:
        put(store, "ny")
        token = store._calls.client._oauth2_access_token
    assert caplog.text
    assert SECRETS["anna"] not in caplog.text
    assert token not in caplog.text


def test_a_token_that_was_revoked(simulated: Simulated, store: DropboxStore, folder: str) -> None:
    simulated.fault("revoke", route="files/list_folder")
    with pytest.raises(PasswordRefused, match="revoked"):
        list(store.scan())
    simulated.fault("revoke", route="oauth2/token")
    with pytest.raises(PasswordRefused), open_dropbox(simulated.settings(root=folder), SECRETS["anna"]):
        pass
