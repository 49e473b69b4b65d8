"""Up, down, killed, repaired."""

from __future__ import annotations

import os
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest
from typer.testing import CliRunner

from skyflytt.cli.sandbox import app
from skyflytt.sandbox import lifecycle, processes, state
from skyflytt.sandbox.company.people import ANNA, INFO
from skyflytt.sandbox.failures import FolderNotASandbox, NoSandbox
from skyflytt.sandbox.state import Process, Sandbox
from tests.sandbox.conftest import old_mailbox

SETTLED = {"project.yaml", "sandbox.json", "known_hosts", "ca.pem", "secrets.json"}


def fingerprint(root: Path) -> dict[str, tuple[int, bytes]]:
    return {name: ((root / name).stat().st_mtime_ns, (root / name).read_bytes()) for name in SETTLED}


def test_a_second_up_changes_nothing(sandbox: Sandbox) -> None:
    before = fingerprint(sandbox.root)
    again = lifecycle.up(sandbox.root)
    assert again == lifecycle.load(sandbox.root)
    assert {name: server.pid for name, server in again.servers.items()} == {
        name: server.pid for name, server in sandbox.servers.items()
    }
    assert fingerprint(sandbox.root) == before


def test_secrets_are_private_and_elsewhere_nowhere(sandbox: Sandbox) -> None:
    assert stat.S_IMODE(sandbox.secrets_file.stat().st_mode) == 0o600
    secret = sandbox.secret("mailboxes.anna.source")
    for path in sandbox.root.glob("*"):
        if path.is_file() and path != sandbox.secrets_file:
            assert secret.encode() not in path.read_bytes()
    for server in sandbox.servers.values():
        assert secret not in " ".join(psutil.Process(server.pid).cmdline())


@pytest.mark.parametrize("name", ["old-mail", "new-files", "handover", "post"])
def test_a_killed_server_comes_back_on_its_port(living: Sandbox, name: str) -> None:
    before = lifecycle.up(living.root)
    os.kill(before.servers[name].pid or 0, signal.SIGKILL)
    after = lifecycle.up(living.root)
    assert after.servers[name].port == before.servers[name].port
    assert after.servers[name].pid != before.servers[name].pid
    assert all(server.answering for server in lifecycle.status(living.root))


def test_mail_survives_kill_9_with_its_uids(living: Sandbox, open_mail: Callable[..., Any]) -> None:
    sandbox = lifecycle.up(living.root)
    with open_mail(sandbox, INFO) as client:
        client.create_folder("Kvar")
        client.multiappend("Kvar", [{"msg": b"Subject: %d\r\n\r\n" % n, "flags": []} for n in range(3)])
        client.select_folder("Kvar")
        client.delete_messages([2])
        client.uid_expunge([2])
        before = client.select_folder("Kvar")
        os.kill(sandbox.servers["new-mail"].pid or 0, signal.SIGKILL)
    sandbox = lifecycle.up(living.root)
    with open_mail(sandbox, INFO) as client:
        after = client.select_folder("Kvar")
        assert (after[b"UIDVALIDITY"], after[b"UIDNEXT"]) == (before[b"UIDVALIDITY"], 4)
        assert client.search() == [1, 3]


def test_a_port_taken_by_a_stranger_is_given_up(living: Sandbox) -> None:
    sandbox = lifecycle.up(living.root)
    old = sandbox.servers["new-files"]
    assert old.process
    processes.stop(old.process)
    with socket.create_server(("127.0.0.1", old.port)):
        after = lifecycle.up(living.root).servers["new-files"]
    assert after.port != old.port
    assert f"port: {after.port}" in sandbox.project_file.read_text()
    assert f"[localhost]:{after.port} " in sandbox.known_hosts.read_text()


def test_what_an_earlier_version_lacks_is_added_and_servers_that_share_a_port_move_together(living: Sandbox) -> None:
    sandbox = lifecycle.up(living.root)
    lifecycle.down(sandbox.root)
    kept = {name: server for name, server in sandbox.servers.items() if server.kind != "mail"}
    lifecycle.load(sandbox.root).model_copy(update={"servers": kept}).save()
    (sandbox.root / "tls" / "names").unlink()
    second = sandbox.servers["ns2"]
    with socket.create_server((second.host, second.port)):
        after = lifecycle.up(sandbox.root)
    assert set(after.servers) == set(sandbox.servers)
    (port,) = {after.servers[name].port for name in ("ns1", "ns2", "resolver")}
    assert port != second.port
    others = kept.keys() - {"ns1", "ns2", "resolver"}
    assert {name: after.servers[name].port for name in others} == {name: kept[name].port for name in others}
    assert all(server.answering for server in lifecycle.status(sandbox.root))


