"""Ctrl-C, SIGTERM and a second `make demo` while one runs: one sentence each, nothing left running, and the next run goes on."""

from __future__ import annotations

import random
import signal
import subprocess
import sys

import pytest

from tests.demo.ends import comes_to_its_end
from tests.demo.running import COMMITS, ROOT, Demo, Moment, random_moment

SENTENCE = "Interrupted. Nothing is lost: `make demo` goes on from here."


@pytest.mark.timeout(300)
def test_the_demo_ends_at_ctrl_c_and_sigterm_with_one_sentence(demo: Demo, chance: random.Random) -> None:
    interrupted_at(demo, Moment(None, seconds=chance.uniform(1.0, 10.0)))
    demo.start()
    assert demo.reach(random_moment(chance, "export")), demo.output()
    second_is_refused(demo)
    ends(demo, signal.SIGINT, 130)
    demo.start()
    assert demo.reach(random_moment(chance, "first-delta")), demo.output()
    ends(demo, signal.SIGTERM, 143)
    assert "400 moved (400 now)" not in demo.output(), "the export was made anew"


@pytest.mark.heavy
@pytest.mark.timeout(3600)
def test_a_demo_interrupted_in_every_step_comes_to_its_end(demo: Demo, chance: random.Random) -> None:
    for step in COMMITS:
        interrupted_at(demo, random_moment(chance, step))
    comes_to_its_end(demo)


def interrupted_at(demo: Demo, moment: Moment) -> None:
    demo.start()
    assert demo.reach(moment), f"it ended before {moment}:\n{demo.output()}"
    print(f"interrupted at {moment}")
    ends(demo, signal.SIGINT, 130)


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
