"""An account of our own at a foreign server, made for a few seconds: what the server does with it, it will do with the customer's."""

from __future__ import annotations

import ftplib
import time
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO

from skyflytt.errors.connection import PasswordRefused
from skyflytt.errors.drop import DropServerUnfit
from skyflytt.files.ftps.client import FtpsClient, words
from skyflytt.files.ftps.connect import FtpsSettings, connected

LONGEST_S = 15


@dataclass(frozen=True, slots=True)
class CheckAccount:
    """Its root holds `check.txt` and nothing else."""

    login: str
    secret: str

    def require_own_root(self, server: FtpsSettings) -> None:
        """That the account sees its own root alone, and only reads there. Raises `DropServerUnfit`, `PasswordRefused`."""
        with connected(server, self.login, self.secret) as client:
            _require_root_only(client, f"{server.host}:{server.port}")


def seconds_to_cut(server: FtpsSettings, account: CheckAccount, end: Callable[[], object]) -> float:
    """How long a session that is open outlives `end`, which ends the account within a second or two.

    Raises `DropServerUnfit` where it outlives it by a quarter of a minute, or where the server lets the account in again.
    """
    name = f"{server.host}:{server.port}"
    with connected(server, account.login, account.secret) as client:
        end()
        ended = time.monotonic()
        while _answers(client):
            if time.monotonic() - ended > LONGEST_S:
                raise DropServerUnfit(name, "a session of an account that has ended runs on")
            time.sleep(0.2)
    cut = time.monotonic() - ended
    try:
        with connected(server, account.login, account.secret):
            raise DropServerUnfit(name, "it lets in an account that has ended")
    except PasswordRefused:
        return cut


def _require_root_only(client: FtpsClient, name: str) -> None:
    for folder in ("/", "..", "/.."):
        client.cwd(folder)
        if (seen := [entry.rpartition("/")[2] for entry in client.nlst()]) != ["check.txt"]:
            raise DropServerUnfit(name, f"an account sees more than its own root: {len(seen)} entries in {folder}")
    try:
        client.storbinary("STOR written.txt", BytesIO(b"x"))
    except ftplib.error_perm:
        return
    client.delete("written.txt")
    raise DropServerUnfit(name, "an account can write into its drop")


def _answers(client: FtpsClient) -> bool:
    try:
        return not words(client.voidcmd("NOOP")).startswith("421")
    except (ftplib.Error, OSError, EOFError):
        return False
