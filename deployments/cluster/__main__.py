"""`python -m deployments.cluster run|up|down|status`: many machines on one.

PostgreSQL and Redis (Debian's), the Prefect server on both, N workers, and two providers with many mailboxes.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from pathlib import Path

from deployments.cluster.killing import KINDS
from deployments.cluster.members import RUNS_PER_WORKER, known_workers, members
from deployments.cluster.place import ClusterPlace, default_home, prepared
from deployments.stack.place import alone_in
from skyflytt.errors.base import Failure
from skyflytt.sandbox import mailboxes
from skyflytt.sandbox.mailboxes import Many


def up(place: ClusterPlace, options: argparse.Namespace) -> int:
    from deployments.cluster import cluster  # noqa: PLC0415
    from deployments.stack import settings  # noqa: PLC0415

    running = cluster.up(place, options.workers, options.runs, lambda said: print(said, flush=True))
    with cluster.talking(place):
        from deployments.cluster.project import register  # noqa: PLC0415

        project = register(place, Many(options.mailboxes, options.letters))
    shell_file = settings.write_shell_file(place.prefect, running.url)
    print(f"\n{options.mailboxes} mailboxes are registered as the project {project.name}.")
    print(f"The UI:             {running.ui_url}")
    print(f"Its sign-in:        cat {place.prefect / settings.SIGN_IN}")
    print(f"From another shell: source {shell_file} && prefect deployment run delta/{project.name}")
    print("To stop all of it:  python -m deployments.cluster down")
    return 0


def down(place: ClusterPlace, _options: argparse.Namespace) -> int:
    from deployments.cluster import cluster  # noqa: PLC0415

    for name in cluster.down(place):
        print(f"{name}: stopped")
    print(f"mailboxes: {mailboxes.down(place.mailboxes)} providers stopped")
    return 0


def status(place: ClusterPlace) -> int:
    """0 when all of it runs, 3 when not (as `systemctl status`)."""
    all_there = mailboxes.running(place.mailboxes)
    for one in members(place, max(1, known_workers(place))):
        process = one.process()
        all_there = all_there and process is not None
        print(f"{one.name}: {f'process {process.pid}' if process else 'not running'}")
    print(f"mailboxes: {'both providers answer' if mailboxes.running(place.mailboxes) else 'not running'}")
    return 0 if all_there else 3


def run(place: ClusterPlace, options: argparse.Namespace) -> int:
    """The trial, on an empty cluster unless told otherwise: mailboxes that were moved before prove nothing."""
    from rich.console import Console  # noqa: PLC0415

    from deployments.cluster.run import Wanted  # noqa: PLC0415
    from deployments.cluster.run import run as trial  # noqa: PLC0415

    if not options.keep:
        down(place, options)
        _throw_away(place)
    many = Many(options.mailboxes, options.letters)
    wanted = Wanted(many, options.workers, options.runs, options.kill, options.patience)
    return trial(place, wanted, Console(highlight=False, width=None if sys.stdout.isatty() else 140))


def _throw_away(place: ClusterPlace) -> None:
    """All data; ports and passwords may stay."""
    for folder in (place.postgresql, place.redis, place.prefect, place.mailboxes, place.workspace):
        shutil.rmtree(folder, ignore_errors=True)


def _kinds(text: str) -> list[str]:
    kinds = [word.strip() for word in text.split(",") if word.strip()]
    if unknown := set(kinds) - set(KINDS):
        raise argparse.ArgumentTypeError(f"{', '.join(unknown)}: there are {', '.join(KINDS)}")
    return kinds


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m deployments.cluster", description=__doc__)
    parser.add_argument("action", choices=["run", "up", "down", "status"])
    parser.add_argument("--home", type=Path, default=default_home(), help="where state is kept (%(default)s)")
    parser.add_argument("--mailboxes", type=int, default=200, help="how many (%(default)s)")
    parser.add_argument("--letters", type=int, default=20, help="letters in each mailbox (%(default)s)")
    parser.add_argument("--workers", type=int, default=4, help="how many (%(default)s)")
    parser.add_argument("--runs", type=int, default=RUNS_PER_WORKER, help="runs at once in each worker (%(default)s)")
    parser.add_argument(
        "--kill", type=_kinds, default=[], help="run: kill one of each on the way, e.g. worker,server,redis"
    )
    parser.add_argument("--keep", action="store_true", help="run: go on with the data of the last run")
    parser.add_argument(
        "--patience", type=float, default=3600.0, help="run: seconds that a pass may take (%(default).0f)"
    )
    options = parser.parse_args(arguments)
    # Before Prefect is imported: its console log would run through our own lines. The history keeps all of it.
    os.environ.setdefault("PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL", "CRITICAL")
    place = prepared(options.home)
    try:
        if options.action == "status":
            return status(place)
        with alone_in(place.home):
            return {"run": run, "up": up, "down": down}[options.action](place, options)
    except Failure as failure:
        print(f"{failure}\n{failure.advice}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted. `python -m deployments.cluster down` stops what still runs.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
