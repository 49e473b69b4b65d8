"""How a demo has to end: with 0, tables that add up, a new home that is whole, and nothing left running."""

from __future__ import annotations

import re

from tests.demo.running import Demo
from tests.demo.target import differences

WORKLOADS = ["archive"] * 4 + ["drop"] * 2 + ["mailbox"] * 4 + ["share"] * 2
ROW = re.compile(r"│ (\w+) [\w-]+ +│ +(\d+) │ +(\d+) │ +(\d+) │ +(\d+) │")


def comes_to_its_end(demo: Demo) -> None:
    """From wherever it stands."""
    said = run_to_the_end(demo)
    assert "Everything adds up." in said, said
    assert_reconciles(said)
    assert differences(demo.home) == []


def moves_nothing_more(demo: Demo) -> None:
    """A further run has nothing to do, says so, and changes nothing."""
    said = run_to_the_end(demo)
    assert re.search(r"This run moved 0 items in \d+ s\. Nothing was left to do", said), said
    assert_reconciles(said)
    assert differences(demo.home) == []


def run_to_the_end(demo: Demo) -> str:
    demo.start()
    code = demo.end()
    said = demo.output()
    assert code == 0, said
    assert demo.servers() == [], "servers are left running"
    print(f"came to its end after {demo.age:.0f} s")
    return said


def assert_reconciles(said: str) -> None:
    """The printed accounts themselves: source = moved + skipped + failed, nothing failed, for every workload of the project."""
    rows = ROW.findall(said)
    assert sorted(row[0] for row in rows) == WORKLOADS, said
    for _, source, moved, skipped, failed in rows:
        assert int(source) == int(moved) + int(skipped), said
        assert int(failed) == 0, said
