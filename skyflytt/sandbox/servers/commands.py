"""Which servers a sandbox has, and the command line of each. No secret is on it."""

from __future__ import annotations

from skyflytt.sandbox.company.people import STAFF
from skyflytt.sandbox.exchange import running
from skyflytt.sandbox.keys import host_key
from skyflytt.sandbox.processes import python
from skyflytt.sandbox.state import Kind, Sandbox, Server

SERVERS: dict[str, Kind] = {
    "handover-s3": "s3",
    "handover": "ftps",
    "post": "smtp",
    "old-mail": "ews",
    "new-mail": "imap",
    "old-files": "sftp",
    "new-files": "sftp",
}
# These can start while the company's data is still being made.
WITHOUT_DATA = ("handover-s3", "handover", "post")
SFTP_USER = "migration"
BUCKET = "handover"
REGION = "eu-north-1"


def command(sandbox: Sandbox, server: Server) -> list[str]:
    return {"imap": imap, "ews": ews, "sftp": sftp, "ftps": ftps, "s3": s3, "smtp": smtp}[server.kind](sandbox, server)


def imap(sandbox: Sandbox, server: Server) -> list[str]:
    logins = [f"--login={person.address}=mailboxes.{person.key}.target" for person in STAFF]
    return [
        *python("skyflytt.sandbox.servers.imap", "--port", str(server.port), "--cert", str(sandbox.certificate)),
        *("--store", str(sandbox.root / server.name / "mail.sqlite"), "--secrets", str(sandbox.secrets_file), *logins),
    ]


def ews(sandbox: Sandbox, server: Server) -> list[str]:
    folder = sandbox.root / server.name
    return running.command(
        folder, server.port, sandbox.certificate, sandbox.secrets_file, clock_file=sandbox.clock_file
    )


def sftp(sandbox: Sandbox, server: Server) -> list[str]:
    return [
        *python("skyflytt.sandbox.servers.sftp", "--port", str(server.port), "--user", SFTP_USER),
        *("--host-key", str(host_key(sandbox, server.name)), "--root", str(sandbox.root / server.name)),
        *("--secrets", str(sandbox.secrets_file), "--secret-key", f"servers.{server.name}"),
    ]


def ftps(sandbox: Sandbox, server: Server) -> list[str]:
    return [
        *python("skyflytt.drop.server", "--port", str(server.port), "--cert", str(sandbox.certificate)),
        *("--accounts-dir", str(sandbox.drop)),
        *(["--clock-file", str(sandbox.clock_file)] if sandbox.clock_file else []),
    ]


def s3(sandbox: Sandbox, server: Server) -> list[str]:
    key = sandbox.root / "tls" / "key.pem"
    return python(
        "moto.server", "-H", "127.0.0.1", "-p", str(server.port), "-c", str(sandbox.certificate), "-k", str(key)
    )


def smtp(sandbox: Sandbox, server: Server) -> list[str]:
    return [
        *python("skyflytt.sandbox.servers.smtp", "--port", str(server.port), "--folder", str(sandbox.post)),
        *(["--clock-file", str(sandbox.clock_file)] if sandbox.clock_file else []),
    ]
