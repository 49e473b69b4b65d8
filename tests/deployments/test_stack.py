"""The local Prefect server: comes up, is found again, keeps strangers out, and leaves nothing behind."""

from __future__ import annotations

import json
import os
import socket
import sqlite3
import stat
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import psutil
import pytest

from deployments.stack import api, server, settings
from deployments.stack.failures import DidNotStart
from deployments.stack.process import Process
from tests.deployments import probe_flows

pytestmark = pytest.mark.prefect


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[server.Server]:
    home = tmp_path_factory.mktemp("stack")
    yield server.start(home)
    server.stop(home)


def processes_of(home: Path) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get("PREFECT_HOME") == str(home) and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except psutil.Error:
            continue
    return found


def test_is_healthy_and_serves_the_ui(running: server.Server) -> None:
    assert httpx.get(f"{running.url}/api/health").json() is True
    page = httpx.get(running.ui_url, follow_redirects=True)
    assert page.status_code == 200
    assert "text/html" in page.headers["content-type"]


def test_listens_on_loopback_only(running: server.Server) -> None:
    listening = [
        c.laddr.ip for c in psutil.Process(running.pid).net_connections("inet") if c.status == psutil.CONN_LISTEN
    ]
    assert listening == ["127.0.0.1"]


@pytest.mark.parametrize("sign_in", [None, ("skyflytt", "guessed")])
def test_refuses_who_is_not_signed_in(running: server.Server, sign_in: tuple[str, str] | None) -> None:
    assert httpx.get(f"{running.url}/api/admin/version", auth=sign_in).status_code == 401
    assert httpx.post(f"{running.url}/api/flows/filter", json={}, auth=sign_in).status_code in {401, 403}


def test_refuses_a_change_without_a_token_against_forgery(running: server.Server) -> None:
    known = tuple(settings.auth_string(running.home).split(":", 1))
    refused = httpx.post(f"{running.url}/api/flows/filter", json={}, auth=known)  # type: ignore[arg-type]
    assert refused.status_code == 403
    assert "csrf" in refused.text.lower()


def test_lets_its_own_clients_in(running: server.Server) -> None:
    with api.client(running.home, running.url) as calls:
        assert calls.post("/flows/filter", json={}).json() == []


def test_a_second_start_keeps_the_first(running: server.Server) -> None:
    assert server.start(running.home) == running
    assert [process.pid for process in processes_of(running.home)] == [running.pid]


def test_secrets_are_their_owners_alone_and_on_no_command_line(running: server.Server) -> None:
    shell_file = settings.write_shell_file(running.home, running.url)
    for path in (running.home / settings.SIGN_IN, running.home / "encryption-key", shell_file):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert settings.auth_string(running.home) not in " ".join(psutil.Process(running.pid).cmdline())
    assert "ENCRYPTION_KEY" not in shell_file.read_text()


def test_another_shell_needs_only_the_shell_file(running: server.Server) -> None:
    shell_file = settings.write_shell_file(running.home, running.url)
    script = f"source {shell_file} && prefect work-pool ls && command -v prefect"
    strange = {"PATH": os.environ["PATH"], "PREFECT_API_URL": "http://127.0.0.1:9/api", "HOME": str(running.home)}
    done = subprocess.run(["bash", "-c", script], env=strange, cwd="/", capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "No work pools found." in done.stdout


def test_blocks_are_encrypted_with_a_key_outside_the_database(running: server.Server) -> None:
    with settings.applied(running.environment):
        from prefect.blocks.system import Secret  # noqa: PLC0415 - slow

        Secret(value="midsommar-1988").save("probe", overwrite=True)
        assert Secret.load("probe").get() == "midsommar-1988"
    with closing(sqlite3.connect(running.home / "prefect.db")) as database:
        kept = database.execute("select data from block_document where name = 'probe'").fetchone()[0]
        keys = database.execute("select key from configuration where key = 'ENCRYPTION_KEY'").fetchall()
    assert "midsommar" not in str(kept)
    assert keys == []


def test_a_server_that_was_killed_is_started_again_where_it_was(running: server.Server) -> None:
    with api.client(running.home, running.url) as calls:
        calls.post("/variables/", json={"name": "kept", "value": "yes"}).raise_for_status()
    psutil.Process(running.pid).kill()
    again = server.start(running.home)
    assert (again.url, again.pid == running.pid) == (running.url, False)
    with api.client(again.home, again.url) as calls:
        assert calls.get("/variables/name/kept").json()["value"] == "yes"


def test_stop_leaves_nothing_running(running: server.Server) -> None:
    assert server.start(running.home).url == running.url
    assert server.stop(running.home) is True
    assert processes_of(running.home) == []
    assert server.running(running.home) is None
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{running.url}/api/health")
    assert server.stop(running.home) is False


@pytest.mark.long
def test_history_is_complete_after_a_flow_and_an_immediate_stop(tmp_path: Path) -> None:
    started = server.start(tmp_path)
    with settings.applied(started.environment):
        probe_flows.many()
    server.stop(tmp_path)
    again = server.start(tmp_path)
    try:
        with api.client(again.home, again.url) as calls:
            assert api.task_run_counts(calls) == (probe_flows.MANY, probe_flows.MANY)
    finally:
        server.stop(tmp_path)


def test_a_start_that_fails_shows_the_end_of_the_log(tmp_path: Path) -> None:
    (tmp_path / "prefect.db").write_bytes(b"this is no database " * 100)
    with pytest.raises(DidNotStart, match=r"(?s)it ended by itself.*file is not a database"):
        server.start(tmp_path)
    assert processes_of(tmp_path) == []


def test_a_port_that_a_stranger_took_is_left_to_the_stranger(tmp_path: Path) -> None:
    with socket.socket() as stranger:
        stranger.bind(("127.0.0.1", 0))
        stranger.listen()
        taken = stranger.getsockname()[1]
        (tmp_path / "port").write_text(str(taken))
        assert server._port(tmp_path) != taken
    assert server._port(tmp_path) == int((tmp_path / "port").read_text())


def test_a_process_that_got_the_same_id_later_is_never_ended(tmp_path: Path) -> None:
    bystander = subprocess.Popen(["sleep", "60"])
    try:
        created = psutil.Process(bystander.pid).create_time()
        (tmp_path / "server.json").write_text(json.dumps({"pid": bystander.pid, "created": created - 100}))
        assert server.stop(tmp_path) is False
        assert bystander.poll() is None
        assert Process(bystander.pid, created).end(5.0) is True
        assert bystander.poll() is not None
    finally:
        bystander.kill()
        bystander.wait()


def test_settings_for_another_prefect_do_not_reach_this_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_API_URL", "https://elsewhere.example/api")
    monkeypatch.setenv("PREFECT_API_KEY", "of-another-account")
    environment = settings.for_child(settings.client_environment(tmp_path, "http://127.0.0.1:9"))
    assert environment["PREFECT_API_URL"] == "http://127.0.0.1:9/api"
    assert "PREFECT_API_KEY" not in environment
