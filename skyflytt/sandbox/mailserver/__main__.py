"""The command that runs a mail server of the sandbox. No password is on its command line: they are in the secrets file."""

from __future__ import annotations

import argparse
import asyncio
import json
import ssl
from pathlib import Path

from aiosmtpd.smtp import SMTP

from skyflytt.deadline.clock import FileClock, clock_from_environment
from skyflytt.sandbox.mailserver.accepting import Accepting
from skyflytt.sandbox.mailserver.delivering import ExchangeMailboxes, ImapMailboxes, Mailboxes, Route
from skyflytt.sandbox.mailserver.maillog import MailLog


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m skyflytt.sandbox.mailserver", description=__doc__)
    parser.add_argument("--host", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--name", required=True, help="what it calls itself")
    parser.add_argument("--cert", type=Path, required=True, help="PEM file with certificate and key")
    parser.add_argument("--domain", required=True, help="the customer's")
    parser.add_argument("--secrets", type=Path, required=True)
    parser.add_argument("--login", action="append", default=[], metavar="ADDRESS=SECRET_KEY", help="has a mailbox")
    parser.add_argument("--sender", action="append", default=[], metavar="ADDRESS=SECRET_KEY", help="only sends")
    parser.add_argument("--resolver", type=address, required=True, metavar="HOST:PORT")
    parser.add_argument("--exchange", type=Path, help="the SQLite file of a sandbox Exchange")
    parser.add_argument("--imap", type=address, metavar="HOST:PORT")
    parser.add_argument("--ca-file", type=Path, required=True)
    parser.add_argument("--log", type=Path, required=True)
    parser.add_argument("--clock-file", type=Path)
    return parser.parse_args()


def address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    return host, int(port)


async def serve(args: argparse.Namespace) -> None:
    clock = FileClock(args.clock_file) if args.clock_file else clock_from_environment()
    known = json.loads(args.secrets.read_text())
    passwords = {login: known[key] for login, _, key in (pair.partition("=") for pair in (*args.login, *args.sender))}
    addresses = frozenset(pair.partition("=")[0] for pair in args.login)
    mailboxes: Mailboxes = ExchangeMailboxes(args.exchange, clock)
    if args.imap:
        mailboxes = ImapMailboxes(args.imap, args.ca_file, passwords, clock)
    log, route = MailLog(args.log, args.name, clock), Route(args.resolver, args.port, args.name)
    handler = Accepting(args.name, args.domain, addresses, passwords, mailboxes, route, log, clock)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(args.cert)
    loop = asyncio.get_running_loop()

    def session() -> SMTP:
        # Old devices sign in without TLS.
        return SMTP(
            handler, hostname=args.name, ident="ESMTP sandbox", tls_context=context, authenticator=handler.authenticate,
            auth_require_tls=False, loop=loop,
        )  # fmt: skip

    server = await loop.create_server(session, args.host, args.port)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(parse()))
