"""The report pages beside the local server: `skyflytt report serve` as a process of its own, on loopback, on one port for good."""

from __future__ import annotations

import time
from pathlib import Path

import httpx

from deployments.stack import settings
from deployments.stack.failures import DidNotStart, last_lines
from deployments.stack.place import POLL_S, alone_in, prepared, project_root
from deployments.stack.port import kept_port, own_port
from deployments.stack.process import Process, recorded, spawn

START_DEADLINE_S = 60.0
STOP_PATIENCE_S = 10.0


def start_reports(home: Path) -> None:
    """Serve the pages of the workspaces beside the home: kept when they answer, started (again) when not.

    :raises DidNotStart: the message shows the end of its log.
    """
    home = prepared(home)
    with alone_in(home):
        url = _answering(home)
        if url is None:
            _end(home)
            url = _started(home)
    print(f"Report pages: {url}/ (log {_log(home)})")


def stop_reports(home: Path) -> None:
    with alone_in(prepared(home)):
        print("Report pages: stopped" if _end(home) else "Report pages: were not running")


def reports_status(home: Path) -> bool:
    """Say whether they answer."""
    url = _answering(home)
    print(f"Report pages: {url}/" if url else "Report pages: not running")
    return url is not None


def report_url(home: Path, project: str) -> str | None:
    """The address of a project's page; None while no pages are served."""
    url = _answering(home)
    return f"{url}/{project}/" if url else None


def _answering(home: Path) -> str | None:
    process, port = recorded(_record(home)), kept_port(_port(home))
    if process is None or port is None or process.found() is None:
        return None
    url = f"http://{settings.LOOPBACK}:{port}"
    return url if _answers(url) else None


def _started(home: Path) -> str:
    port = own_port(_port(home))
    url = f"http://{settings.LOOPBACK}:{port}"
    command = ["skyflytt.report.serve", str(home.parent), "--host", settings.LOOPBACK, "--port", str(port)]
    process = spawn(command, record=_record(home), log=_log(home), cwd=project_root(), env=settings.for_child({}))
    if not _answers_within(url, process):
        reason = f"they did not answer within {START_DEADLINE_S:.0f} s" if process.found() else "they ended"
        _end(home)
        raise DidNotStart("server of the report pages", f"{reason}{last_lines(_log(home))}")
    return url


def _answers_within(url: str, process: Process) -> bool:
    deadline = time.monotonic() + START_DEADLINE_S
    while process.found() and time.monotonic() < deadline:
        if _answers(url):
            return process.found() is not None
        time.sleep(POLL_S)
    return False


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=5, trust_env=False).status_code == httpx.codes.OK
    except httpx.TransportError:
        return False


def _end(home: Path) -> bool:
    process = recorded(_record(home))
    ended = process is not None and process.end(STOP_PATIENCE_S)
    _record(home).unlink(missing_ok=True)
    return ended


def _record(home: Path) -> Path:
    return home / "reports.json"


def _port(home: Path) -> Path:
    return home / "reports-port"


def _log(home: Path) -> Path:
    return home / "reports.log"
