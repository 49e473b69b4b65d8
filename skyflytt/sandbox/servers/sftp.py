"""A file server of the sandbox: asyncssh's SFTP over one folder, which the client sees as `/`."""

from __future__ import annotations

import argparse
import asyncio
import hmac
import json
import os
from pathlib import Path
from typing import Any

import asyncssh


class Login(asyncssh.SSHServer):
    def __init__(self, user: str, secret: str) -> None:
        self._user = user
        self._secret = secret

    def begin_auth(self, username: str) -> bool:  # noqa: ARG002
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return username == self._user and hmac.compare_digest(password.encode(), self._secret.encode())


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--host-key", type=Path, required=True)
    parser.add_argument("--root", type=Path, required=True)
    parser.add_argument("--user", required=True)
    parser.add_argument("--secrets", type=Path, required=True)
    parser.add_argument("--secret-key", required=True, help="the key of the password in the secrets file")
    return parser.parse_args()


async def serve(args: argparse.Namespace) -> None:
    secret = json.loads(args.secrets.read_text())[args.secret_key]

    def files(channel: asyncssh.SSHServerChannel[Any]) -> asyncssh.SFTPServer:
        return asyncssh.SFTPServer(channel, chroot=os.fsencode(args.root.resolve()))

    server = await asyncssh.listen(
        "127.0.0.1",
        args.port,
        server_factory=lambda: Login(args.user, secret),
        server_host_keys=[str(args.host_key)],
        sftp_factory=files,
        login_timeout=30,
    )
    await server.wait_closed()


if __name__ == "__main__":
    asyncio.run(serve(parse()))
