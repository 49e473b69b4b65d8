"""Ways to stop a demo at a moment: kill it, or interrupt it as a terminal does and look at what it says."""

from __future__ import annotations

import signal
import subprocess
import sys

from tests.demo.running import ROOT, Demo, Moment

SENTENCE = "Interrupted. Nothing is lost: `make demo` goes on from here."


def killed_at(demo: Demo, moment: Moment, how: str) -> None:
    started_until(demo, moment)
    demo.kill(how)
    print(f"killed {how} at {moment}, after {demo.age:.0f} s")


def interrupted_at(demo: Demo, moment: Moment) -> None:
    started_until(demo, moment)
    print(f"interrupted at {moment}")
    ends(demo, signal.SIGINT, 130)


def started_until(demo: Demo, moment: Moment) -> None:
    demo.start()
    assert demo.reach(moment), f"it ended before {moment}:\n{demo.output()}"


def ends(demo: Demo, number: signal.Signals, code: int) -> None:
    demo.signal_group(number)
    assert demo.end() == code, demo.output()
    said = demo.output()
    assert said.count(SENTENCE) == 1, said
    assert "Traceback" not in said, said
    assert demo.servers() == [], "servers are left running"


def second_is_refused(demo: Demo) -> None:
    command = [sys.executable, "-m", "deployments.demo", "--home", str(demo.home)]
    second = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert second.returncode == 1
    assert second.stdout == ""
    sentence, advice = second.stderr.strip().splitlines()
    assert sentence == f"Another demo runs in {demo.home}: process {demo.process.pid}"
    assert "Ctrl-C" in advice
    assert demo.process.poll() is None, demo.output()
