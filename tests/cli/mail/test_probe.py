"""`skyflytt mail probe` at a real server."""

from __future__ import annotations

import json

import pytest

from skyflytt.cli import run
from tests.cli.mail.conftest import Server, fill, message

pytestmark = pytest.mark.real


@pytest.fixture
def url(new: Server, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("SKYFLYTT_SECRET_SOURCE", new.place.secret)
    login = new.place.new_mailbox("full")
    fill(new.place, login, {("INBOX",): [message(1), message(2, size=50_000)], ("Arkiv", "2024"): [message(3)]})
    return new.url(login)


def test_for_people(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["mail", "probe", url]) == 0
    said = capsys.readouterr().out
    assert "IMAP: works" in said
    assert "Messages come as: MIME" in said
    assert "A later pass is told only what changed." in said
    assert "3  " in said
    assert "Arkiv/2024" in said
    assert "2 passes: " in said
    assert "IMAP has no calendar" in said
    assert "Exchange Web Services: absent" in said


def test_as_json(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["mail", "probe", url, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["messages"] == 3
    assert told["size_bytes"] > 50_000
    assert told["facts"]["largest"][0]["size_bytes"] > 50_000
    assert told["estimate"]["sampled"] == 3
    assert told["estimate"]["first_pass_hours"] > 0
    assert len(told["passes"]) == 2


def test_nothing_is_changed(url: str, new: Server) -> None:
    login = url.partition("//")[2].partition("@")[0]
    with new.place.source(login) as mailbox:
        before = mailbox.changes(("INBOX",), None)
    assert run(["mail", "probe", url]) == 0
    with new.place.source(login) as mailbox:
        assert mailbox.changes(("INBOX",), None) == before
