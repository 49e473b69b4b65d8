"""An IMAP provider of the sandbox: pymap over one SQLite file, TLS on connect or STARTTLS."""

from __future__ import annotations

import argparse
import asyncio
import json
import ssl
from pathlib import Path

from proxyprotocol.reader import ProxyProtocolReader
from pymap.imap import IMAPServer

from skyflytt.sandbox.servers.imap_backend import Config, Provider, arguments_for_pymap, correct_folder_names
from skyflytt.sandbox.servers.imap_store import MailStore

# pymap reads a command line by line; a UID FETCH of thousands of scattered UIDs is longer than asyncio's 64 KiB.
LONGEST_LINE = 8 * 1024 * 1024


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--security", choices=["tls", "starttls"], default="tls")
    parser.add_argument("--cert", type=Path, required=True, help="PEM file with certificate and key")
    parser.add_argument("--store", type=Path, required=True)
    parser.add_argument("--secrets", type=Path, required=True)
    parser.add_argument("--login", action="append", default=[], metavar="LOGIN=SECRET_KEY")
    return parser.parse_args()


async def serve(args: argparse.Namespace) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(args.cert)
    known = json.loads(args.secrets.read_text())
    secrets = {login: known[key] for login, key in (pair.split("=", 1) for pair in args.login)}
    starttls = args.security == "starttls"
    config = Config(arguments_for_pymap(), host="localhost", port=args.port, ssl_context=context, tls_enabled=starttls)
    config.apply_context()
    provider = Provider(config, MailStore(args.store), secrets)
    callback = ProxyProtocolReader(config.proxy_protocol).get_callback(IMAPServer(provider, config))
    server = await asyncio.start_server(
        callback, "127.0.0.1", args.port, limit=LONGEST_LINE, ssl=None if starttls else context
    )
    async with server:
        await server.serve_forever()


def main() -> None:
    correct_folder_names()
    asyncio.run(serve(parse()))


if __name__ == "__main__":
    main()
