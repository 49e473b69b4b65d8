"""kill -9 in the middle of a zone's change: the next run goes on, or goes back, and nothing is left half done."""

from __future__ import annotations

import multiprocessing
import shutil
import signal
from multiprocessing.context import ForkServerContext
from pathlib import Path

import pytest

from skyflytt.dns.records import record_set
from skyflytt.dns.zone import Zone
from skyflytt.mailflow.trial import Patience
from skyflytt.phase.cutover.domains import Acted, DomainAct, act_on
from skyflytt.playbook.approvals import approve, plan_of_domain
from tests.phase.cutover import zone_file
from tests.phase.cutover.dying import DOMAIN, PROJECT, die, opened

ORIGIN = "norrsken.example."
BEFORE = Zone(
    ORIGIN,
    tuple(
        sorted(
            record_set(f"{label}{ORIGIN}", kind, ttl_s, values)
            for label, kind, ttl_s, values in (
                ("", "NS", 3600, ["ns1.dns.example."]),
                ("", "MX", 7200, ["10 mx.old.example."]),
                ("", "TXT", 3600, ['"v=spf1 include:spf.old.example -all"']),
                ("autodiscover.", "CNAME", 3600, ["autodiscover.old.example."]),
                ("mail.", "A", 3600, ["198.51.100.7"]),
                ("www.", "A", 3600, ["192.0.2.80"]),
            )
        )
    ),
    serial=7,
)


@pytest.fixture(scope="module")
def processes() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.phase.cutover.dying"])
    return context


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Planned, lowered and approved; each test has a copy."""
    folder = tmp_path_factory.mktemp("prepared")
    zone_file.write(folder / "zone.json", BEFORE)
    act(folder, DomainAct.PLAN)
    done = act(folder, DomainAct.LOWER_TTL)
    with opened(folder) as move:
        approve(move.ledger, PROJECT, plan_of_domain(DOMAIN.name, done.plan_hash or ""), "Bengt Öberg")
    return folder


def act(folder: Path, what: DomainAct) -> Acted:
    with opened(folder) as move:
        return act_on(move, what, without_waiting=True, patience=Patience(most_s=0))


def zone(folder: Path) -> Zone:
    with opened(folder) as move:
        return move.host.read()


def killed(processes: ForkServerContext, prepared: Path, folder: Path, what: DomainAct, dies_at: int) -> None:
    if not folder.exists():
        shutil.copytree(prepared, folder)
    process = processes.Process(target=die, args=(folder, what, dies_at), daemon=True)
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL


@pytest.mark.parametrize(
    "dies_at", [pytest.param(0, marks=pytest.mark.heavy), 1, pytest.param(2, marks=pytest.mark.heavy), 3]
)
def test_killed_in_its_middle_it_goes_on(
    processes: ForkServerContext, prepared: Path, tmp_path: Path, dies_at: int
) -> None:
    folder = tmp_path / "work"
    killed(processes, prepared, folder, DomainAct.SWITCH, dies_at)
    done = act(folder, DomainAct.SWITCH)
    assert "every authoritative server has it" in done.said
    there = zone(folder)
    assert there.find(ORIGIN, "MX") == record_set(ORIGIN, "MX", 300, ["10 mx.new.example."])
    assert there.find(f"mail.{ORIGIN}", "A") is None
    assert there.find(f"www.{ORIGIN}", "A") == BEFORE.find(f"www.{ORIGIN}", "A")


@pytest.mark.parametrize("dies_at", [pytest.param(0, marks=pytest.mark.heavy), 2])
def test_killed_in_its_middle_it_goes_back_even_when_that_is_killed_too(
    processes: ForkServerContext, prepared: Path, tmp_path: Path, dies_at: int
) -> None:
    folder = tmp_path / "work"
    killed(processes, prepared, folder, DomainAct.SWITCH, dies_at)
    killed(processes, prepared, folder, DomainAct.ROLL_BACK, 1)
    act(folder, DomainAct.ROLL_BACK)
    assert zone(folder).sets == BEFORE.sets
