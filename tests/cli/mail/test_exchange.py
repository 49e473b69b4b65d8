"""The commands at the sandbox's Exchange, which has archive mailboxes and public folders; with and without ExportItems."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from skyflytt.cli import run
from skyflytt.outlook.mapi import Message, tags
from skyflytt.sandbox.exchange.faults import Rule
from tests.cli.mail.conftest import Server as ImapPlace
from tests.cli.mail.conftest import fill, message, subjects
from tests.contract.mail_places import Place, edit_in_exchange
from tests.mail.ews.conftest import SECRET, Server, running_exchange, running_without_streams, server, without_streams

__all__ = ["running_exchange", "running_without_streams", "server", "without_streams"]
pytestmark = pytest.mark.real
INBOX = ("INBOX",)


@pytest.fixture(autouse=True)
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SKYFLYTT_SECRET_SOURCE", SECRET)


def url(server: Server, name: str, options: str = "") -> str:
    service = server.exchange.url.removeprefix("https://")
    return f"ews+https://{name}@{service}?ca_file={server.exchange.ca_file}{options}"


def filled(server: Server, count: int = 3) -> str:
    name = server.new()
    with server.target(name) as mailbox:
        mailbox.append(INBOX, [message(number) for number in range(count)])
    return name


def test_a_probe_tells_streams_archive_and_public_folders(server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    name = filled(server)
    with server.target(name, store="archive") as archive:
        archive.append(archive.ensure_folder(("Gammalt",), None), [message(7), message(8)])
    assert run(["mail", "probe", url(server, name), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["payload"] == "FastTransfer streams"
    routes = {route["name"]: route for route in told["routes"]}
    assert {route: routes[route]["state"] for route in routes} == {
        "Exchange Web Services": "works",
        "archive mailbox": "works",
        "public folders": "works",
        "IMAP": "absent",
    }
    assert routes["archive mailbox"]["detail"].startswith("2 items")
    assert any("store=archive" in remark for remark in told["remarks"])


def test_a_probe_of_the_archive_mailbox_itself(server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    name = server.new()
    with server.target(name, store="archive") as archive:
        archive.append(archive.ensure_folder(("Gammalt",), None), [message(7)])
    assert run(["mail", "probe", url(server, name, "&store=archive"), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["messages"] == 1
    assert [route["name"] for route in told["routes"]] == ["Exchange Web Services", "IMAP"]


def test_a_probe_without_export_items(without_streams: Server, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["mail", "probe", url(without_streams, filled(without_streams))]) == 0
    said = capsys.readouterr().out
    assert "Messages come as: MIME" in said
    assert "no ExportItems" in said


def test_a_mailbox_that_the_server_does_not_have(server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    nobody = url(server, "nobody@exchange.example", "&access=impersonation&user=EXAMPLE%5Cservice")
    assert run(["mail", "probe", nobody]) == 1
    assert "mail.mailbox-" in capsys.readouterr().err


def test_a_closed_folder_is_named_and_the_rest_is_counted(server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    name = filled(server)
    with server.target(name) as mailbox:
        mailbox.append(mailbox.ensure_folder(("Hemligt",), None), [message(8)])
    server.rules(Rule(kind="access-denied", folder="Hemligt", mailbox=name, times=None))
    assert run(["mail", "probe", url(server, name)]) == 0
    said = capsys.readouterr().out
    assert "1 folder cannot be opened" in said
    assert "3  " in said


def test_a_wrong_password_is_tried_once(
    server: Server, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SKYFLYTT_SECRET_SOURCE", "wr0ng")
    name = server.new()
    assert run(["mail", "probe", url(server, name)]) == 1
    said = capsys.readouterr().err
    assert "connection.password-refused" in said
    assert "wr0ng" not in said


def test_a_busy_server_is_told_on_screen(server: Server, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    name = filled(server)
    server.rules(Rule(kind="server-busy", operations=("SyncFolderItems",), milliseconds=1000))
    assert run(["mail", "fetch", url(server, name), str(tmp_path / "a.skymail")]) == 0
    assert "asks us to wait 1 s" in capsys.readouterr().err


@pytest.mark.parametrize("exports", [True, False], ids=["ExportItems", "without"])
def test_a_fetch_says_which_way_the_items_came(
    exports: bool,
    server: Server,
    without_streams: Server,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    at = server if exports else without_streams
    name = at.new()
    appointment = Message({tags.MESSAGE_CLASS: "IPM.Appointment", tags.SUBJECT: "Möte"})
    at.put(name, appointment, "Calendar", folder_class="IPF.Appointment")
    at.put(name, Message({tags.MESSAGE_CLASS: "IPM.Note", tags.SUBJECT: "Brev"}), "Inbox")
    command = ["mail", "fetch", url(at, name), str(tmp_path / "a.skymail")]
    assert run([*command, "--json"]) == 0
    ways = json.loads(capsys.readouterr().out)["ways"]
    assert sum(ways.values()) == 2
    assert ways == {"exported": 2} if exports else ways["built"] >= 1 and "exported" not in ways
    assert run(command) == 0
    assert ("2 came as exported FastTransfer streams" in capsys.readouterr().out) == exports


def test_to_imap_and_back_into_exchange(
    server: Server, new: ImapPlace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SKYFLYTT_SECRET_TARGET", new.place.secret)
    name, middle, home = filled(server), new.place.new_mailbox("full"), server.new()
    out = ["mail", "sync", url(server, name), new.url(middle), "--ledger", str(tmp_path / "out.sqlite"), "--json"]
    for moved_now in (3, 0):
        assert run(out) == 0
        assert json.loads(capsys.readouterr().out)["counts"]["moved_now"] == moved_now
    assert run(["mail", "compare", url(server, name), new.url(middle)]) == 0
    monkeypatch.setenv("SKYFLYTT_SECRET_SOURCE", new.place.secret)
    monkeypatch.setenv("SKYFLYTT_SECRET_TARGET", SECRET)
    assert run(["mail", "sync", new.url(middle), url(server, home), "--ledger", str(tmp_path / "back.sqlite")]) == 0
    assert run(["mail", "compare", new.url(middle), url(server, home)]) == 0
    with server.source(home) as mailbox:
        assert len(mailbox.changes(INBOX, None).entries) == 3


def test_what_was_edited_is_told_by_a_comparison_and_replaced_or_joined(
    server: Server, new: ImapPlace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SKYFLYTT_SECRET_TARGET", new.place.secret)
    name, home = filled(server), new.place.new_mailbox("full")
    sync = ["mail", "sync", url(server, name), new.url(home), "--ledger", str(tmp_path / "ledger.sqlite")]
    compare = ["mail", "compare", url(server, name), new.url(home)]
    assert run(sync) == 0
    with server.target(name) as client:
        edited, other, _ = client.refs(INBOX)
        edit_in_exchange(client, INBOX, edited)
    capsys.readouterr()
    assert run(compare) == 1
    assert sorted(line.split()[0] for line in capsys.readouterr().out.splitlines()[:-1]) == ["extra", "missing"]
    assert run(sync) == 0
    assert run(compare) == 0
    with server.target(name) as client:
        edit_in_exchange(client, INBOX, other)
    capsys.readouterr()
    assert run([*sync, "--only-add"]) == 0
    told = capsys.readouterr()
    assert "1 moved now" in told.out
    assert told.err.count("[mail.earlier-version-stays]") == 1
    assert run(compare) == 1
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()[:-1]] == ["extra"]
    assert run([*sync, "--json"]) == 0
    assert [one["code"] for one in json.loads(capsys.readouterr().out)["remarks"]] == ["mail.earlier-version-stays"]


def test_into_an_archive_with_its_streams_and_on_to_a_maildir(
    server: Server, tmp_path: Path, maildirs: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    name, target = filled(server), maildirs.new_mailbox("full")
    archive = str(tmp_path / "a.skymail")
    assert run(["mail", "fetch", url(server, name), archive]) == 0
    assert run(["pst", "write", archive, str(tmp_path / "a.pst")]) == 0
    synced = [
        "mail",
        "sync",
        f"pst:{tmp_path / 'a.pst'}",
        f"maildir:{tmp_path / target}",
        "--ledger",
        str(tmp_path / "l"),
    ]
    assert run(synced) == 0
    assert subjects(maildirs, target)["INBOX"] == ["Brev 0", "Brev 1", "Brev 2"]
    fill(maildirs, target, {INBOX: [message(9)]})
    assert run(["mail", "compare", url(server, name), f"maildir:{tmp_path / target}"]) == 1
    assert "extra       INBOX  2026-02-03 04:05  “Brev 9”" in capsys.readouterr().out
