"""The command that runs a simulated Dropbox. No secret is on its command line: they are in the secrets file."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import uvicorn

from skyflytt.deadline.clock import FileClock, clock_from_environment
from skyflytt.sandbox.servers.dropbox.application import Application
from skyflytt.sandbox.servers.dropbox.settings import load
from skyflytt.sandbox.servers.dropbox.site import Site
from skyflytt.sandbox.servers.dropbox.tokens import Tokens
from skyflytt.sandbox.servers.dropbox.uploads import Uploads


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m skyflytt.sandbox.servers.dropbox", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--cert", type=Path, required=True, help="PEM file with certificate and key")
    parser.add_argument("--account", type=Path, required=True, help="JSON: what it begins with")
    parser.add_argument("--secrets", type=Path, required=True, help="JSON: a secret for the key of every token")
    parser.add_argument("--clock-file", type=Path)
    return parser.parse_args()


def main() -> None:
    args = parse()
    clock = FileClock(args.clock_file) if args.clock_file else clock_from_environment()
    account = load(args.account)
    site = Site(account, clock, Uploads(account.session_life_s))
    application = Application(site, Tokens(account, json.loads(args.secrets.read_text()), clock))
    uvicorn.run(
        application.starlette, host="127.0.0.1", port=args.port, ssl_certfile=str(args.cert), log_level="warning",
        access_log=False, server_header=False, timeout_graceful_shutdown=1,
    )  # fmt: skip


if __name__ == "__main__":
    main()
