"""Drops at a real proftpd and a real vsftpd, kept over a real sshd by a user without rights."""

from __future__ import annotations

import fcntl
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Literal, cast

import pytest

from skyflytt.deadline.clock import SystemClock
from skyflytt.drop.place import Place
from skyflytt.drop.remote.accounts import open_remote_accounts
from skyflytt.errors.connection import HostKeyUnknown, PasswordRefused
from skyflytt.errors.drop import AccountTaken, DropServerUnfit
from skyflytt.errors.files import TargetFull
from skyflytt.files.ftps.connect import connected
from tests.contract.file_places import make_certificates
from tests.real.drop_servers import DropServer, running_drop_server

pytestmark = pytest.mark.real
LOGIN = "norrsken-handover"
HOUR = timedelta(hours=1)


@pytest.fixture(scope="module", params=["proftpd", pytest.param("vsftpd", marks=pytest.mark.heavy)])
def server(request: pytest.FixtureRequest, require_debian: Callable[..., str]) -> Iterator[DropServer]:
    software = cast("Literal['proftpd', 'vsftpd']", request.param)
    with tempfile.TemporaryDirectory(prefix="skyflytt-drops-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        made = make_certificates(folder)
        with running_drop_server(software, require_debian, folder, made.certificate, made.key, made.ca) as running:
            yield running


def place(server: DropServer, login: str = LOGIN) -> Place:
    return Place("ftps", "localhost", server.settings.port, "norrsken/handover", login)


def put(server: DropServer, name: str, content: bytes) -> None:
    folder = server.files / "norrsken" / "handover"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)
    for path in (folder.parent, folder, folder / name):
        path.chmod(0o755)


def test_a_drop_is_opened_fetched_and_closed_while_a_download_runs(server: DropServer) -> None:
    put(server, "stor.bin", b"x" * (64 << 20))
    with open_remote_accounts(server.settings, None, SystemClock()) as keeper:
        now = SystemClock().now()
        subprocess.run(["chown", "-R", server.user, str(server.files)], check=True)
        secret = keeper.grant(place(server), opens=now, closes=now + HOUR)
        with connected(server.settings, LOGIN, secret) as client:
            download = client.transfercmd("RETR stor.bin")
            download.recv(1000)
            download.settimeout(5)
            keeper.close(place(server))
            received = 0
            with closing(download):
                try:
                    while piece := download.recv(1 << 16):
                        received += len(piece)
                except OSError:
                    pass
            assert received < 32 << 20
            assert client.sock is not None
            client.sock.settimeout(5)
            with pytest.raises((EOFError, OSError)):
                client.voidcmd("NOOP")
        assert "530" in keeper.prove_closed(place(server), secret)


def written(file: Path) -> str:
    """What stands in it, once another process has written it."""
    ends = time.monotonic() + 10
    while not (file.exists() and file.read_text().strip()):
        assert time.monotonic() < ends, f"{file} was never written"
        time.sleep(0.05)
    return file.read_text().strip()


@pytest.mark.heavy
def test_what_is_not_ours_or_has_no_room_is_said_before_anything_is_opened(server: DropServer) -> None:
    foreign = "anna:$6$x$y:1000:1000:Anna:/home/anna:/bin/false\n"
    with (server.accounts / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with (server.accounts / "accounts").open("a") as file:
            file.write(foreign)
    subprocess.run(["chown", server.user, str(server.accounts / "lock")], check=True)
    with open_remote_accounts(server.settings, None, SystemClock()) as keeper:
        closes = SystemClock().now() + HOUR
        with pytest.raises(AccountTaken):
            keeper.require_ready(place(server, "anna"), closes=closes)
        with pytest.raises(AccountTaken):
            keeper.grant(place(server, "anna"), opens=SystemClock().now(), closes=closes)
        with pytest.raises(TargetFull):
            keeper.require_ready(place(server), closes=closes, room=1 << 60)
        assert foreign in (server.accounts / "accounts").read_text()


@pytest.mark.heavy
def test_an_account_ends_when_the_guard_was_killed_and_cron_starts_it_again(server: DropServer) -> None:
    put(server, "a.txt", b"a")
    with open_remote_accounts(server.settings, None, SystemClock()) as keeper:
        now = SystemClock().now()
        secret = keeper.grant(place(server), opens=now, closes=now + timedelta(seconds=4))
        listed = subprocess.run(["crontab", "-l", "-u", server.user], capture_output=True, text=True, check=True).stdout
        guard = written(server.accounts / "guard.pid")
        subprocess.run(["kill", "-9", guard], check=True)
        time.sleep(5)
        # Nothing runs: as after a restart of the machine. Then what the crontab says, as cron does it each minute.
        [command] = [line.split(" ", 5)[5] for line in listed.splitlines() if "keep.sh" in line]
        subprocess.run(
            ["setpriv", "--reuid", server.user, "--clear-groups", "/bin/sh", "-c", command], check=True, timeout=30
        )
        with pytest.raises(PasswordRefused), connected(server.settings, LOGIN, secret):
            pass
        keeper.close(place(server))
        after = subprocess.run(["crontab", "-l", "-u", server.user], capture_output=True, text=True, check=False).stdout
        assert "keep.sh" not in after


@pytest.mark.heavy
def test_a_server_that_reads_another_file_gets_no_drop(server: DropServer) -> None:
    settings = server.settings
    assert settings.manage is not None
    elsewhere = settings.manage.model_copy(update={"accounts": f"{server.files}/elsewhere"})
    with (
        open_remote_accounts(settings.model_copy(update={"manage": elsewhere}), None, SystemClock()) as keeper,
        pytest.raises(DropServerUnfit, match="refused an account that was just made"),
    ):
        keeper.require_ready(place(server), closes=SystemClock().now() + HOUR)


@pytest.mark.heavy
def test_an_unknown_host_key_is_refused(server: DropServer, tmp_path: Path) -> None:
    manage = server.settings.manage
    assert manage is not None
    (tmp_path / "none").touch()
    settings = server.settings.model_copy(
        update={"manage": manage.model_copy(update={"known_hosts": tmp_path / "none"})}
    )
    with pytest.raises(HostKeyUnknown), open_remote_accounts(settings, None, SystemClock()):
        pass
