"""The command that runs a name server of the sandbox: a primary, a secondary (`--primary`) or a resolver (`--ask`)."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
from pathlib import Path

import dns.tsig

from skyflytt.deadline.clock import FileClock, clock_from_environment
from skyflytt.sandbox.nameserver.following import Following
from skyflytt.sandbox.nameserver.notifying import tell
from skyflytt.sandbox.nameserver.resolving import Resolver
from skyflytt.sandbox.nameserver.server import KEY_NAME, Address, NameServer, listen
from skyflytt.sandbox.nameserver.zones import Zones

POLL_SECONDS = 5.0


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m skyflytt.sandbox.nameserver", description=__doc__)
    parser.add_argument("--host", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--zones", type=Path, help="folder with NAME.zone files")
    parser.add_argument("--secrets", type=Path, help="JSON")
    parser.add_argument("--secret-key", help="the key of the TSIG secret (Base64) in the secrets file")
    parser.add_argument("--secondary", type=address, action="append", default=[], metavar="HOST:PORT")
    parser.add_argument("--primary", type=address, metavar="HOST:PORT")
    parser.add_argument("--ask", type=address, action="append", default=[], metavar="HOST:PORT")
    parser.add_argument("--clock-file", type=Path)
    return parser.parse_args()


def address(text: str) -> Address:
    host, _, port = text.rpartition(":")
    return host, int(port)


async def serve(args: argparse.Namespace) -> None:
    if args.ask:
        clock = FileClock(args.clock_file) if args.clock_file else clock_from_environment()
        running = await listen(Resolver(tuple(args.ask), clock), args.host, args.port)
        await running.serve_forever()
    zones = Zones(args.zones)
    key = dns.tsig.Key(KEY_NAME, json.loads(args.secrets.read_text())[args.secret_key], dns.tsig.HMAC_SHA256)
    if args.primary:
        await follow(args, zones, key)
    server = NameServer(zones, key, notify=lambda origin: tell(origin, tuple(args.secondary)))
    await (await listen(server, args.host, args.port)).serve_forever()


async def follow(args: argparse.Namespace, zones: Zones, key: dns.tsig.Key) -> None:
    following, told = Following(args.zones, args.primary, key), asyncio.Event()
    running = await listen(NameServer(zones, key, notified=told.set), args.host, args.port)
    async with running:
        while True:
            await asyncio.to_thread(following.look, zones)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(told.wait(), following.comes_again_in or POLL_SECONDS)
            told.clear()


if __name__ == "__main__":
    asyncio.run(serve(parse()))
