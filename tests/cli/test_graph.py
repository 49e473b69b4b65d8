"""`skyflytt graph sign-in` against the simulated Microsoft 365."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from skyflytt.cli import run
from skyflytt.graph import open_graph
from tests.graph.simulator import DOMAIN, PERSONAL, Simulator, running_simulator
from tests.phase.discovered import EXAMPLE

SECRET = "tokens under lock"


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    with running_simulator(tmp_path_factory.mktemp("graph")) as running:
        yield running


@pytest.fixture
def project(simulator: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    settings = simulator.settings(client_id=PERSONAL, auth="device-code", token_file=tmp_path / "tokens")
    data = yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))
    data["servers"]["tenant"] = settings.model_dump(mode="json")
    data["servers"]["other"] = simulator.settings().model_dump(mode="json")
    (tmp_path / "project.yaml").write_text(yaml.safe_dump(data, allow_unicode=True))
    monkeypatch.setenv("SKYFLYTT_SECRET_SERVERS_TENANT", SECRET)
    return tmp_path / "project.yaml"


def enter(simulator: Simulator, stop: threading.Event) -> None:
    """A person with a browser: enters the code as soon as there is one."""
    while not stop.wait(0.02):
        for device in list(simulator.tokens.devices.values()):
            simulator.tokens.decide(device.user_code, simulator.state.find(f"gun@{DOMAIN}"))


def test_a_person_signs_in_and_stays(simulator: Simulator, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stop = threading.Event()
    person = threading.Thread(target=enter, args=(simulator, stop))
    person.start()
    try:
        assert run(["graph", "sign-in", str(project), "tenant"]) == 0
    finally:
        stop.set()
        person.join()
    assert re.search(r"enter the code [0-9A-F]{8} ", capsys.readouterr().out)
    settings = simulator.settings(client_id=PERSONAL, auth="device-code", token_file=project.parent / "tokens")
    with open_graph(settings, SECRET) as client:
        assert client.get("/organization")["value"]


@pytest.mark.parametrize("server", ["other", "old-mail", "nowhere"])
def test_only_where_a_person_signs_in(project: Path, capsys: pytest.CaptureFixture[str], server: str) -> None:
    assert run(["graph", "sign-in", str(project), server]) == 2
    assert "no server of Microsoft 365 with auth device-code" in " ".join(capsys.readouterr().err.split())
