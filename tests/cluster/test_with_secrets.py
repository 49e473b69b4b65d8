"""Secrets from files: in the environment of the program, and nowhere else."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from deployments.cluster import secret_files
from deployments.stack.with_secrets import environment_of


def test_variables_that_name_files_become_what_the_files_say(tmp_path: Path) -> None:
    (tmp_path / "sign-in").write_text("skyflytt:geheim\n")
    given = {"PREFECT_API_AUTH_STRING_FILE": str(tmp_path / "sign-in"), "PREFECT_HOME": "/h", "LOG_FILE": "/var/log/x"}
    assert environment_of(given) == {
        "PREFECT_API_AUTH_STRING": "skyflytt:geheim",
        "PREFECT_HOME": "/h",
        "LOG_FILE": "/var/log/x",
    }


def test_a_variable_that_is_itself_about_a_file_stays() -> None:
    given = {"SKYFLYTT_SECRETS_FILE": "/nowhere"}
    assert environment_of(given) == given


def test_the_program_gets_them_and_its_status_is_ours(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("geheim")
    program = ["python", "-c", "import os, sys; sys.exit(int(os.environ['SKYFLYTT_X'] == 'geheim') * 7)"]
    environment = {**os.environ, "SKYFLYTT_X_FILE": str(tmp_path / "secret")}
    done = subprocess.run(
        [sys.executable, "-m", "deployments.stack.with_secrets", *program], env=environment, check=False
    )
    assert done.returncode == 7


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="missing"):
        environment_of({"PREFECT_API_AUTH_STRING_FILE": str(tmp_path / "missing")})


def test_secret_files_are_their_owners_alone_and_stay(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    first = secret_files.make(folder, "db:5432", "redis:6379")
    assert secret_files.make(folder, "other:5432", "other:6379") == first
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert first["history-url"].endswith("@db:5432/prefect")
    assert first["broker-url"].partition(":")[0] == "redis"
    assert first["redis.conf"].splitlines()[0].removeprefix("requirepass ") in first["broker-url"]
