"""Commands at the machine: in plain English, as root where asked, and what they say line by line."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass

import paramiko

from skyflytt.errors.accounts import CommandFailed
from skyflytt.errors.directory import DirectoryUnreachable
from skyflytt.project.servers.ssh_accounts import Acting, Listing

TIMEOUT_S = 300
WORDS = 300


@dataclass(frozen=True, slots=True)
class Commands:
    """`name` is how failures call the machine."""

    client: paramiko.SSHClient
    name: str
    sudo: bool

    def rows(self, listing: Listing) -> Iterator[dict[str, str]]:
        """The groups of each line that matches, as it comes. Raises `CommandFailed` at the end for a status other than 0."""
        pattern = re.compile(listing.line)
        try:
            _, stdout, stderr = self.client.exec_command(self._line(listing.command), timeout=TIMEOUT_S)
            stdout.channel.shutdown_write()
            for line in stdout:
                if found := pattern.fullmatch(line.rstrip("\r\n")):
                    yield {key: value for key, value in found.groupdict().items() if value is not None}
            said, status = stderr.read(), stdout.channel.recv_exit_status()
        except (paramiko.SSHException, OSError, EOFError) as error:
            raise DirectoryUnreachable(self.name, str(error) or type(error).__name__) from error
        if status:
            raise CommandFailed(self.name, _words(listing.command, status, said))

    def act(self, acting: Acting, account: str) -> bool:
        """Whether there was such an account. `account` is a name that the machine itself gave."""
        command = acting.command.replace("{account}", shlex.quote(account))
        try:
            _, stdout, stderr = self.client.exec_command(self._line(command), timeout=TIMEOUT_S)
            stdout.channel.shutdown_write()
            stdout.read()
            said, status = stderr.read(), stdout.channel.recv_exit_status()
        except (paramiko.SSHException, OSError, EOFError) as error:
            raise DirectoryUnreachable(self.name, str(error) or type(error).__name__) from error
        if status and status not in acting.absent:
            raise CommandFailed(f"{account} at {self.name}", _words(command, status, said))
        return status == 0

    def _line(self, command: str) -> str:
        own = f"env LC_ALL=C.UTF-8 PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin sh -c {shlex.quote(command)}"
        return f"sudo -n {own}" if self.sudo else own


def _words(command: str, status: int, said: bytes) -> str:
    words = " ".join(said.decode("utf-8", "replace").split())[:WORDS]
    return f"`{command}` ended with {status}" + (f": {words}" if words else "")
