"""The programs that customers are told to fetch with, each with several connections at once; the server demands its TLS session."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from skyflytt.drop.access_log import fetched
from tests.drop.serving import NOON, SECRET, Serving

FILES = 40
pytestmark = [pytest.mark.real, pytest.mark.heavy]


@pytest.fixture
def server(served: Serving) -> Serving:
    served.clock.move_to(NOON)
    home = served.customer("fjellheim")
    for number in range(FILES):
        (home / f"{number}.bin").write_bytes(os.urandom(50_000))
    return served


def require(program: str) -> None:
    if shutil.which(program) is None:
        message = f"{program} is not installed: sudo apt-get install -y {program}"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)


def run(command: list[str], **environment: str) -> None:
    done = subprocess.run(
        command, env={**os.environ, **environment}, capture_output=True, text=True, check=False, timeout=100
    )
    assert done.returncode == 0, done.stderr


def require_all(server: Serving, target: Path) -> None:
    home = server.accounts.folder / "files" / "fjellheim"
    for path in home.iterdir():
        assert (target / path.name).read_bytes() == path.read_bytes()
    whole = {fetch.path for fetch in fetched(server.accounts.folder / "access.jsonl", "fjellheim") if fetch.whole}
    assert whole == {path.name for path in home.iterdir()}


def test_lftp(server: Serving, tmp_path: Path) -> None:
    require("lftp")
    script = f"set ssl:ca-file {server.ca_file}; set ftp:ssl-force yes; set cmd:fail-exit yes; set net:max-retries 1; "
    script += f"open -u fjellheim,'{SECRET}' ftp://localhost:{server.port}; mirror --parallel=8 . {tmp_path}"
    run(["lftp", "--norc", "-c", script])
    require_all(server, tmp_path)


def test_curl(server: Serving, tmp_path: Path) -> None:
    require("curl")
    command = ["curl", "-sS", "--ssl-reqd", "--cacert", str(server.ca_file), "-u", f"fjellheim:{SECRET}"]
    run([*command, f"ftp://localhost:{server.port}/[0-{FILES - 1}].bin", "-o", f"{tmp_path}/#1.bin"])
    require_all(server, tmp_path)


@pytest.mark.parametrize("without_tls_1_3", ["false", "true"])
def test_rclone_which_mixes_the_sessions_of_its_connections(
    server: Serving, tmp_path: Path, without_tls_1_3: str
) -> None:
    require("rclone")
    hidden = subprocess.run(["rclone", "obscure", SECRET], capture_output=True, text=True, check=True).stdout.strip()
    once = ["--retries", "1", "--low-level-retries", "1"]
    run(
        ["rclone", "--config", "", "copy", ":ftp:", str(tmp_path), "--transfers", "8", "--checkers", "8", *once],
        RCLONE_FTP_HOST="localhost",
        RCLONE_FTP_PORT=str(server.port),
        RCLONE_FTP_USER="fjellheim",
        RCLONE_FTP_PASS=hidden,
        RCLONE_FTP_EXPLICIT_TLS="true",
        RCLONE_FTP_DISABLE_TLS13=without_tls_1_3,
        SSL_CERT_FILE=str(server.ca_file),
    )
    require_all(server, tmp_path)
