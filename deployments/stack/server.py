"""The Prefect server: on loopback unless it is told otherwise, on one port for good, with its own home, database and secrets."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from deployments.stack import api, settings
from deployments.stack.exposure import Listening, listening, require_safe
from deployments.stack.failures import DidNotStart, last_lines
from deployments.stack.place import POLL_S, alone_in, prepared
from deployments.stack.port import kept_port, own_port
from deployments.stack.process import Process, recorded, spawn

START_DEADLINE_S = 120.0
STOP_PATIENCE_S = 20.0
SETTLED_S = 2.0
STANDSTILL_S = 6.0  # with task runs that have no end, those of crashed flows among them
SETTLE_PATIENCE_S = 60.0


@dataclass(frozen=True)
class Server:
    """A running server: `url` is `http://127.0.0.1:port`, without a path; the API is at `url`/api. `ui_url` is where people go."""

    url: str
    pid: int
    ui_url: str
    home: Path

    @property
    def environment(self) -> dict[str, str]:
        """Variables for whatever talks to this server; see `settings.for_child` and `settings.applied`."""
        return settings.client_environment(self.home, self.url)


def start(home: Path, deadline_s: float = START_DEADLINE_S) -> Server:
    """The home's server: kept when it is healthy, started (again) when not.

    :raises DidNotStart: it ended or was not healthy in time; the message shows the end of its log.
    :raises NotSafe: it is to listen beyond this machine, and what that needs is missing.
    """
    home = prepared(home)
    with alone_in(home):
        process, port = recorded(_record(home)), _kept_port(home)
        if process and port and _healthy_within(home, process, port, deadline_s):
            return _server(home, process, port)
        _end(home)
        return _started(home, deadline_s)


def stop(home: Path) -> bool:
    """End the home's server, if it runs; whether it did. What its clients have sent is in its history by then."""
    home = prepared(home)
    with alone_in(home):
        if (found := running(home)) and is_healthy(found):
            _let_history_settle(found)
        return _end(home)


def running(home: Path) -> Server | None:
    """The home's server as a process, healthy or not; None when there is none."""
    process = recorded(_record(home))
    port = _kept_port(home)
    if process is None or port is None or process.found() is None:
        return None
    return _server(home, process, port)


def process(home: Path) -> Process | None:
    """The home's server as a process, healthy or not; None when there is none."""
    found = recorded(_record(home))
    return found if found and found.found() else None


def is_healthy(server: Server) -> bool:
    return api.answers(server.home, server.url)


def _started(home: Path, deadline_s: float) -> Server:
    port = _port(home)
    asked = listening()
    secured = {**settings.server_environment(home, f"http://{asked.reached_at}:{port}"), **asked.settings()}
    require_safe(asked, secured)
    _keep_reached_at(home, asked)
    command = ["deployments.stack.server_program", "--host", asked.host, "--port", str(port)]
    environment = settings.for_child(secured)
    log = home / "server.log"
    process = spawn(command, record=_record(home), log=log, cwd=home, env=environment)
    if not _healthy_within(home, process, port, deadline_s):
        reason = f"it was not healthy within {deadline_s:.0f} s" if process.found() else "it ended by itself"
        process.end(STOP_PATIENCE_S)
        _record(home).unlink(missing_ok=True)
        raise DidNotStart("Prefect server", f"{reason}{last_lines(log)}")
    return _server(home, process, port)


def _healthy_within(home: Path, process: Process, port: int, deadline_s: float) -> bool:
    deadline = time.monotonic() + deadline_s
    while process.found() and time.monotonic() < deadline:
        if api.answers(home, _url(home, port)):
            return process.found() is not None
        time.sleep(POLL_S)
    return False


def _let_history_settle(server: Server) -> None:
    """Wait for the task runs that the server has accepted but not yet recorded.

    It keeps them in memory, offers no way to ask for them, and loses them when it ends: of a flow with 100 tasks, 14 were
    in the history of a server stopped at once. So its counts are watched until they stand still.
    """
    deadline = time.monotonic() + SETTLE_PATIENCE_S
    with api.client(server.home, server.url) as calls:
        counts, since = api.task_run_counts(calls), time.monotonic()
        while (now := time.monotonic()) < deadline:
            all_ended = counts[0] == counts[1]
            if now - since > (SETTLED_S if all_ended else STANDSTILL_S):
                return
            time.sleep(POLL_S)
            if (latest := api.task_run_counts(calls)) != counts:
                counts, since = latest, time.monotonic()


def _end(home: Path) -> bool:
    process = recorded(_record(home))
    ended = process is not None and process.end(STOP_PATIENCE_S)
    _record(home).unlink(missing_ok=True)
    return ended


def _port(home: Path) -> int:
    return own_port(home / "port")


def _kept_port(home: Path) -> int | None:
    return kept_port(home / "port")


def _record(home: Path) -> Path:
    return home / "server.json"


def _url(home: Path, port: int) -> str:
    return f"http://{_kept_lines(home)[0]}:{port}"


def _server(home: Path, process: Process, port: int) -> Server:
    url = _url(home, port)
    return Server(url=url, pid=process.pid, ui_url=_kept_lines(home)[1] or url, home=home)


def _keep_reached_at(home: Path, asked: Listening) -> None:
    # Commands that come later find it as it was started, whatever their own environment says.
    (home / "listens").write_text(f"{asked.reached_at}\n{asked.address or ''}\n")


def _kept_lines(home: Path) -> list[str]:
    """The host by which programs here reach the server, and the address that people use, empty when it is the same."""
    path = home / "listens"
    return path.read_text().split("\n")[:2] if path.exists() else [settings.LOOPBACK, ""]
