"""OpenSSH's own server on loopback, as whoever runs the suite, with keys made for the occasion (no passwords: they need PAM)."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from getpass import getuser
from pathlib import Path

from tests.real.processes import free_port, running

CONFIG = """
ListenAddress 127.0.0.1
Port {port}
HostKey {folder}/host_key
PidFile {folder}/pid
AuthorizedKeysFile {folder}/authorized_keys
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
MaxStartups 100
Subsystem sftp internal-sftp {sftp_options}
"""


@dataclass(frozen=True)
class Sshd:
    """A running server: sign in as `user` with `key_file`; `known_hosts` has its host key."""

    port: int
    user: str
    key_file: Path
    known_hosts: Path


def make_key(path: Path) -> Path:
    """A key pair without a passphrase; the public half beside it as `.pub`."""
    command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", str(path)]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    return path


def known_hosts_lines(port: int, key: Path) -> str:
    kind, public = Path(f"{key}.pub").read_text().split()[:2]
    return f"[127.0.0.1]:{port} {kind} {public}\n[localhost]:{port} {kind} {public}\n"


@contextlib.contextmanager
def running_sshd(program: str, folder: Path, sftp_options: str = "") -> Iterator[Sshd]:
    """The server `program` (an absolute path: sshd starts itself again), with its own files in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    host_key, key_file = make_key(folder / "host_key"), make_key(folder / "user_key")
    shutil.copy(f"{key_file}.pub", folder / "authorized_keys")
    known_hosts = folder / "known_hosts"
    known_hosts.write_text(known_hosts_lines(port, host_key))
    config = folder / "sshd_config"
    config.write_text(CONFIG.format(port=port, folder=folder, sftp_options=sftp_options))
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)
    with running([program, "-D", "-e", "-f", str(config)], port, folder / "log"):
        yield Sshd(port, getuser(), key_file, known_hosts)
