"""An SFTP server made of asyncssh, with a password; started by root, it becomes nobody.

`python -m tests.real.asyncssh_server PORT HOST_KEY PASSWORD ATTEMPTS_FILE [LONGEST_READ]`
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

import asyncssh

NOBODY = 65534


class Server(asyncssh.SSHServer):
    password: str
    attempts: Path

    def begin_auth(self, _username: str) -> bool:
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        with self.attempts.open("a") as file:
            file.write(f"{username}\n")
        return password == self.password


class Files(asyncssh.SFTPServer):
    """Answers no reading with more than `longest_read` bytes, which the protocol allows."""

    longest_read = 1 << 30

    def read(self, file_obj: object, offset: int, size: int) -> Any:
        return super().read(file_obj, offset, min(size, self.longest_read))


async def serve(port: int, host_key: str, password: str, attempts: Path) -> None:
    Server.password, Server.attempts = password, attempts
    # A file would be read again for each connection, by somebody who may not.
    key = asyncssh.read_private_key(host_key)
    await asyncssh.listen(
        "127.0.0.1", port, server_host_keys=[key], server_factory=Server, sftp_factory=Files, allow_scp=False
    )
    if os.geteuid() == 0:
        os.setegid(NOBODY)
        os.seteuid(NOBODY)
    await asyncio.Event().wait()


if __name__ == "__main__":
    if len(sys.argv) > 5:
        Files.longest_read = int(sys.argv[5])
    asyncio.run(serve(int(sys.argv[1]), sys.argv[2], sys.argv[3], Path(sys.argv[4])))
