"""Licences that a team needs, and the sign-in that makes a refresh token, by the commands."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from skyflytt.cli import app
from skyflytt.errors.connection import PasswordRefused
from skyflytt.errors.dropbox import DropboxMemberUnknown, DropboxTeamWrong
from skyflytt.files.dropbox.licences import licences_needed
from skyflytt.files.dropbox.sign_in import SignIn
from tests.files.dropbox.conftest import team
from tests.phase.discovered import EXAMPLE
from tests.real.dropbox_simulator import ANNA, BO, SECRETS, TEAM, Simulated

pytestmark = pytest.mark.real


def test_each_person_is_counted_once(simulated: Simulated) -> None:
    people = [ANNA, ANNA.upper(), BO, "ny@norrskenbygg.example", "två@norrskenbygg.example"]
    found = licences_needed(team(simulated), SECRETS["team"], people)
    assert (found.bought, found.used, found.free, found.to_buy) == (4, 3, 1, 1)
    assert found.without == ("ny@norrskenbygg.example", "två@norrskenbygg.example")
    assert licences_needed(team(simulated), SECRETS["team"], [ANNA]).to_buy == 0


def test_only_a_team_tells_licences(simulated: Simulated) -> None:
    with pytest.raises(DropboxMemberUnknown):
        licences_needed(simulated.settings(), SECRETS["anna"], [ANNA])
    with pytest.raises(DropboxTeamWrong):
        licences_needed(team(simulated, team="dbtid:another"), SECRETS["team"], [ANNA])


def test_a_code_makes_a_refresh_token(simulated: Simulated) -> None:
    signing = SignIn(simulated.settings())
    assert signing.address.startswith("https://www.dropbox.com/oauth2/authorize?")
    assert "code_challenge=" in signing.address
    assert signing.finish(" code-anna ") == SECRETS["anna"]
    with pytest.raises(PasswordRefused):
        SignIn(simulated.settings()).finish("another")
    with pytest.raises(DropboxTeamWrong):
        SignIn(team(simulated)).finish("code-anna")


def test_the_commands(simulated: Simulated, tmp_path: Path) -> None:
    server = {"kind": "dropbox", "app_key": "sandbox", "team": TEAM, "member": ANNA, "url": simulated.url}
    server["ca_file"] = str(simulated.ca)
    example = yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))
    project = {key: example[key] for key in ("project", "time_zone", "customer", "contract")}
    project["servers"] = {"moln": server, "here": {"kind": "local", "root": "/"}}
    file, secrets = tmp_path / "norrsken.yaml", tmp_path / "secrets.json"
    file.write_text(yaml.safe_dump(project))
    run = CliRunner().invoke
    signed = run(app, ["dropbox", "sign-in", str(file), "moln", "--into", str(secrets)], input="code-team\n")
    assert signed.exit_code == 0, signed.output
    assert SECRETS["team"] not in signed.output
    assert secrets.stat().st_mode & 0o777 == 0o600
    assert run(app, ["dropbox", "sign-in", str(file), "moln", "--into", str(secrets)]).exit_code == 2
    asked = [
        "dropbox",
        "licences",
        str(file),
        "moln",
        "--secrets-file",
        str(secrets),
        "--person",
        "ny@norrsken.example",
    ]
    told = run(app, [*asked, "--json"])
    assert told.exit_code == 0, told.output
    assert json.loads(told.output) == {
        "bought": 4, "used": 3, "free": 1, "people": 1, "without": ["ny@norrsken.example"], "to_buy": 0,
    }  # fmt: skip
    assert "0 to be bought" in run(app, asked).output
    assert run(app, ["dropbox", "licences", str(file), "here"]).exit_code == 2
