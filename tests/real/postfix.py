"""Postfix on loopback, as root, with Dovecot's sign-in behind it. It logs to a file of its own and throws all mail away.

Its package would take the place of whatever sends mail on the machine, so it is fetched and unpacked instead of installed.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.real.processes import free_port, running

UNPACKED = Path(__file__).parents[2] / ".venv" / "postfix"
OWNER, GROUP = "www-data", "mail"
QUEUES = "incoming active deferred hold corrupt defer bounce trace flush saved maildrop public private pid"
MAIN = """
compatibility_level = 3.6
myhostname = mail.norrskenbygg.example
mail_owner = {owner}
setgid_group = {group}
queue_directory = {folder}/spool
data_directory = {folder}/data
daemon_directory = {root}/usr/lib/postfix/sbin
command_directory = {root}/usr/sbin
shlib_directory = {root}/usr/lib/postfix
meta_directory = {root}/etc/postfix
maillog_file = {folder}/mail.log
maillog_file_prefixes = {folder}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
import_environment = MAIL_CONFIG LD_LIBRARY_PATH
default_transport = discard:
local_transport = discard:
mydestination =
local_recipient_maps =
alias_maps =
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = {folder}/dovecot/run/auth-client
smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination
smtpd_authorized_xclient_hosts = 127.0.0.1
smtpd_error_sleep_time = 0
smtpd_peername_lookup = no
"""
MASTER = """
127.0.0.1:{smtp} inet n - n - - smtpd
127.0.0.1:{submission} inet n - n - - smtpd
  -o syslog_name=postfix/submission
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
discard unix - - n - - discard
anvil unix - - n - 1 anvil
proxymap unix - - n - - proxymap
postlog unix-dgram n - n - 1 postlogd
"""
DOVECOT = """
base_dir = {folder}/dovecot/run
state_dir = {folder}/dovecot/run
log_path = {folder}/dovecot/log
protocols =
ssl = no
default_internal_user = {owner}
default_internal_group = {owner}
default_login_user = {owner}
auth_mechanisms = plain login
auth_failure_delay = 0
disable_plaintext_auth = no
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={owner} gid={owner} home=/tmp
}}
service auth {{
  unix_listener auth-client {{
    mode = 0666
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
"""


@dataclass(frozen=True)
class Postfix:
    """A running server that lets everybody in who knows the password."""

    smtp_port: int
    submission_port: int
    password: str
    log: Path


def postfix_root() -> Path:
    """Where the package is unpacked, fetched once; where that is not possible a loud skip, and in CI a failure."""
    if os.geteuid() or not shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin"):
        _missing("postfix needs root, and dovecot-imapd: sudo apt-get install -y --no-install-recommends dovecot-imapd")
    UNPACKED.mkdir(exist_ok=True)
    with (UNPACKED / ".fetching").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (UNPACKED / "usr").exists():
            # As the user `_apt`, apt could not write into root's folders.
            command = ["apt-get", "download", "-o", "APT::Sandbox::User=root", "postfix"]
            fetched = subprocess.run(
                command, cwd=UNPACKED, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
            )
            if fetched.returncode:
                _missing(f"postfix cannot be fetched: {fetched.stderr[-500:]}")
            subprocess.run(["dpkg-deb", "-x", str(next(UNPACKED.glob("postfix_*.deb"))), str(UNPACKED)], check=True)
    return UNPACKED


def _missing(why: str) -> None:
    if os.environ.get("CI"):
        pytest.fail(f"{why} (CI is set, where nothing may be skipped)", pytrace=False)
    pytest.skip(why)


@contextlib.contextmanager
def running_postfix() -> Iterator[Postfix]:
    """The server with its own files in a folder below /tmp, since its users must reach it and socket paths must be short."""
    root = postfix_root()
    folder = Path(tempfile.mkdtemp(prefix="postfix-", dir="/tmp"))
    server = Postfix(free_port(), free_port(), "hemligt", folder / "mail.log")
    try:
        _prepare(folder, root, server)
        program = shutil.which("dovecot", path="/usr/sbin:/usr/bin") or "dovecot"
        dovecot = subprocess.Popen([program, "-F", "-c", str(folder / "dovecot" / "dovecot.conf")])
        environment = ["env", f"LD_LIBRARY_PATH={root}/usr/lib/postfix", f"MAIL_CONFIG={folder}/etc"]
        master = [str(root / "usr/lib/postfix/sbin/master"), "-c", str(folder / "etc"), "-d"]
        try:
            with running([*environment, *master], server.submission_port, folder / "out"):
                yield server
        finally:
            dovecot.terminate()
            dovecot.wait(10)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _prepare(folder: Path, root: Path, server: Postfix) -> None:
    folder.chmod(0o755)
    for name in ("etc", "data", "dovecot/run", *(f"spool/{queue}" for queue in QUEUES.split())):
        (folder / name).mkdir(parents=True)
    names = {"folder": folder, "root": root, "owner": OWNER, "group": GROUP, "password": server.password}
    (folder / "etc/main.cf").write_text(MAIN.format(**names))
    (folder / "etc/master.cf").write_text(MASTER.format(smtp=server.smtp_port, submission=server.submission_port))
    (folder / "dovecot/dovecot.conf").write_text(DOVECOT.format(**names))
    for path in (folder / "data", *(folder / "spool").iterdir()):
        if path.name != "pid":
            shutil.chown(path, OWNER)
    for name, mode in (("maildrop", 0o730), ("public", 0o710)):
        shutil.chown(folder / "spool" / name, OWNER, GROUP)
        (folder / "spool" / name).chmod(mode)
