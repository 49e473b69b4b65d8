"""`python -m deployments.stack up|down|status`: everything that an engineer needs to start flows from the UI."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from deployments.stack import alarms, place, server, settings, worker
from deployments.stack.customer import customer_status, start_customer, stop_customer
from deployments.stack.reports import reports_status, start_reports, stop_reports
from skyflytt.errors.base import Failure


def start_prefect(home: Path) -> None:
    running = server.start(home)
    print(f"Prefect server: {running.url} (process {running.pid}, log {home / 'server.log'})")
    process = worker.start(running)
    print(f"Worker of the pool {worker.POOL}: process {process.pid}, log {home / 'worker.log'}")
    if worker.deploy(running):
        print("Deployments of prefect.yaml: applied")
    print(f"Automations: {alarms.apply(running)}")


def stop_prefect(home: Path) -> None:
    found = server.running(home)
    reachable = found if found and server.is_healthy(found) else None
    print("Worker: stopped" if worker.stop(reachable, home) else "Worker: was not running")
    print("Prefect server: stopped" if server.stop(home) else "Prefect server: was not running")


# What `up` starts and `down` stops, each in this order.
STARTS: list[Callable[[Path], None]] = [start_prefect, start_reports, start_customer]
STOPS: list[Callable[[Path], None]] = [stop_prefect, stop_reports, stop_customer]


def up(home: Path) -> int:
    for start in STARTS:
        start(home)
    running = server.running(home)
    if running is None:
        raise SystemExit("The Prefect server has ended again; `make status` and its log say more.")
    shell_file = settings.write_shell_file(home, running.url)
    print(f"\nThe UI:             {running.ui_url}")
    print(f"Its sign-in:        cat {home / settings.SIGN_IN}")
    print(f"From another shell: source {shell_file} && prefect deployment ls")
    print("To stop all of it:  make down")
    return 0


def down(home: Path) -> int:
    for stop in STOPS:
        stop(home)
    (home / "env.sh").unlink(missing_ok=True)
    return 0


def status(home: Path) -> int:
    """0 when server, worker, report pages and sandbox are in order, 3 when not (as `systemctl status`)."""
    found = server.running(home)
    healthy = found is not None and server.is_healthy(found)
    health = "" if healthy else ", NOT healthy"
    print(f"Prefect server: {f'{found.url}, process {found.pid}{health}' if found else 'not running'}")
    process = worker.running(home)
    print(f"Worker of the pool {worker.POOL}: {f'process {process.pid}' if process else 'not running'}")
    reports, answering = reports_status(home), customer_status(home)
    return 0 if healthy and process and reports and answering else 3


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m deployments.stack", description=__doc__)
    parser.add_argument("action", choices=["up", "down", "status"])
    parser.add_argument("--home", type=Path, default=place.default_home(), help="where state is kept (%(default)s)")
    options = parser.parse_args(arguments)
    try:
        return {"up": up, "down": down, "status": status}[options.action](place.prepared(options.home))
    except Failure as failure:
        print(f"{failure}\n{failure.advice}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted. What was started runs on; `make down` stops it.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
