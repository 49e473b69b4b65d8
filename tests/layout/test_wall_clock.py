"""Only the clock reads the wall clock: everything else can be rehearsed at any date."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CLOCK = ROOT / "skyflytt" / "deadline" / "clock.py"
SOURCES = sorted(
    path
    for package in ("flows", "tasks", "blocks", "deployments", "skyflytt")
    for path in (ROOT / package).rglob("*.py")
)
WALL_CLOCK = {
    "datetime.datetime.now",
    "datetime.datetime.utcnow",
    "datetime.datetime.today",
    "datetime.date.today",
    "time.time",
    "time.time_ns",
    "time.ctime",
    "time.localtime",
    "time.gmtime",
}


def imported_names(tree: ast.AST) -> dict[str, str]:
    """What the module's names stand for: `dt` for `datetime` after `import datetime as dt`."""
    names = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.asname or alias.name.partition(".")[0]: alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    return names


def dotted(node: ast.AST, names: dict[str, str]) -> str | None:
    if isinstance(node, ast.Name):
        return names.get(node.id)
    if isinstance(node, ast.Attribute) and (owner := dotted(node.value, names)):
        return f"{owner}.{node.attr}"
    return None


def readings(source: str) -> list[tuple[int, str]]:
    """Line and name of every use of the wall clock, called or handed on; conversions of a given time are none."""
    tree = ast.parse(source)
    names = imported_names(tree)
    converting = {
        id(node.func)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and node.args
        and dotted(node.func, names) in {"time.localtime", "time.gmtime", "time.ctime"}
    }
    found = [
        (node.lineno, name)
        for node in ast.walk(tree)
        if isinstance(node, ast.Name | ast.Attribute)
        and id(node) not in converting
        and (name := dotted(node, names)) in WALL_CLOCK
    ]
    return sorted(found)


def test_finds_the_sources() -> None:
    assert CLOCK in SOURCES
    assert len({path.relative_to(ROOT).parts[0] for path in SOURCES}) == 5


def test_the_clock_itself_reads_the_wall_clock() -> None:
    assert readings(CLOCK.read_text())


def test_nothing_else_does() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}: {name}; take the time from the injected clock"
        for path in SOURCES
        if path != CLOCK
        for line, name in readings(path.read_text())
    ]
    assert found == []


@pytest.mark.parametrize(
    "source",
    [
        "import datetime\ndatetime.datetime.now()",
        "import datetime as dt\ndt.datetime.now(dt.UTC)",
        "from datetime import datetime\nx = datetime.utcnow()",
        "from datetime import datetime as D\nx = D.today()",
        "from datetime import date\nx = date.today()",
        "import time\nx = time.time()",
        "from time import time as t\nx = t()",
        "from datetime import datetime\nfield(default_factory=datetime.now)",
        "import time\nx = time.localtime()",
    ],
)
def test_every_way_of_reading_it_is_noticed(source: str) -> None:
    assert readings(source)


@pytest.mark.parametrize(
    "source",
    [
        "import time\ntime.monotonic()",
        "clock.now()",
        "import time\ntime.gmtime(0)",
        "from datetime import datetime\ndatetime(2026, 1, 1)",
    ],
)
def test_what_is_no_reading_is_let_through(source: str) -> None:
    assert readings(source) == []
