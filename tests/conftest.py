"""What the whole suite shares: real servers of the system, and one Prefect server for all tests that need it."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest

from deployments.stack import server, settings

# How long an example takes says something of what else the machine does.
hypothesis.settings.register_profile(
    "suite",
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow, hypothesis.HealthCheck.data_too_large],
)
hypothesis.settings.load_profile("suite")

READERS = Path(__file__).parent / "outlook" / "readers"
# Debian keeps servers where the PATH of an ordinary user does not look.
SERVER_PATH = os.pathsep.join(
    [os.environ.get("PATH", ""), "/usr/sbin", "/sbin", *map(str, Path("/usr/lib/postgresql").glob("*/bin"))]
)


@pytest.fixture(scope="session")
def require_debian() -> Callable[..., str]:
    """`require_debian(package, binary=name)`: the program's path; without it a loud skip, and in CI a failure."""

    def require(package: str, *, binary: str) -> str:
        if found := shutil.which(binary, path=SERVER_PATH):
            return found
        message = f"{binary} is missing; run: sudo apt-get install -y --no-install-recommends {package}"
        if os.environ.get("CI"):
            pytest.fail(f"{message} (CI is set, where nothing may be skipped)", pytrace=False)
        pytest.skip(message)

    return require


@pytest.fixture(scope="session")
def pst_extractor_modules() -> Path:
    """Where npm has installed pst-extractor; without Node.js a loud skip, and in CI a failure."""
    if not shutil.which("npm"):
        message = "npm is missing; run: sudo apt-get install -y --no-install-recommends nodejs npm"
        if os.environ.get("CI"):
            pytest.fail(f"{message} (CI is set, where nothing may be skipped)", pytrace=False)
        pytest.skip(message)
    modules = READERS / "node_modules"
    with (READERS / ".installing").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (modules / "pst-extractor").is_dir():
            subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"], cwd=READERS, check=True)
    return modules


@pytest.fixture(scope="session")
def prefect_harness(tmp_path_factory: pytest.TempPathFactory) -> Iterator[server.Server]:
    """The project's own Prefect server in a home of its own; flows called in this process run against it.

    It is the server that people get, sign-in included. It comes up in the time that Prefect's test harness takes (both 11 to
    13 s on two cores), whose server has neither sign-in nor encryption key.
    """
    home = tmp_path_factory.mktemp("prefect")
    running = server.start(home)
    try:
        with settings.applied(running.environment):
            yield running
    finally:
        server.stop(home)
