"""The command that runs a sandbox Exchange. No password is on its command line: they are in the secrets file."""

from __future__ import annotations

import argparse
from pathlib import Path

import uvicorn

from skyflytt.deadline.clock import FileClock, clock_from_environment
from skyflytt.sandbox.exchange import faults, settings
from skyflytt.sandbox.exchange.accesslog import AccessLog
from skyflytt.sandbox.exchange.login import Logins
from skyflytt.sandbox.exchange.server import Site
from skyflytt.sandbox.exchange.service import Service
from skyflytt.sandbox.exchange.store import open_store


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m skyflytt.sandbox.exchange", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--cert", type=Path, required=True, help="PEM file with certificate and key")
    parser.add_argument("--store", type=Path, required=True, help="the SQLite file; made if it is missing")
    parser.add_argument("--settings", type=Path, required=True, help="JSON: mailboxes, accounts, limits")
    parser.add_argument("--secrets", type=Path, required=True, help="JSON: a password for every account's secret")
    parser.add_argument("--faults", type=Path, help="JSON: a list of fault rules")
    parser.add_argument("--access-log", type=Path, help="folder for the web server's log, a file per day")
    parser.add_argument("--share", action="append", default=[], metavar="NAME=FOLDER", help="a WebDAV folder")
    parser.add_argument("--clock-file", type=Path)
    return parser.parse_args()


def main() -> None:
    args = parse()
    clock = FileClock(args.clock_file) if args.clock_file else clock_from_environment()
    told = settings.load(args.settings)
    rules = faults.Faults(faults.load(args.faults) if args.faults else ())
    service = Service(open_store(args.store), told, clock, rules)
    shares = {name: Path(folder) for name, _, folder in (pair.partition("=") for pair in args.share)}
    application = Site(service, Logins(told, args.secrets, clock), shares).application
    uvicorn.run(
        AccessLog(application, args.access_log, clock) if args.access_log else application,
        host="127.0.0.1",
        port=args.port,
        ssl_certfile=str(args.cert),
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_keep_alive=120,
        timeout_graceful_shutdown=1,
    )


if __name__ == "__main__":
    main()
