"""vsftpd on loopback, as root, demanding TLS and that data connections reuse its session. It has neither MLSD nor MFMT.

Debian's FTP servers exclude each other, so its package is fetched and unpacked instead of installed.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.real.processes import free_port, running

UNPACKED = Path(__file__).parents[2] / ".venv" / "vsftpd"
CONFIG = """
background=NO
listen=YES
listen_address=127.0.0.1
listen_port={port}
anonymous_enable=NO
local_enable=YES
guest_enable=YES
guest_username=root
virtual_use_local_privs=YES
write_enable=YES
local_umask=022
secure_chroot_dir={folder}/empty
pam_service_name={service}
ssl_enable=YES
force_local_logins_ssl=YES
force_local_data_ssl=YES
require_ssl_reuse=YES
ssl_ciphers=HIGH
rsa_cert_file={certificate}
rsa_private_key_file={key}
seccomp_sandbox=NO
mdtm_write=YES
use_localtime=NO
pasv_address=127.0.0.1
xferlog_enable={logs}
xferlog_std_format=NO
vsftpd_log_file={folder}/vsftpd.log
max_clients=40
"""
PAM = "auth required pam_userdb.so db={folder}/users crypt=none\naccount required pam_userdb.so db={folder}/users\n"


@dataclass(frozen=True)
class Vsftpd:
    """A running server with one account, which sees the machine's whole file system."""

    port: int
    user: str
    password: str


def vsftpd_program() -> str:
    """The program, fetched once; where that is not possible a loud skip, and in CI a failure."""
    program = UNPACKED / "usr" / "sbin" / "vsftpd"
    if os.geteuid() or not shutil.which("db5.3_load"):
        _missing(
            "vsftpd needs root, and db5.3-util: sudo apt-get install -y --no-install-recommends db5.3-util libwrap0"
        )
    UNPACKED.mkdir(exist_ok=True)
    with (UNPACKED / ".fetching").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not program.exists():
            # As the user `_apt`, apt could not write into root's folders.
            command = ["apt-get", "download", "-o", "APT::Sandbox::User=root", "vsftpd"]
            fetched = subprocess.run(
                command, cwd=UNPACKED, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
            )
            if fetched.returncode:
                _missing(f"vsftpd cannot be fetched: {fetched.stderr[-500:]}")
            package = next(UNPACKED.glob("vsftpd_*.deb"))
            subprocess.run(["dpkg-deb", "-x", str(package), str(UNPACKED)], check=True)
    return str(program)


def _missing(why: str) -> None:
    if os.environ.get("CI"):
        pytest.fail(f"{why} (CI is set, where nothing may be skipped)", pytrace=False)
    pytest.skip(why)


@contextlib.contextmanager
def running_vsftpd(folder: Path, certificate: Path, key: Path, *, logs: bool = False) -> Iterator[Vsftpd]:
    """The server with its own files in `folder`. Its PAM service is a file in /etc/pam.d for as long as it runs.

    With `logs`, it writes who signs in and what is transferred to `vsftpd.log` in the folder.
    """
    program, port = vsftpd_program(), free_port()
    (folder / "empty").mkdir(parents=True)
    user, password = "migration", "hemligt"
    load = ["db5.3_load", "-T", "-t", "hash", str(folder / "users.db")]
    subprocess.run(load, input=f"{user}\n{password}\n", text=True, check=True)
    service = Path("/etc/pam.d") / f"skyflytt-tests-{port}"
    config = folder / "vsftpd.conf"
    names = {"port": port, "folder": folder, "service": service.name, "certificate": certificate, "key": key}
    names["logs"] = "YES" if logs else "NO"
    config.write_text(CONFIG.format(**names))
    service.write_text(PAM.format(folder=folder))
    try:
        with running([program, str(config)], port, folder / "log"):
            yield Vsftpd(port, user, password)
    finally:
        service.unlink()
