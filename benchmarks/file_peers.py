"""How rclone, lftp and rsync are called to bring a folder to a server, each as fast as its settings allow."""

from __future__ import annotations

import contextlib
import os
import resource
import shutil
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.peak import peak_mb

AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Measured:
    """Wall and CPU seconds of one program (of ours, this process alone), and its peak of resident memory in MB."""

    wall_s: float
    cpu_s: float
    peak_mb: float


@dataclass(frozen=True, slots=True)
class Peer:
    """A program that copies, as a command line; `{source}` and `{target}` stand for the folders. `then` is run after it, and counts."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    then: Sequence[str] = ()

    @property
    def is_here(self) -> bool:
        return shutil.which(self.command[0]) is not None

    def copy(self, source: Path, target: str) -> Measured:
        """Run it to its end; its own processes are counted, the server is not."""
        each = [self._run(command, source, target) for command in (self.command, self.then) if command]
        wall, cpu = sum(one.wall_s for one in each), sum(one.cpu_s for one in each)
        return Measured(wall, cpu, max(one.peak_mb for one in each))

    def _run(self, words: Sequence[str], source: Path, target: str) -> Measured:
        command = [part.format(source=source, target=target) for part in words]
        began = time.perf_counter()
        process = subprocess.Popen(
            command,
            env={**_environment(), **self.environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        status, used, peak = _waited(process.pid)
        wall = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise AssertionError(f"ended with {process.returncode}: {' '.join(command)}")
        return Measured(wall, used.ru_utime + used.ru_stime, peak)


def _environment() -> dict[str, str]:
    """With AWS_CA_BUNDLE, rclone's S3 fails."""
    return {name: value for name, value in os.environ.items() if name != "AWS_CA_BUNDLE"}


def _waited(pid: int) -> tuple[int, resource.struct_rusage, float]:
    """The exit status, what was used, and the peak of memory: looked up now and then, since the system's own counts the parent's."""
    peak = 0.0
    while True:
        with contextlib.suppress(OSError, IndexError, ValueError):
            peak = max(peak, peak_mb(pid))
        ended, status, used = os.wait4(pid, os.WNOHANG)
        if ended:
            return status, used, peak
        time.sleep(0.01)


def sftp_peers(port: int, user: str, key_file: Path, known_hosts: Path) -> list[Peer]:
    ssh = f"ssh -a -x -p {port} -i {key_file} -o UserKnownHostsFile={known_hosts} -o BatchMode=yes"
    rclone = {
        "RCLONE_SFTP_HOST": "127.0.0.1",
        "RCLONE_SFTP_PORT": str(port),
        "RCLONE_SFTP_USER": user,
        "RCLONE_SFTP_KEY_FILE": str(key_file),
        # Its sums cost a shell for each file; without them it compares sizes.
        "RCLONE_SFTP_DISABLE_HASHCHECK": "true",
        "RCLONE_SFTP_KNOWN_HOSTS_FILE": str(known_hosts),
    }
    script = f'set sftp:connect-program "{ssh}"; open sftp://{user}:@127.0.0.1:{port}; {_mirror()}'
    return [
        *_rclones(":sftp:{target}", rclone),
        Peer("lftp", ["lftp", "-c", script]),
        Peer("rsync over ssh", ["rsync", "-rt", "-e", ssh, "{source}/", f"{user}@127.0.0.1:{{target}}/"]),
    ]


def ftps_peers(port: int, user: str, password: str, ca_file: Path) -> list[Peer]:
    obscured = ""
    if shutil.which("rclone"):
        obscured = subprocess.run(["rclone", "obscure", password], capture_output=True, text=True, check=True).stdout
    rclone = {
        "RCLONE_FTP_HOST": "localhost",
        "RCLONE_FTP_PORT": str(port),
        "RCLONE_FTP_USER": user,
        "RCLONE_FTP_PASS": obscured.strip(),
        "RCLONE_FTP_EXPLICIT_TLS": "true",
        # Without these rclone 1.60 cannot work with a vsftpd that wants its TLS session back, nor set times there.
        "RCLONE_FTP_DISABLE_TLS13": "true",
        "RCLONE_FTP_WRITING_MDTM": "true",
        "SSL_CERT_FILE": str(ca_file),
    }
    script = f"set ssl:ca-file {ca_file}; set ftp:ssl-force yes; open -u {user},{password} ftp://localhost:{port}; {_mirror()}"
    return [
        *_rclones(":ftp:{target}", rclone),
        Peer("lftp", ["lftp", "-c", script]),
    ]


def s3_peers(endpoint_url: str, bucket: str, access_key_id: str, secret: str, ca_file: Path) -> list[Peer]:
    rclone = {
        "RCLONE_S3_PROVIDER": "Ceph",
        "RCLONE_S3_ENDPOINT": endpoint_url,
        "RCLONE_S3_ACCESS_KEY_ID": access_key_id,
        "RCLONE_S3_SECRET_ACCESS_KEY": secret,
        "SSL_CERT_FILE": str(ca_file),
    }
    return _rclones(f":s3:{bucket}/{{target}}", rclone)


def _rclones(target: str, environment: Mapping[str, str]) -> list[Peer]:
    """As it copies by itself, and with what makes sure of it as ours does: everything is read back and compared."""
    options = ["--config", "", "--transfers", str(AT_ONCE), "--checkers", str(AT_ONCE), "--quiet"]
    copy = ["rclone", "copy", *options, "{source}", target]
    check = ["rclone", "check", "--download", *options, "{source}", target]
    return [Peer("rclone", copy, environment), Peer("rclone, checked", copy, environment, check)]


def _mirror() -> str:
    return f"mirror -R --parallel={AT_ONCE} --no-perms {{source}} {{target}}"