def test_a_server_whose_pid_was_lost_is_found_again(living: Sandbox) -> None:
    """As when `up` is killed between starting a server and writing it down."""
    sandbox = lifecycle.up(living.root)
    server = sandbox.servers["post"]
    sandbox.with_server(server.model_copy(update={"process": None})).save()
    after = lifecycle.up(living.root)
    assert after.servers["post"].port == server.port
    assert server.process
    assert processes.find(server.process) is None


def test_a_process_is_found_from_its_first_moment_on(tmp_path: Path) -> None:
    for number in range(60):
        process = processes.start(["sleep", "30"], tmp_path / "log", tmp_path)
        found = processes.find(process)
        assert processes.stop(process), number
        assert found is not None, number


def test_a_recycled_pid_is_never_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as stranger:
        started = psutil.Process(stranger.pid).create_time()
        while not psutil.Process(stranger.pid).cmdline():
            time.sleep(0.01)  # while it is loaded, nobody can tell what it is
        same_pid = Process(pid=stranger.pid, started=started - 3600, command=(sys.executable, "-c", "input()"))
        other_command = Process(pid=stranger.pid, started=started, command=("moto",))
        assert not processes.stop(same_pid)
        assert not processes.stop(other_command)
        assert stranger.poll() is None
        stranger.kill()


def test_an_up_killed_while_filling_is_made_good(living: Sandbox) -> None:
    """The fixture killed the first `up` of this sandbox in the middle of the mail."""
    with old_mailbox(lifecycle.up(living.root), ANNA) as source:
        counts = {folder.path: folder.message_count for folder in source.folders()}
        assert counts["Gammalt", "Från gamla servern"] == 68
    assert len(list((living.root / "old-files" / "homes").iterdir())) == 4
    assert not list(living.root.glob(".*.filling"))


def test_down_leaves_no_process_and_all_data(living: Sandbox) -> None:
    sandbox = lifecycle.up(living.root)
    assert lifecycle.down(living.root) == len(sandbox.servers) == 12
    for server in sandbox.servers.values():
        assert server.process
        assert processes.find(server.process) is None
    ours = [" ".join(item.info["cmdline"] or []) for item in psutil.process_iter(["cmdline"])]
    assert [command for command in ours if str(living.root) in command] == []
    assert lifecycle.down(living.root) == 0
    assert CliRunner().invoke(app, ["status", "--root", str(living.root)]).exit_code == 1
    assert (living.root / "old-mail" / "exchange.sqlite").exists()
    assert {name: server.port for name, server in lifecycle.up(living.root).servers.items()} == {
        name: server.port for name, server in sandbox.servers.items()
    }


def test_status_shows_every_server(sandbox: Sandbox) -> None:
    shown = CliRunner().invoke(app, ["status", "--root", str(sandbox.root)])
    assert shown.exit_code == 0
    for server in sandbox.servers.values():
        assert f"{server.host}:{server.port}" in shown.output


def test_a_folder_with_other_things_is_refused(tmp_path: Path) -> None:
    (tmp_path / "viktigt.txt").write_text("kvar")
    for act in (lifecycle.up, lifecycle.fresh):
        with pytest.raises(FolderNotASandbox):
            act(tmp_path)
    assert (tmp_path / "viktigt.txt").read_text() == "kvar"


def test_no_sandbox_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(NoSandbox):
        lifecycle.status(tmp_path)
    assert lifecycle.down(tmp_path) == 0
    assert state.load(tmp_path) is None


def test_a_server_that_cannot_start_is_named_with_its_last_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from skyflytt.sandbox.failures import ServerDidNotStart  # noqa: PLC0415
    from skyflytt.sandbox.servers import commands  # noqa: PLC0415

    monkeypatch.setattr(commands, "SERVERS", {"post": "smtp"})
    monkeypatch.setattr(commands, "WITHOUT_DATA", ("post",))
    monkeypatch.setattr(lifecycle, "FILLINGS", {})
    monkeypatch.setattr(
        commands, "smtp", lambda _sandbox, _server: processes.python("skyflytt.sandbox.servers.smtp", "--fel")
    )
    with pytest.raises(
        ServerDidNotStart, match=r"post did not answer in time: it ended(?s:.*)the following arguments are required"
    ):
        lifecycle.up(tmp_path / "broken")
