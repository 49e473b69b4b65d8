"""Samba's file server on loopback, as whoever runs the suite: its own accounts, shares and state."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from getpass import getuser
from pathlib import Path

from tests.real.processes import free_port, running

CONFIG = """
[global]
server role = standalone server
workgroup = NORRSKEN
netbios name = FILES
disable netbios = yes
interfaces = 127.0.0.1/8
bind interfaces only = yes
smb ports = {port}
security = user
map to guest = never
passdb backend = tdbsam:{folder}/passdb.tdb
private dir = {folder}/private
state directory = {folder}/state
cache directory = {folder}/cache
lock directory = {folder}/lock
pid directory = {folder}/pid
ncalrpc dir = {folder}/ncalrpc
log file = {folder}/samba.log
load printers = no
printcap name = /dev/null
disable spoolss = yes
rpc start on demand helpers = no
server signing = mandatory
strict sync = no
unix extensions = no
host msdfs = yes
{settings}

[{share}]
path = {path}
read only = no
case sensitive = yes
preserve case = yes
create mask = 0666
directory mask = 0777
map archive = no
{share_settings}
"""


@dataclass(frozen=True)
class Samba:
    """A running server with one account, one share and its place on the disk."""

    port: int
    user: str
    password: str
    share: str
    path: Path


@contextlib.contextmanager
def running_samba(
    program: str, folder: Path, path: Path, settings: str = "", share_settings: str = ""
) -> Iterator[Samba]:
    """The server `program` with its own files in `folder`, sharing `path`; more lines for its configuration in `settings`."""
    for name in ("private", "state", "cache", "lock", "pid", "ncalrpc"):
        (folder / name).mkdir(parents=True)
    server = Samba(free_port(), getuser(), "hemlig åäö 7", "Företag", path)
    config = folder / "smb.conf"
    config.write_text(
        CONFIG.format(
            port=server.port,
            folder=folder,
            share=server.share,
            path=path,
            settings=settings,
            share_settings=share_settings,
        )
    )
    _make_account(program, config, server)
    # Without a process group of its own it would leave behind the process of each connection that is still open.
    with running([program, "-F", "-s", str(config)], server.port, folder / "log"):
        yield server


def _make_account(program: str, config: Path, server: Samba) -> None:
    pdbedit = Path(program).with_name("pdbedit")
    tool = str(pdbedit) if pdbedit.exists() else "pdbedit"
    command = [tool, "-s", str(config), "--create", "--password-from-stdin", "-u", server.user]
    given = f"{server.password}\n{server.password}\n".encode()
    subprocess.run(command, check=True, input=given, stdout=subprocess.DEVNULL)
