"""ProFTPD on loopback, as whoever runs the suite, demanding TLS and that data connections reuse its session.

Sessions are kept within its own processes: with mod_tls_shmcache, version 1.3.8 crashes after some hundred transfers.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.real.processes import free_port, running

CONFIG = """
LoadModule mod_tls.c
LoadModule mod_digest.c
ServerType standalone
DefaultAddress 127.0.0.1
Port {port}
SocketBindTight on
UseIPv6 off
DelayEngine off
WtmpLog off
RequireValidShell off
{identity}
ScoreboardFile {folder}/scoreboard
PidFile {folder}/pid
SystemLog {folder}/system.log
TransferLog none
AuthOrder mod_auth_file.c
AuthUserFile {folder}/passwd
AllowOverwrite {overwrite}
AllowStoreRestart on
AllowRetrieveRestart on
MaxInstances 30
TLSEngine on
TLSRequired on
TLSLog {folder}/tls.log
TLSProtocol TLSv1.2 TLSv1.3
TLSRSACertificateFile {certificate}
TLSRSACertificateKeyFile {key}
TLSSessionCache internal:
DigestEngine on
"""


@dataclass(frozen=True)
class Proftpd:
    """A running server with one account, which sees the machine's whole file system."""

    port: int
    user: str
    password: str


@contextlib.contextmanager
def running_proftpd(
    program: str, folder: Path, certificate: Path, key: Path, *, overwrite: bool = True
) -> Iterator[Proftpd]:
    """The server `program` with its own files in `folder`, showing `certificate` (PEM, with its chain)."""
    folder.mkdir(parents=True, exist_ok=True)
    server = Proftpd(free_port(), "överlämning", "hemlig åäö 7")
    _make_account(folder / "passwd", server)
    identity = "User root\nGroup root\nRootLogin on" if os.geteuid() == 0 else ""
    config = folder / "proftpd.conf"
    config.write_text(
        CONFIG.format(
            port=server.port,
            folder=folder,
            identity=identity,
            certificate=certificate,
            key=key,
            overwrite="on" if overwrite else "off",
        )
    )
    with running([program, "-n", "-c", str(config)], server.port, folder / "log"):
        yield server


def _make_account(file: Path, server: Proftpd) -> None:
    ftpasswd = shutil.which("ftpasswd", path=f"{os.environ.get('PATH', '')}:/usr/sbin") or "ftpasswd"
    command = [ftpasswd, "--passwd", "--stdin", f"--file={file}", f"--name={server.user}"]
    command += [f"--uid={os.getuid()}", f"--gid={os.getgid()}", f"--home={file.parent}", "--shell=/bin/false"]
    subprocess.run(command, check=True, input=f"{server.password}\n".encode(), stdout=subprocess.DEVNULL)
    file.chmod(0o600)
