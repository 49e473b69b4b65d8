"""The sandbox's own certificate authority, host keys and passwords; made once."""

from __future__ import annotations

import base64
import json
import os
import shutil
from pathlib import Path

import asyncssh
import trustme

from skyflytt.drop.accounts import new_secret
from skyflytt.sandbox.company.internet import NEW, NEW_MAIL, OLD, OLD_MAIL
from skyflytt.sandbox.company.people import DOMAIN, STAFF
from skyflytt.sandbox.state import Sandbox, write_if_changed

ACCESS_KEY = "SANDBOXACCESSKEY"
CERTIFIED = ("localhost", "127.0.0.1", "::1", f"mail.{OLD}", f"mail.{NEW}", OLD_MAIL, NEW_MAIL)
"""The names and addresses that the servers' certificate is for."""


MADE = {
    "servers.handover-s3": lambda: f"{ACCESS_KEY}:{new_secret()}",
    "servers.ns1": lambda: base64.b64encode(os.urandom(32)).decode(),
}


def make_certificates(sandbox: Sandbox) -> None:
    """`tls/` with the authority's certificate and one server certificate for localhost; whole or not at all."""
    folder = sandbox.root / "tls"
    if folder.exists() and not _is_for_all(folder):
        shutil.rmtree(folder)
    if not folder.exists():
        beside = sandbox.root / ".tls.filling"
        shutil.rmtree(beside, ignore_errors=True)
        beside.mkdir(mode=0o700)
        authority = trustme.CA(organization_name="Skyflytt sandbox")
        issued = authority.issue_cert(*CERTIFIED)
        (beside / "names").write_text("\n".join(CERTIFIED))
        authority.cert_pem.write_to_path(str(beside / "ca.pem"))
        issued.private_key_and_cert_chain_pem.write_to_path(str(beside / "server.pem"))
        issued.private_key_pem.write_to_path(str(beside / "key.pem"))
        beside.rename(folder)
    write_if_changed(sandbox.ca_file, (folder / "ca.pem").read_text())


def _is_for_all(folder: Path) -> bool:
    """A sandbox that was made by an earlier version has a certificate for fewer names."""
    names = folder / "names"
    return names.exists() and names.read_text() == "\n".join(CERTIFIED)


def host_key(sandbox: Sandbox, server: str) -> Path:
    return sandbox.root / "hostkeys" / server


def make_host_keys(sandbox: Sandbox) -> None:
    """A host key per SFTP server, and `known_hosts` (sshd(8)) with the ports of the day."""
    (sandbox.root / "hostkeys").mkdir(mode=0o700, exist_ok=True)
    lines = []
    for server in sandbox.servers.values():
        if server.kind != "sftp":
            continue
        path = host_key(sandbox, server.name)
        if not path.exists():
            private = asyncssh.generate_private_key("ssh-ed25519", comment=server.name).export_private_key()
            write_if_changed(path, private.decode(), mode=0o600)
        public = asyncssh.read_private_key(path).export_public_key().decode().split()
        lines.append(f"[{server.host}]:{server.port} {public[0]} {public[1]}\n")
    write_if_changed(sandbox.known_hosts, "".join(lines))


def make_secrets(sandbox: Sandbox) -> None:
    """A password for every account of the sandbox; those that exist stay. The S3 secret is `access key:secret key`."""
    known = json.loads(sandbox.secrets_file.read_text()) if sandbox.secrets_file.exists() else {}
    wanted = ["servers.old-files", "servers.new-files", "servers.handover", "servers.handover-s3"]
    wanted += [f"mailboxes.{person.key}.{side}" for person in STAFF for side in ("source", "target")]
    wanted += ["servers.ns1", "servers.new-smtp", f"mailboxes.{DOMAIN}.old", "devices.printer"]
    for key in wanted:
        if key not in known:
            known[key] = MADE.get(key, new_secret)()
    # Who sends through the new provider and reads there is one and the same account.
    known[f"mailboxes.{DOMAIN}.new"] = known["servers.new-smtp"]
    write_if_changed(sandbox.secrets_file, json.dumps(known, indent=2) + "\n", mode=0o600)
