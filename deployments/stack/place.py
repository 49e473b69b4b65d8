"""Where the local servers keep their state: a home of its own, changed by one command at a time."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deployments.stack.failures import AnotherStartRuns

POLL_S = 0.2


def project_root() -> Path:
    """The checkout that this code belongs to, or the current directory when it is installed elsewhere."""
    checkout = Path(__file__).resolve().parents[2]
    return checkout if (checkout / "pyproject.toml").is_file() else Path.cwd()


def default_home() -> Path:
    return project_root() / ".skyflytt" / "prefect"


def prepared(home: Path) -> Path:
    """The home as an absolute path, existing, readable by its owner alone."""
    home = home.expanduser().resolve()
    home.mkdir(parents=True, exist_ok=True)
    home.chmod(0o700)
    return home


@contextmanager
def alone_in(home: Path, patience_s: float = 180.0) -> Iterator[None]:
    """Hold the home's lock, so that two starts at once end with one server and not with two."""
    with (home / "lock").open("w") as lock:
        deadline = time.monotonic() + patience_s
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise AnotherStartRuns(str(home), f"its lock was not free within {patience_s:.0f} s") from None
                time.sleep(POLL_S)
        yield
