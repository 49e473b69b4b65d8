"""`skyflytt dns`: a domain's way there and back by its commands, at a real name server, with a clock that is moved."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from skyflytt.cli import run
from skyflytt.deadline.clock import CLOCK_FILE_VARIABLE, FileClock, SystemClock
from tests.dns.conftest import DECIDED, OLD
from tests.dns.test_bind import master_file, of_zone, without_serial
from tests.phase.discovered import EXAMPLE
from tests.real.bind import Bind, running_bind

pytestmark = pytest.mark.real
ZONE = "norrskenbygg.example"


@pytest.fixture(scope="module")
def bind(require_debian: Callable[..., str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bind]:
    named = require_debian("bind9", binary="named")
    with running_bind(named, tmp_path_factory.mktemp("bind"), {ZONE: master_file(ZONE)}) as running:
        yield running


@pytest.fixture
def clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FileClock:
    monkeypatch.setenv(CLOCK_FILE_VARIABLE, str(tmp_path / "now"))
    clock = FileClock(tmp_path / "now")
    clock.move_to(SystemClock().now())
    return clock


class Commands:
    """Runs `skyflytt dns` on a project file that is written anew with each `decide`."""

    def __init__(self, folder: Path, bind: Bind, capsys: pytest.CaptureFixture[str]) -> None:
        self._folder, self._bind, self._capsys = folder, bind, capsys
        (folder / "secrets.yaml").touch(mode=0o600)
        (folder / "secrets.yaml").write_text(yaml.safe_dump({"servers": {"dns": bind.secret}}))

    def decide(self, *decided: dict[str, Any]) -> None:
        data = yaml.safe_load(EXAMPLE.read_text())
        servers = [f"127.0.0.1:{self._bind.primary}", f"127.0.0.1:{self._bind.secondary}"]
        data["servers"]["dns"] = {
            "kind": "rfc2136",
            "host": "127.0.0.1",
            "port": self._bind.primary,
            "key_name": self._bind.key_name,
        }
        records = [{**one, "values": [of_zone(value, ZONE) for value in one.get("values", ())]} for one in decided]
        more = {"host": "dns", "old": list(OLD), "records": records, "name_servers": servers, "resolvers": servers[:1]}
        data["domains"] = [{"name": ZONE, "mail": True} | more, {"name": "other.example"}]
        (self._folder / "project.yaml").write_text(yaml.safe_dump(data))

    def __call__(self, command: str, *words: str) -> tuple[int, str, str]:
        secrets = () if command == "status" else ("--secrets-file", str(self._folder / "secrets.yaml"))
        options = ("--workspace", str(self._folder / "work"), *secrets, *words)
        status = run(["dns", command, str(self._folder / "project.yaml"), *options])
        return status, *self._capsys.readouterr()


@pytest.fixture
def dns(tmp_path: Path, bind: Bind, capsys: pytest.CaptureFixture[str]) -> Commands:
    made = Commands(tmp_path, bind, capsys)
    made.decide(*DECIDED)
    return made


def test_there_and_back(dns: Commands, bind: Bind, clock: FileClock, tmp_path: Path) -> None:
    before = bind.transfer(ZONE)
    assert (
        dns("status")[1] == f"{ZONE}: no snapshot yet\nother.example: names no host, so its records are not changed\n"
    )
    status, shown, _ = dns("pointing")
    assert status == 0
    assert f"{ZONE}. MX 10 mx1.rcloud.example. (receives mail): mx1.rcloud.example." in shown
    assert shown.endswith(f"15 records of {ZONE} point to the old provider\n")
    assert {one["role"] for one in json.loads(dns("pointing", "--json")[1])} > {
        "mx",
        "spf",
        "dkim",
        "autodiscover",
        "mta-sts",
    }
    assert dns("plan")[0] == 1, "without a snapshot"
    assert dns("snapshot")[0] == 0
    assert len(list((tmp_path / "work" / "dns").glob("*.zone"))) == 1
    dns.decide(*DECIDED[1:])
    status, shown, told = dns("plan")
    assert (status, "? norrskenbygg.example. MX 10 mx1.rcloud.example." in shown) == (1, True)
    assert "[dns.undecided]" in told
    dns.decide(*DECIDED)
    status, shown, _ = dns("plan")
    assert status == 0
    agreed = json.loads(dns("plan", "--json")[1])["hash"]
    assert shown.endswith(f"Plan {agreed}\n")
    status, _, told = dns("lower")
    assert (status, "[dns.servers-disagree]" in told) == (75, True)
    bind.catch_up(ZONE)
    assert dns("lower")[0] == 0
    assert dns("apply", "--plan", agreed)[0] == 75, "the old TTL is not over"
    assert dns("apply", "--plan", "0" * 64)[0] == 1
    clock.move_to(clock.now() + timedelta(hours=4))
    assert dns("apply", "--plan", agreed)[0] == 0
    assert dns("apply", "--plan", agreed)[1] == "Nothing was left to change\n"
    status, shown, _ = dns("verify")
    assert (status, f"127.0.0.1:{bind.secondary}: lagging" in shown) == (1, True)
    bind.catch_up(ZONE)
    assert dns("verify")[0] == 0
    assert dns("raise")[0] == 0
    assert f"plan {agreed}, 11 changes" in dns("status")[1]
    assert dns("snapshot")[0] == 1
    assert dns("rollback")[0] == 0
    assert without_serial(bind.transfer(ZONE)) == without_serial(before)


def test_bad_input(dns: Commands) -> None:
    assert dns("snapshot", "other.example")[0] == 2
    assert "[dns.domain-unknown]" in dns("plan", "no-such.example")[2]
    assert dns("snapshot")[0] == 0
    dns.decide(*DECIDED[1:], {"name": "@", "type": "MX", "values": ["mx.newhome.example"]})
    status, _, told = dns("plan")
    assert (status, "[dns.plan-invalid]" in told) == (2, True)
