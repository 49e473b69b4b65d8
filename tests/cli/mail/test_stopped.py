"""Ctrl-C, and kill -9, in the middle of a sync: the same command goes on from there, with nothing twice."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.mail.conftest import Server, fill, message, subjects
from tests.contract.mail_places import Place

pytestmark = pytest.mark.real
ROOT = Path(__file__).parents[3]
PROGRAM = str(Path(sys.executable).with_name("skyflytt"))
COUNT = 250


def environment(secret: str) -> dict[str, str]:
    return {**os.environ, "SKYFLYTT_SECRET_TARGET": secret}


def state(ledger: Path) -> dict[Path, int]:
    """When each file of the ledger was last written to."""
    found = {}
    for path in ledger.parent.glob(f"{ledger.name}*"):
        with contextlib.suppress(FileNotFoundError):  # SQLite takes its log away at the end
            found[path] = path.stat().st_mtime_ns
    return found


def stopped(command: list[str], secret: str, number: signal.Signals, ledger: Path, wait_s: float) -> tuple[int, str]:
    """Start the command, stop it so long after it touches its ledger; its status (0 if it was quicker) and what it said."""
    before = state(ledger)
    with subprocess.Popen(command, cwd=ROOT, env=environment(secret), stderr=subprocess.PIPE, text=True) as process:
        while state(ledger) == before and process.poll() is None:
            time.sleep(0.005)
        time.sleep(wait_s)
        process.send_signal(number)
        _, said = process.communicate(timeout=60)
    return process.returncode, said


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGKILL, -signal.SIGKILL)])
def test_stopped_three_times_and_again(
    number: signal.Signals, status: int, new: Server, maildirs: Place, tmp_path: Path
) -> None:
    source, target = maildirs.new_mailbox("full"), new.place.new_mailbox("full")
    fill(
        maildirs, source, {("INBOX",): [message(one, size=10_000) for one in range(COUNT)], ("Sent",): [message(COUNT)]}
    )
    ledger = tmp_path / "l.sqlite"
    command = [
        PROGRAM,
        "mail",
        "sync",
        f"maildir:{tmp_path / source}",
        new.url(target),
        "--ledger",
        str(ledger),
        "--json",
    ]
    statuses = []
    for wait_s in (0, random.uniform(0, 0.4), random.uniform(0, 0.4)):  # the first is never quicker
        ended, said = stopped(command, new.place.secret, number, ledger, wait_s)
        statuses.append(ended)
        assert "Traceback" not in said
        assert ("the same command goes on from there" in said) == (ended == 130)
    assert statuses[0] == status
    assert set(statuses) <= {status, 0}
    done = subprocess.run(
        command, cwd=ROOT, env=environment(new.place.secret), capture_output=True, text=True, timeout=120, check=True
    )
    counts = json.loads(done.stdout)["counts"]
    assert (counts["source"], counts["moved"], counts["failed"]) == (COUNT + 1, COUNT + 1, 0)
    there = subjects(new.place, target)
    assert there["INBOX"] == sorted(f"Brev {one}" for one in range(COUNT))
    assert there["Sent"] == [f"Brev {COUNT}"]
