"""Dovecot on loopback, without privileges, with a mailbox for every login that asks (made at its first login).

Logins are "kind.name": `full` offers all that Dovecot has, `plain` hides every extension, `small` has a quota and a limit per
message.
"""

from __future__ import annotations

import contextlib
import grp
import os
import pwd
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.real.processes import free_port, running

PASSWORD = 'hemligt "å" \\'
QUOTA_KB = 400
MAX_MESSAGE_KB = 100
PLAIN_CAPABILITY = "IMAP4rev1 SASL-IR"

CONFIG = """
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
default_vsz_limit = 0
ssl = required
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
auth_mechanisms = plain login
auth_cache_size = 0
auth_failure_delay = 0
first_valid_uid = 1
mail_fsync = never
mail_location = maildir:{folder}/mail/%u
mail_plugins = quota
mail_max_userip_connections = 100
imap_id_log = *
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {starttls_port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
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
protocol imap {{
  mail_plugins = quota imap_quota imap_zlib
}}
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {folder}/passwords
}}
userdb {{
  driver = passwd-file
  args = username_format=%{{if;%u;~;^plain;plain;%{{if;%u;~;^small;small;full}}}} {folder}/kinds
}}
plugin {{
  quota_grace = 0
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Sent {{
    special_use = \\Sent
    auto = no
  }}
  mailbox "Oönskat & annat" {{
    special_use = \\Junk
    auto = no
  }}
}}
"""


@dataclass(frozen=True)
class Dovecot:
    """A running server; `mail` holds one Maildir per login."""

    tls_port: int
    starttls_port: int
    mail: Path
    logins: tuple[str, ...]


@contextlib.contextmanager
def running_dovecot(program: str, certificate: Path, key: Path, logins: tuple[str, ...]) -> Iterator[Dovecot]:
    """The server `program` with a folder of its own below /tmp, for root's sake owned by nobody."""
    folder = Path(tempfile.mkdtemp(prefix="dovecot-", dir="/tmp"))
    try:
        account = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
        server = Dovecot(free_port(), free_port(), folder / "mail", logins)
        _write(folder, server, account, certificate, key)
        command = [program, "-F", "-c", str(folder / "dovecot.conf")]
        if os.geteuid() == 0:
            ids = (f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups")
            command = ["setpriv", *ids, *command]
        with running(command, server.tls_port, folder / "out"):
            yield server
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _write(folder: Path, server: Dovecot, account: pwd.struct_passwd, certificate: Path, key: Path) -> None:
    for name in ("run", "mail"):
        (folder / name).mkdir()
    shutil.copy(certificate, folder / "cert.pem")
    shutil.copy(key, folder / "key.pem")
    ids = f"{account.pw_uid}:{account.pw_gid}"
    (folder / "passwords").write_text("".join(f"{login}:{PASSWORD}::::::\n" for login in server.logins))
    (folder / "kinds").write_text(
        f"full:x:{ids}::{folder}::\n"
        f"plain:x:{ids}::{folder}::userdb_imap_capability={PLAIN_CAPABILITY}\n"
        f"small:x:{ids}::{folder}::userdb_quota=count:User quota userdb_quota_vsizes=yes userdb_quota_rule=*:storage={QUOTA_KB}K "
        f"userdb_quota_max_mail_size={MAX_MESSAGE_KB}K\n"
    )
    (folder / "dovecot.conf").write_text(
        CONFIG.format(
            folder=folder,
            user=account.pw_name,
            group=grp.getgrgid(account.pw_gid).gr_name,
            tls_port=server.tls_port,
            starttls_port=server.starttls_port,
        )
    )
    if os.geteuid() == 0:
        folder.chmod(0o755)
        for path in (folder, *folder.rglob("*")):
            os.chown(path, account.pw_uid, account.pw_gid)
