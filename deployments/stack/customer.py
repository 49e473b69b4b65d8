"""The sandbox's customer beside the local server: both providers, and the project registered, so that flows can be started at once."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from deployments.stack import server, settings
from deployments.stack.reports import report_url
from skyflytt.deadline.clock import FileClock
from skyflytt.project.load import load_project
from skyflytt.project.secrets import FileSecrets
from skyflytt.report.write import keep_report
from skyflytt.sandbox import lifecycle
from skyflytt.sandbox.failures import NoSandbox

NOTICE_DAY_MORNING = datetime.fromisoformat("2026-08-08T09:00:00+02:00")


def sandbox_root(home: Path) -> Path:
    """Beside the Prefect home: `.skyflytt/sandbox`."""
    return home.parent / "sandbox"


def start_customer(home: Path) -> None:
    """Start the sandbox, and register its project with the home's server."""
    root = sandbox_root(home)
    clock = rehearsal_clock(home.parent / "clock")
    sandbox = lifecycle.up(root, clock_file=home.parent / "clock")
    print(f"Sandbox: {', '.join(sandbox.servers)} in {root}; its clock stands at {clock.now():%Y-%m-%d %H:%M} UTC")
    running = server.running(home)
    if running is None:
        return
    with settings.applied(running.environment):
        # Prefect reads its settings when it is imported: not before they are applied.
        from deployments.register import register_blocks, register_deployments  # noqa: PLC0415

        secrets = FileSecrets(root / "secrets.json")
        file, workspace = root / "project.yaml", home.parent / "workspace"
        url = report_url(home, load_project(file).project)
        project = register_blocks(file, workspace, secrets, clock_file=home.parent / "clock", report_url=url)
        # Its clock stands where somebody puts it: what would come by the clock on the wall waits until it is wanted.
        made = register_deployments(project, paused=True)
        with project.open() as migration:
            keep_report(migration)
    print(f"Project {project.name}: {', '.join(made)}")
    print(f"Its schedules are paused; to let them go on: skyflytt project resume {project.name}")


def stop_customer(home: Path) -> None:
    print(f"Sandbox: {lifecycle.down(sandbox_root(home))} servers stopped")


def customer_status(home: Path) -> bool:
    """Say how the sandbox's servers are; whether all of them answer."""
    try:
        servers = lifecycle.status(sandbox_root(home))
    except NoSandbox:
        servers = []
    silent = [one.name for one in servers if not one.answering]
    print(
        f"Sandbox: {len(servers) - len(silent)} of {len(servers)} servers answer{', not ' + ', '.join(silent) if silent else ''}"
    )
    return bool(servers) and not silent


def rehearsal_clock(path: Path) -> FileClock:
    """The clock in this file, set to the morning of the sandbox's notice when there is none yet."""
    clock = FileClock(path)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        clock.move_to(NOTICE_DAY_MORNING)
    return clock
