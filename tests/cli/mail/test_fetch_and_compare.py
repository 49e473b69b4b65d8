"""`skyflytt mail fetch` and `compare`, with what comes after: a PST file that holds the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from skyflytt.cli import run
from tests.cli.mail.conftest import Server, fill, message
from tests.contract.mail_places import Place

pytestmark = pytest.mark.real


@pytest.fixture
def login(new: Server, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("SKYFLYTT_SECRET_SOURCE", new.place.secret)
    login = new.place.new_mailbox("full")
    fill(
        new.place, login, {("INBOX",): [message(1), message(2, r"\Seen")], ("Arkiv", "2024"): [message(3, r"\Flagged")]}
    )
    return login


def test_into_an_archive_and_from_there_into_a_pst(
    new: Server, login: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    archive, pst = str(tmp_path / "anna.skymail"), str(tmp_path / "anna.pst")
    assert run(["mail", "fetch", new.url(login), archive, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["counts"]["moved_now"] == 3
    assert (tmp_path / "anna.skymail.ledger").is_file()
    fill(new.place, login, {("INBOX",): [message(4)]})
    assert run(["mail", "fetch", new.url(login), archive]) == 0
    assert "4 messages at the source: 4 there (1 moved now), 0 left out, 0 failed." in capsys.readouterr().out
    assert run(["pst", "write", archive, pst]) == 0
    assert run(["mail", "compare", new.url(login), f"pst:{pst}", "--flags"]) == 0
    assert "4 messages here, 4 there, 0 differences." in capsys.readouterr().out


def test_a_lost_ledger_is_made_anew_from_the_archive(
    new: Server, login: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    archive, ledger = tmp_path / "anna.skymail", tmp_path / "ledgers" / "anna"
    for _ in range(2):
        assert run(["mail", "fetch", new.url(login), str(archive), "--ledger", str(ledger)]) == 0
        assert "3 there (3 moved now)" in capsys.readouterr().out
        for part in ledger.parent.iterdir():
            part.unlink() if part.is_file() else None
    archive.unlink()
    assert run(["mail", "fetch", new.url(login), str(archive), "--ledger", str(ledger)]) == 0
    assert run(["pst", "write", str(archive), str(tmp_path / "a.pst")]) == 0


def test_every_difference_is_named(
    new: Server, login: str, tmp_path: Path, maildirs: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    other = maildirs.new_mailbox("full")
    fill(maildirs, other, {("INBOX",): [message(1), message(3), message(5)]})
    assert run(["mail", "compare", new.url(login), f"maildir:{tmp_path / other}"]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "elsewhere   Arkiv/2024  2026-02-03 04:05  “Brev 3”  it is in INBOX",
        "extra       INBOX  2026-02-03 04:05  “Brev 5”",
        "missing     INBOX  2026-02-03 04:05  “Brev 2”",
        "3 messages here, 3 there, 3 differences.",
    ]
    assert run(["mail", "compare", new.url(login), f"maildir:{tmp_path / other}", "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["source"], told["target"]) == (3, 3)
    assert told["differences"][2] == {
        "kind": "missing",
        "folder": "INBOX",
        "subject": "Brev 2",
        "date": "2026-02-03T04:05:06+00:00",
        "detail": "",
    }


def test_a_subject_cannot_write_to_the_terminal(
    tmp_path: Path, maildirs: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    one, other = maildirs.new_mailbox("full"), maildirs.new_mailbox("full")
    (tmp_path / one / "cur" / "1:2,S").write_bytes(b"Subject: a\x1b]0;b\x07c\r\n\r\nx\r\n")
    assert run(["mail", "compare", f"maildir:{tmp_path / one}", f"maildir:{tmp_path / other}"]) == 1
    said = capsys.readouterr().out
    assert "\x1b" not in said
    assert "\x07" not in said
