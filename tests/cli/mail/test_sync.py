"""`skyflytt mail sync`: between two real servers, again and again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from skyflytt.cli import run
from tests.cli.mail.conftest import Server, fill, message, subjects
from tests.contract.mail_places import Place

pytestmark = pytest.mark.real


@pytest.fixture
def ends(old: Server, new: Server, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    """Logins at both, with the secrets in the environment."""
    monkeypatch.setenv("SKYFLYTT_SECRET_SOURCE", old.place.secret)
    monkeypatch.setenv("SKYFLYTT_SECRET_TARGET", new.place.secret)
    return old.place.new_mailbox("full"), new.place.new_mailbox("full")


def synced(old: Server, new: Server, ends: tuple[str, str], ledger: Path, *options: str) -> int:
    return run(["mail", "sync", old.url(ends[0]), new.url(ends[1]), "--ledger", str(ledger), "--json", *options])


def test_once_again_and_after_changes(
    old: Server, new: Server, ends: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(old.place, ends[0], {("INBOX",): [message(1), message(2, r"\Seen")], ("Skickat",): [message(3), message(3)]})
    ledger = tmp_path / "l.sqlite"
    assert synced(old, new, ends, ledger) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["counts"] == told["counts"] | {"source": 4, "moved": 4, "moved_now": 4, "skipped": 0, "failed": 0}
    assert Path(told["archive"]).is_file()
    assert subjects(new.place, ends[1])["INBOX"] == ["Brev 1", "Brev 2"]
    assert (
        subjects(new.place, ends[1])["Sent" if "Sent" in subjects(new.place, ends[1]) else "Skickat"] == ["Brev 3"] * 2
    )

    assert synced(old, new, ends, ledger) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["counts"]["moved"], told["counts"]["moved_now"]) == (4, 0)

    fill(old.place, ends[0], {("INBOX",): [message(4)]})
    with old.place.target(ends[0]) as mailbox:
        mailbox.delete(("INBOX",), mailbox.refs(("INBOX",))[:1])
    assert synced(old, new, ends, ledger) == 0
    assert json.loads(capsys.readouterr().out)["counts"]["moved_now"] == 1
    assert subjects(new.place, ends[1])["INBOX"] == ["Brev 2", "Brev 4"]
    assert run(["mail", "compare", old.url(ends[0]), new.url(ends[1]), "--flags"]) == 0


def test_after_the_change_of_mx_it_only_adds(
    old: Server, new: Server, ends: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(old.place, ends[0], {("INBOX",): [message(1), message(2)]})
    ledger = tmp_path / "l.sqlite"
    assert synced(old, new, ends, ledger) == 0
    with old.place.target(ends[0]) as mailbox:
        mailbox.delete(("INBOX",), mailbox.refs(("INBOX",))[:1])
    fill(old.place, ends[0], {("INBOX",): [message(3)]})
    assert synced(old, new, ends, ledger, "--only-add") == 0
    assert subjects(new.place, ends[1])["INBOX"] == ["Brev 1", "Brev 2", "Brev 3"]
    capsys.readouterr()
    assert synced(old, new, ends, ledger) == 0
    assert json.loads(capsys.readouterr().out)["mode"] == "append"
    assert subjects(new.place, ends[1])["INBOX"] == ["Brev 1", "Brev 2", "Brev 3"]


def test_what_was_there_before_stays_and_is_not_doubled(
    old: Server, new: Server, ends: tuple[str, str], tmp_path: Path
) -> None:
    fill(old.place, ends[0], {("INBOX",): [message(1), message(2)]})
    fill(new.place, ends[1], {("INBOX",): [message(2), message(9)]})
    assert synced(old, new, ends, tmp_path / "l.sqlite") == 0
    assert subjects(new.place, ends[1])["INBOX"] == ["Brev 1", "Brev 2", "Brev 9"]


def test_a_message_that_is_too_large_is_named_and_the_rest_comes(
    old: Server, new: Server, ends: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(old.place, ends[0], {("INBOX",): [message(1), message(2, size=150_000), message(3)]})
    small = ends[0], new.place.new_mailbox("small")
    command = ["mail", "sync", old.url(small[0]), new.url(small[1]), "--ledger", str(tmp_path / "l.sqlite")]
    assert run(command) == 1
    told = capsys.readouterr()
    assert "3 messages at the source: 2 there (2 moved now), 0 left out, 1 failed." in told.out
    assert "INBOX  2026-02-03 04:05  “Brev 2”" in told.err
    assert "[mail.message-too-large]" in told.err
    assert subjects(new.place, small[1])["INBOX"] == ["Brev 1", "Brev 3"]


def test_several_mailboxes_in_one_ledger(
    old: Server, new: Server, ends: tuple[str, str], tmp_path: Path, maildirs: Place
) -> None:
    other, ledger = maildirs.new_mailbox("full"), tmp_path / "l.sqlite"
    fill(old.place, ends[0], {("INBOX",): [message(1)]})
    fill(maildirs, other, {("INBOX",): [message(2)]})
    assert synced(old, new, ends, ledger) == 0
    target = maildirs.new_mailbox("full")
    for _ in range(2):
        assert (
            run(
                ["mail", "sync", f"maildir:{tmp_path / other}", f"maildir:{tmp_path / target}", "--ledger", str(ledger)]
            )
            == 0
        )
    assert subjects(maildirs, target)["INBOX"] == ["Brev 2"]
    assert subjects(new.place, ends[1])["INBOX"] == ["Brev 1"]
    assert len(list((tmp_path / "l.sqlite.archives").glob("*.skymail"))) == 2


def test_nothing_is_removed_when_too_much_is_gone(
    maildirs: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, target, ledger = maildirs.new_mailbox("full"), maildirs.new_mailbox("full"), str(tmp_path / "l.sqlite")
    fill(maildirs, source, {("INBOX",): [message(number) for number in range(60)]})
    command = ["mail", "sync", f"maildir:{tmp_path / source}", f"maildir:{tmp_path / target}", "--ledger", ledger]
    assert run(command) == 0
    with maildirs.target(source) as mailbox:
        mailbox.delete(("INBOX",), mailbox.refs(("INBOX",))[:50])
    assert run(command) == 1
    assert "ledger.too-many-gone" in capsys.readouterr().err
    assert len(subjects(maildirs, target)["INBOX"]) == 60
    assert run([*command, "--removal-limit", "1"]) == 0
    assert len(subjects(maildirs, target)["INBOX"]) == 10


@pytest.mark.parametrize("text", ["not a ledger", "SQLite format 3\0 but nothing else"])
def test_a_file_that_is_no_ledger_is_left_alone(
    text: str, maildirs: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, target = (f"maildir:{tmp_path / maildirs.new_mailbox('full')}" for _ in range(2))
    (tmp_path / "notes").write_text(text)
    assert run(["mail", "sync", source, target, "--ledger", str(tmp_path / "notes")]) == 2
    assert "ledger.not-a-ledger" in capsys.readouterr().err
    assert (tmp_path / "notes").read_text() == text
    for nowhere in (tmp_path, Path("/proc/nowhere/l.sqlite")):
        assert run(["mail", "sync", source, target, "--ledger", str(nowhere)]) == 2


def test_another_program_s_database_is_left_alone(maildirs: Place, tmp_path: Path) -> None:
    source, target = (f"maildir:{tmp_path / maildirs.new_mailbox('full')}" for _ in range(2))
    assert run(["mail", "fetch", source, str(tmp_path / "a.skymail")]) == 0
    assert run(["mail", "sync", source, target, "--ledger", str(tmp_path / "a.skymail")]) == 2


def test_an_archive_of_another_mailbox_is_left_alone(
    maildirs: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = (f"maildir:{tmp_path / maildirs.new_mailbox('full')}" for _ in range(2))
    assert run(["mail", "fetch", first, str(tmp_path / "a.skymail")]) == 0
    assert run(["mail", "fetch", second, str(tmp_path / "a.skymail")]) == 1
    assert "mail.archive-of-another-mailbox" in capsys.readouterr().err
