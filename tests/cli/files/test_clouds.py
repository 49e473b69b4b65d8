"""`skyflytt files` at the simulated SharePoint and Dropbox: the same commands, by addresses."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from skyflytt.cli import run
from tests.contract.file_places import make_certificates
from tests.contract.sharepoint_place import LIBRARY, SITE
from tests.graph.simulator import APP, DOMAIN, SECRET, running_simulator
from tests.real.dropbox_simulator import ANNA, BO, SECRETS, running_dropbox


@pytest.fixture(scope="module")
def sharepoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_simulator(tmp_path_factory.mktemp("graph")) as simulator:
        simulator.begin_anew(drives=(LIBRARY,))
        drive = simulator.state.drives[LIBRARY.id]
        drive.made(drive.root, "Avtal", "2026-01-01T00:00:00Z", is_folder=True)
        options = f"tenant={DOMAIN}&client_id={APP}&login_url={simulator.url}&graph_url={simulator.url}"
        yield f"sharepoint://{SITE}/Delade%20dokument/Avtal?{options}&ca_file={simulator.ca_file}"


@pytest.fixture(scope="module")
def dropbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    base = tmp_path_factory.mktemp("dropbox")
    certificates = make_certificates(base)
    with running_dropbox(base / "simulator", certificates.ca, certificates.both) as simulated:
        yield f"dropbox://LOGIN/?app_key=sandbox&url={simulated.url}&ca_file={certificates.ca}"


@pytest.fixture
def folder(tmp_path: Path) -> str:
    (tmp_path / "old" / "Ritningar").mkdir(parents=True)
    (tmp_path / "old" / "Ritningar" / "Åhléns.pdf").write_bytes(b"%PDF" * 5000)
    (tmp_path / "old" / "läs.txt").write_text("hej")
    return f"file:{tmp_path / 'old'}"


def moved(source: str, target: str, ledger: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """There in one pass, nothing left for the next, and the same in both."""
    kept = ["--ledger", str(ledger)]
    for now in (3, 0):
        assert run(["files", "sync", source, target, *kept, "--json"]) == 0
        counts = json.loads(capsys.readouterr().out)["counts"]
        assert counts == counts | {"source": 3, "moved": 3, "moved_now": now, "failed": 0}
    assert run(["files", "verify", source, target, *kept]) == 0
    assert run(["files", "compare", source, target]) == 0
    capsys.readouterr()


@pytest.fixture
def secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SKYFLYTT_SECRET_APP_BY_SECRET_NORRSKEN_EXAMPLE", SECRET)
    monkeypatch.setenv("SKYFLYTT_SECRET_ANNA_NORRSKENBYGG_EXAMPLE", SECRETS["anna"])


@pytest.mark.usefixtures("secrets")
def test_into_one_cloud_and_on_into_the_other(
    folder: str, sharepoint: str, dropbox: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    at_dropbox = dropbox.replace("LOGIN", ANNA)
    moved(folder, sharepoint, tmp_path / "first.sqlite", capsys)
    moved(sharepoint, at_dropbox, tmp_path / "second.sqlite", capsys)
    second = ["--ledger", str(tmp_path / "second.sqlite")]
    assert [one.name for one in tmp_path.glob("second.sqlite.listing-*")] != []
    assert run(["files", "sync", sharepoint, at_dropbox, *second, "--list-anew"]) == 0
    capsys.readouterr()
    assert run(["files", "scan", at_dropbox, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["source"], told["files"], told["size_bytes"]) == (f"dropbox://{ANNA}", 2, 20_003)


def test_somebody_elses_token_opens_nothing(
    dropbox: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SKYFLYTT_SECRET_SOURCE", SECRETS["anna"])
    assert run(["files", "scan", dropbox.replace("LOGIN", BO)]) == 1
    said = capsys.readouterr().err
    assert f"the token is for {ANNA}" in said
    assert SECRETS["anna"] not in said
