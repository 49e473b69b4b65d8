"""`skyflytt exchange` against the simulated Exchange: PST files that it makes itself, and the devices at it."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from skyflytt.callers.event import Event
from skyflytt.callers.forms.device_list import DeviceList
from skyflytt.callers.stamps import Stamps
from skyflytt.cli import run
from skyflytt.cli.opened import opened
from skyflytt.ledger import journal
from skyflytt.phase import server_pst
from tests.directory.exchange.simulated import PASSWORD, SHARE, Place, running_exchange
from tests.phase.discovered import EXAMPLE

ANNA, BENGT = "anna@norrsken.example", "bengt@norrsken.example"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with running_exchange(tmp_path_factory.mktemp("exchange")) as place:
        yield place


@pytest.fixture
def there(running: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    running.begin_anew()
    write(tmp_path, running)
    monkeypatch.setenv("SKYFLYTT_SECRET_SERVERS_EX01", PASSWORD)
    return tmp_path


def write(folder: Path, place: Place, **settings: object) -> None:
    data = yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))
    data["servers"]["ex01"] = place.settings(**settings).model_dump(mode="json")
    (folder / "project.yaml").write_text(yaml.safe_dump(data, allow_unicode=True))


def ran(there: Path, command: str, *arguments: str, server: str = "ex01") -> int:
    words = [command, str(there / "project.yaml"), server, *arguments, "--workspace", str(there / "work")]
    return run(["exchange", *words])


def journal_of(there: Path) -> list[tuple[str, str, str]]:
    with opened(there / "project.yaml", there / "work") as migration:
        return [(one.actor, one.action, one.subject) for one in journal.entries(migration.ledger, migration.name)]


def test_from_start_to_the_end(running: Place, there: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ran(there, "export", ANNA, BENGT, "--leave-out", "5", "--by", "Eva") == 0
    assert ran(there, "export", BENGT, "--archive") == 0
    assert rf"{BENGT}: Queued, {SHARE}\{BENGT}-archive.pst" in capsys.readouterr().out
    requests = running.exchange.requests
    assert [(one.mailbox.alias, one.archive, one.limit) for one in requests] == [
        ("anna", False, 5), ("bengt", False, 5), ("bengt", True, 0),
    ]  # fmt: skip
    for one in requests[:2]:
        one.status, one.percent, one.items, one.bad = "CompletedWithWarning", 100, 398, 2
    assert ran(there, "exports") == 0
    shown = capsys.readouterr().out
    assert "CompletedWithWarning, 100 %, 398 of 400 items, 2 left out" in shown
    assert ran(there, "clear-exports", "--by", "Eva") == 0
    assert "398 items, 2 left out" in capsys.readouterr().out
    assert [one.archive for one in running.exchange.requests] == [True]
    assert {("Eva", "server-pst-started", ANNA)} <= set(journal_of(there))
    assert sum(action == "server-pst-completed" for _, action, _ in journal_of(there)) == 2


def test_a_failed_one_is_told_and_left(running: Place, there: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ran(there, "export", ANNA) == 0
    own = running.exchange.requests[0]
    own.status, own.failure, own.bad = "Failed", "TooManyBadItemsPermanentException", 1
    capsys.readouterr()
    assert ran(there, "exports", "--json") == 1
    told = capsys.readouterr()
    assert json.loads(told.out)["status"] == "Failed"
    assert "exchange.export-items-lost" in told.err
    assert ran(there, "clear-exports") == 0
    assert running.exchange.requests == [own]


def test_started_again_nothing_is_begun_twice(running: Place, there: Path) -> None:
    with opened(there / "project.yaml", there / "work") as migration, server_pst.opened(migration, "ex01") as shell:
        for _ in range(2):
            server_pst.begin(migration, "ex01", shell, ANNA, archive=False, bad_item_limit=0, by="Eva")
    assert len(running.exchange.requests) == 1


def test_what_cannot_be_used(running: Place, there: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ran(there, "exports", server="old-mail") == 2
    assert "no exchange-powershell server" in capsys.readouterr().err
    write(there, running, export_share=None)
    assert ran(there, "export", ANNA) == 2
    assert "export_share" in capsys.readouterr().err


def test_devices_as_csv(running: Place, there: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ran(there, "devices") == 0
    lines = capsys.readouterr().out.encode().splitlines()
    first, second = csv.DictReader(line.decode() for line in lines)
    assert (first["PrimarySmtpAddress"], first["DeviceType"]) == (ANNA, "iPhone")
    assert (second["DeviceFriendlyName"], second["LastSuccessSync"]) == ("Annas 📱", "")
    assert DeviceList.recognises(lines[0])
    reader = DeviceList(Stamps(UTC, datetime(2026, 12, 1, tzinfo=UTC)))
    found = [one for one in map(reader.read, lines) if isinstance(one, Event)]
    assert [(one.account, one.device) for one in found] == [
        (ANNA.encode(), b"iPhone/APPL00000001"), (ANNA.encode(), b"iPhone/APPL00000002"),
    ]  # fmt: skip
    running.exchange.forbidden.add("Get-CASMailbox")
    assert ran(there, "devices") == 1
    assert "exchange.role-missing" in capsys.readouterr().err
