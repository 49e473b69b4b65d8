"""Commands at the server, over SSH. What is secret goes to their standard input, never onto a command line."""

from __future__ import annotations

import contextlib
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files

import paramiko

from skyflytt.errors.connection import ConnectionLost
from skyflytt.errors.drop import AccountTaken, DropServerUnfit, DropUnknown
from skyflytt.files.sftp.connect import SftpSettings, signed_in

TIMEOUT_S = 60
SCRIPT = files("skyflytt.drop.remote").joinpath("keep.sh")
REFUSALS = {3: AccountTaken, 4: DropUnknown}
"""Statuses that the script ends with, as it says in it."""


@dataclass(slots=True)
class Remote:
    """The script at the server, in `folder`; `name` is how failures call the server."""

    client: paramiko.SSHClient
    name: str
    folder: str

    def place_script(self) -> None:
        """Put the script there, replacing an older one in one step."""
        at = shlex.quote(f"{self.folder}/keep.sh")
        placed = f"umask 077 && mkdir -p {shlex.quote(self.folder)} && cat > {at}.new && mv {at}.new {at}"
        status, _, said = self._run(placed, SCRIPT.read_text())
        if status:
            raise DropServerUnfit(self.name, f"{self.folder} cannot be written: {said.strip()}")

    def keep(self, act: str, *words: str, secret: str = "") -> str:
        """What the script says to `act`; its words are of the script's own header."""
        command = shlex.join(["/bin/sh", f"{self.folder}/keep.sh", act, *words])
        status, answer, said = self._run(command, f"{secret}\n" if secret else "")
        if status:
            raise REFUSALS.get(status, DropServerUnfit)(self.name, said.strip() or f"{act} ended with {status}")
        return answer.strip()

    def run(self, command: str, given: str = "") -> str:
        """What an ordinary command says. Raises `DropServerUnfit` where it fails."""
        status, answer, said = self._run(command, given)
        if status:
            raise DropServerUnfit(self.name, said.strip() or f"it ended with {status}")
        return answer

    def _run(self, command: str, given: str) -> tuple[int, str, str]:
        try:
            stdin, stdout, stderr = self.client.exec_command(command, timeout=TIMEOUT_S)
            stdin.write(given)
            stdin.channel.shutdown_write()
            answer, said = stdout.read(), stderr.read()
            return stdout.channel.recv_exit_status(), _text(answer), _text(said)
        except (paramiko.SSHException, OSError, EOFError) as error:
            raise ConnectionLost(self.name, str(error) or type(error).__name__) from error


@contextlib.contextmanager
def open_remote(server: SftpSettings, folder: str, secret: str | None) -> Iterator[Remote]:
    """Signed in, host key checked, with our script in `folder`."""
    with signed_in(server, secret) as client:
        remote = Remote(client, f"{server.host}:{server.port}", folder.rstrip("/"))
        remote.place_script()
        yield remote


def _text(said: bytes) -> str:
    return said.decode("utf-8", "surrogateescape")
