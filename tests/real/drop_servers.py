"""proftpd and vsftpd set up for drops as docs/how-to/drop-at-another-server.md says, beside an sshd, with a user of their own.

As root: the servers shut each account up in its root, and the user that keeps the accounts must be somebody without rights.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import re
import secrets
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import psutil
import pytest

from skyflytt.project.servers import FtpsServer
from tests.real.processes import free_port, running
from tests.real.sshd import running_sshd
from tests.real.vsftpd import vsftpd_program

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "drop-at-another-server.md"
PROFTPD = """
ServerType standalone
DefaultAddress 127.0.0.1
Port {port}
SocketBindTight on
UseIPv6 off
DelayEngine off
WtmpLog off
User nobody
Group nogroup
ScoreboardFile {folder}/scoreboard
PidFile {folder}/pid
SystemLog {folder}/system.log
TransferLog none
"""
VSFTPD = """
background=NO
listen_address=127.0.0.1
listen_port={port}
secure_chroot_dir={folder}/empty
seccomp_sandbox=NO
pasv_address=127.0.0.1
"""


@dataclass(frozen=True)
class DropServer:
    """A running server; `settings` is what a project file says of it."""

    settings: FtpsServer
    user: str
    accounts: Path
    files: Path


def _page_block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", PAGE.read_text(), re.DOTALL)
    assert found is not None
    return found[1]


@contextlib.contextmanager
def _user(home: Path) -> Iterator[str]:
    name = f"skyflytt-t{secrets.token_hex(4)}"
    _of_users(["useradd", "-M", "-d", str(home), "-s", "/bin/sh", "-p", "*", "-r", "-U", name])
    try:
        yield name
    finally:
        _end_processes(pwd.getpwnam(name).pw_uid)
        if shutil.which("crontab"):
            subprocess.run(["crontab", "-r", "-u", name], check=False, capture_output=True)
        _of_users(["userdel", name])


def _of_users(command: list[str]) -> None:
    """One at a time may change the users; another test that does is waited for."""
    for attempt in range(50):
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        if "try again later" not in done.stderr or attempt == 49:
            break
        time.sleep(0.2)
    assert done.returncode == 0, done.stderr


@contextlib.contextmanager
def running_drop_server(  # noqa: PLR0917
    software: Literal["proftpd", "vsftpd"],
    require: Callable[..., str],
    folder: Path,
    certificate: Path,
    key: Path,
    ca_file: Path,
) -> Iterator[DropServer]:
    """`folder` must be one that everybody can reach."""
    if os.geteuid():
        message = "a server that shuts accounts up in their roots needs root"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(message)
    port = free_port()
    own = folder / "kept"
    with _user(own) as user:
        owner = pwd.getpwnam(user)
        for path in (own, own / "files", own / "accounts"):
            path.mkdir(mode=0o755)
            os.chown(path, owner.pw_uid, owner.pw_gid)
        for file in (own / "accounts" / "accounts", own / "drop.log"):
            file.touch(0o640)
            os.chown(file, owner.pw_uid, owner.pw_gid)
        names = {
            "/etc/ssl/drop/cert.pem": str(certificate),
            "/etc/ssl/drop/key.pem": str(key),
            "/var/lib/skyflytt-drop": str(own),
            "guest_username=skyflytt-drop": f"guest_username={user}",
            # The certificates of the tests have keys on elliptic curves.
            "TLSRSA": "TLSEC",
        }
        server = _proftpd if software == "proftpd" else _vsftpd
        sshd = require("openssh-server", binary="sshd")
        with server(require, folder, port, names), running_sshd(sshd, folder / "sshd") as ssh:
            manage = {"software": software, "host": "127.0.0.1", "port": ssh.port, "user": user}
            manage |= {"known_hosts": ssh.known_hosts, "key_file": ssh.key_file, "accounts": str(own / "accounts")}
            manage |= {"files": str(own / "files"), "log": str(own / "drop.log")}
            settings = {"kind": "ftps", "host": "localhost", "port": port, "ca_file": ca_file, "manage": manage}
            yield DropServer(FtpsServer.model_validate(settings), user, own / "accounts", own / "files")


@contextlib.contextmanager
def _proftpd(require: Callable[..., str], folder: Path, port: int, names: dict[str, str]) -> Iterator[None]:
    program = require("proftpd-core proftpd-mod-crypto", binary="proftpd")
    config = folder / "proftpd.conf"
    config.write_text(PROFTPD.format(port=port, folder=folder) + _with(names, _page_block("apacheconf")))
    with running([program, "-n", "-c", str(config)], port, folder / "proftpd.out"):
        yield


@contextlib.contextmanager
def _vsftpd(require: Callable[..., str], folder: Path, port: int, names: dict[str, str]) -> Iterator[None]:
    program = vsftpd_program()
    if not list(Path("/lib").glob("*/security/pam_pwdfile.so")):
        require("libpam-pwdfile", binary="pam_pwdfile.so")
    service = Path("/etc/pam.d") / f"skyflytt-tests-{port}"
    (folder / "empty").mkdir()
    config = folder / "vsftpd.conf"
    names |= {"pam_service_name=skyflytt-drop": f"pam_service_name={service.name}"}
    config.write_text(VSFTPD.format(port=port, folder=folder) + _with(names, _page_block("ini")))
    service.write_text(_with(names, _page_block("pam")))
    try:
        with running([program, str(config)], port, folder / "vsftpd.out"):
            yield
    finally:
        service.unlink()


def _with(names: dict[str, str], text: str) -> str:
    for name, value in names.items():
        text = text.replace(name, value)
    return text


def _end_processes(uid: int) -> None:
    """The script's guard, and what it sleeps with, outlive the session that started them: that is what they are for."""
    for process in psutil.process_iter(["uids"]):
        if process.info["uids"] and process.info["uids"].real == uid:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
