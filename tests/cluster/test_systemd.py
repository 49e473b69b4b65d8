"""deployments/systemd: units that systemd accepts, with programs that exist, and no secret in them."""

from __future__ import annotations

import shutil
import subprocess
from collections import defaultdict
from collections.abc import Callable
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

import pytest

from deployments.cluster.prefect_server import MESSAGES
from deployments.cluster.secret_files import make
from deployments.stack.settings import PATIENT_CLIENT

FOLDER = Path(__file__).parents[2] / "deployments" / "systemd"
SERVICES = sorted(FOLDER.glob("*.service"))
PYTHON = "/opt/skyflytt/.venv/bin/python"
SECRET = ("PASSWORD", "AUTH_STRING", "_KEY", "CONNECTION_URL", "LEDGER_URL", "MESSAGING_URL")
HARDENED = ("NoNewPrivileges", "PrivateTmp", "PrivateDevices", "ProtectSystem", "ProtectHome", "CapabilityBoundingSet")


def settings_of(unit: Path) -> dict[str, list[str]]:
    found = defaultdict(list)
    for line in unit.read_text().splitlines():
        if "=" in line and not line.startswith("#"):
            name, _, value = line.partition("=")
            found[name].append(value)
    return found


def environment_of(file: Path) -> dict[str, str]:
    lines = (line.partition("=") for line in file.read_text().splitlines() if line and not line.startswith("#"))
    return {name: value for name, _, value in lines}


def test_systemd_accepts_them(tmp_path: Path, require_debian: Callable[..., str]) -> None:
    verify = require_debian("systemd", binary="systemd-analyze")
    for unit in [*SERVICES, FOLDER / "skyflytt.target"]:
        # Whether the program is executable is looked at too, and /opt/skyflytt is on an installed machine alone.
        instance = unit.name.replace("@.", "@1.")
        (tmp_path / instance).write_text(unit.read_text().replace(PYTHON, "/usr/bin/true"))
        shutil.copy(tmp_path / instance, tmp_path / unit.name) if instance != unit.name else None
    wanted = [tmp_path / unit.name.replace("@.", "@1.") for unit in SERVICES]
    done = subprocess.run([verify, "verify", *wanted], capture_output=True, text=True, check=False)
    ours = [line for line in done.stderr.splitlines() if "skyflytt" in line]
    assert (done.returncode, ours) == (0, [])


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_program_settings_and_credentials_are_there(unit: Path, tmp_path: Path) -> None:
    found = settings_of(unit)
    made = make(tmp_path, "127.0.0.1:5432", "127.0.0.1:6379")

    words = found["ExecStart"][0].split()
    assert words[0] == PYTHON
    modules = [word for before, word in pairwise(words) if before == "-m"]
    assert modules
    assert all(find_spec(module) for module in modules)
    for file in found["EnvironmentFile"]:
        assert (FOLDER / Path(file).name).is_file()
    loaded = {credential.partition(":")[0] for credential in found["LoadCredential"]}
    assert loaded <= made.keys()
    from_files = {value.rpartition("/")[2] for value in found["Environment"] if "_FILE=" in value}
    assert from_files == loaded
    assert all(name in found for name in HARDENED)


def test_no_secret_in_any_of_the_files(tmp_path: Path) -> None:
    for file in FOLDER.iterdir():
        names = environment_of(file) if file.suffix == ".env" else {}
        assert not [name for name in names if name.endswith(SECRET)]
        assert "://skyflytt:" not in file.read_text()


def test_server_and_clients_have_the_settings_of_the_local_cluster() -> None:
    assert environment_of(FOLDER / "server.env").items() >= MESSAGES.items()
    assert environment_of(FOLDER / "client.env").items() >= PATIENT_CLIENT.items()


def test_a_worker_alone_hears_that_it_is_to_end_and_has_the_time() -> None:
    found = settings_of(FOLDER / "skyflytt-worker@.service")
    words = found["ExecStart"][0].split()
    assert found["KillMode"] == ["mixed"]
    assert float(found["TimeoutStopSec"][0]) > float(words[words.index("--grace") + 1])
    assert found["Restart"] == ["always"]
