"""The Prefect server: on loopback only, on one port for good, with its own home, database and secrets."""

from __future__ import annotations

import socket
import time
from dataclasses import dataclass
from pathlib import Path

from deployments.stack import api, settings
from deployments.stack.failures import DidNotStart, last_lines
from deployments.stack.place import POLL_S, alone_in, prepared
from deployments.stack.process import Process, recorded, spawn

START_DEADLINE_S = 120.0
STOP_PATIENCE_S = 20.0
PORT_PATIENCE_S = 5.0
SETTLED_S = 2.0
STANDSTILL_S = 6.0  # with task runs that have no end, those of crashed flows among them
SETTLE_PATIENCE_S = 60.0


@dataclass(frozen=True)
class Server:
    """A running server: `url` is `http://127.0.0.1:port`, without a path; the API is at `url`/api."""

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


def is_healthy(server: Server) -> bool:
    return api.answers(server.home, server.url)


def _started(home: Path, deadline_s: float) -> Server:
    port = _port(home)
    url = _url(port)
    command = ["prefect", "server", "start", "--host", settings.LOOPBACK, "--port", str(port)]
    environment = settings.for_child(settings.server_environment(home, url))
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
        if api.answers(home, _url(port)):
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
    """The port chosen at the first start; another one only when a stranger has taken it since."""
    kept = _kept_port(home)
    port = kept if kept and _is_free_within(kept, PORT_PATIENCE_S) else _free_port()
    (home / "port").write_text(f"{port}\n")
    return port


def _is_free_within(port: int, patience_s: float) -> bool:
    # A server that was killed just now may hold its port for a moment longer than its process id.
    deadline = time.monotonic() + patience_s
    while True:
        try:
            with _probe() as probe:
                probe.bind((settings.LOOPBACK, port))
                return True
        except OSError:
            if time.monotonic() > deadline:
                return False
            time.sleep(POLL_S)


def _free_port() -> int:
    with _probe() as probe:
        probe.bind((settings.LOOPBACK, 0))
        return int(probe.getsockname()[1])


def _probe() -> socket.socket:
    probe = socket.socket()
    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    return probe


def _kept_port(home: Path) -> int | None:
    try:
        return int((home / "port").read_text())
    except (FileNotFoundError, ValueError):
        return None


def _record(home: Path) -> Path:
    return home / "server.json"


def _url(port: int) -> str:
    return f"http://{settings.LOOPBACK}:{port}"


def _server(home: Path, process: Process, port: int) -> Server:
    return Server(url=_url(port), pid=process.pid, ui_url=_url(port), home=home)
