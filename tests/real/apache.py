"""Apache with mod_dav on loopback: TLS, one port that asks for Basic and one for Digest, as nobody when root runs the suite."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.real.processes import free_port, running

NOBODY = 65534
REALM = "skyflytt test"
TOKEN = "mF_9.B5f-4.1JqM"
MODULES = Path("/usr/lib/apache2/modules")
LOADED = "mpm_event authn_core authn_file authz_core authz_user auth_basic auth_digest dir autoindex dav dav_fs ssl headers rewrite setenvif"
CONFIG = """
{loading}
ServerName localhost
ServerRoot {folder}
DefaultRuntimeDir {folder}
PidFile {folder}/pid
ErrorLog {folder}/error.log
LogFormat "%m %U %>s %{{Content-Range}}i" requests
CustomLog {folder}/requests.log requests
LogFormat "%h %l %u %t \\"%r\\" %>s %b \\"%{{Referer}}i\\" \\"%{{User-Agent}}i\\"" combined
CustomLog {folder}/access.log combined
{identity}
Listen 127.0.0.1:{basic}
Listen 127.0.0.1:{digest}
StartServers 1
DavLockDB {folder}/locks/db
DocumentRoot {content}
SSLCertificateFile {certificate}
SSLCertificateKeyFile {key}
KeepAliveTimeout 1
<Directory />
  AllowOverride None
  Require all denied
</Directory>
<Directory {content}>
  Options Indexes FollowSymLinks
  Dav On
  AuthName "{realm}"
  Require valid-user
  Require env token_is_right
</Directory>
RewriteEngine On
<VirtualHost 127.0.0.1:{basic}>
  SSLEngine on
  RewriteEngine On
  RewriteRule ^/elsewhere https://example.invalid/ [R=302,L]
  RewriteRule ^/busy - [R=503,L]
  Header always set Retry-After 17 "expr=%{{REQUEST_STATUS}} == 503"
  SetEnvIf Authorization "^Bearer {token}$" token_is_right
  <Location />
    AuthType Basic
    AuthUserFile {folder}/passwords
  </Location>
</VirtualHost>
<VirtualHost 127.0.0.1:{digest}>
  SSLEngine on
  <Location />
    AuthType Digest
    AuthDigestProvider file
    AuthUserFile {folder}/digests
  </Location>
</VirtualHost>
"""


@dataclass(frozen=True)
class Apache:
    """A running server with one account, which sees the folder `content`; who writes there is `owner`, if not this user."""

    port: int
    digest_port: int
    user: str
    password: str
    content: Path
    requests_log: Path
    owner: int | None

    def requests(self, *, after: str = "") -> list[str]:
        """`METHOD /path STATUS content-range`, one line each; only those after the last of the method `after`."""
        lines = self.requests_log.read_text().splitlines()
        last = max((n for n, line in enumerate(lines, 1) if line.startswith(f"{after} ")), default=0) if after else 0
        return lines[last:]


@contextlib.contextmanager
def running_apache(program: str, folder: Path, content: Path, certificate: Path, key: Path) -> Iterator[Apache]:
    """The server `program` with its own files in `folder`; both folders must be reachable by everybody."""
    owner = NOBODY if os.geteuid() == 0 else None
    server = Apache(free_port(), free_port(), "överlämning", "hemlig åäö 7", content, folder / "requests.log", owner)
    locks = folder / "locks"
    locks.mkdir(parents=True)
    if owner is not None:
        os.chown(locks, owner, owner)
    _make_account(folder, server)
    config = folder / "httpd.conf"
    config.write_text(
        CONFIG.format(
            loading="\n".join(f"LoadModule {name}_module {MODULES}/mod_{name}.so" for name in LOADED.split()),
            folder=folder,
            identity=f"User #{NOBODY}\nGroup #{NOBODY}" if owner is not None else "",
            basic=server.port,
            digest=server.digest_port,
            content=content,
            certificate=certificate,
            key=key,
            realm=REALM,
            token=TOKEN,
        )
    )
    with running([program, "-DFOREGROUND", "-f", str(config)], server.port, folder / "log"):
        yield server


def _make_account(folder: Path, server: Apache) -> None:
    password = base64.b64encode(hashlib.sha1(server.password.encode()).digest()).decode()
    (folder / "passwords").write_text(f"{server.user}:{{SHA}}{password}\n")
    digest = hashlib.md5(f"{server.user}:{REALM}:{server.password}".encode()).hexdigest()
    (folder / "digests").write_text(f"{server.user}:{REALM}:{digest}\n")
