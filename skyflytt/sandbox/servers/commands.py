"""Which servers a sandbox has, and the command line of each. No secret is on it."""

from __future__ import annotations

from skyflytt.sandbox.company.domain import OUTSIDE
from skyflytt.sandbox.company.internet import NAME_SERVERS, NEW, NEW_MAIL, OLD, OLD_MAIL, OUTSIDE_MAIL, RESOLVER
from skyflytt.sandbox.company.people import DOMAIN, MAIL_TEST, PRINTER, STAFF
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
    "ns1": "dns",
    "ns2": "dns",
    "resolver": "resolver",
    "old-smtp": "mail",
    "new-smtp": "mail",
}
HOSTS = {
    **NAME_SERVERS,
    "resolver": RESOLVER,
    "old-smtp": OLD_MAIL,
    "new-smtp": NEW_MAIL,
}
FAMILIES = (("ns1", "ns2", "resolver"), ("old-smtp", "new-smtp"))
"""Servers that listen at the same port of different addresses, as all name servers and all mail servers of the world do."""
# These can start while the company's data is still being made.
WITHOUT_DATA = ("handover-s3", "handover", "post", "resolver", "old-smtp", "new-smtp")
SFTP_USER = "migration"
BUCKET = "handover"
REGION = "eu-north-1"


def command(sandbox: Sandbox, server: Server) -> list[str]:
    made = {"imap": imap, "ews": ews, "sftp": sftp, "ftps": ftps, "s3": s3, "smtp": smtp, "mail": mail}
    made |= {"dns": name_server, "resolver": resolver}
    return made[server.kind](sandbox, server)


def host(name: str) -> str:
    return HOSTS.get(name, "localhost")


def family(name: str) -> tuple[str, ...]:
    """The servers that share a port with this one, itself among them."""
    return next((one for one in FAMILIES if name in one), (name,))


def addresses(servers: tuple[str, ...]) -> list[str]:
    """Where the port of these servers has to be free. The post office takes the mail of the world outside, at the mail servers' port."""
    outside = [OUTSIDE_MAIL] if "old-smtp" in servers else []
    return [HOSTS.get(name, "127.0.0.1") for name in servers] + outside


def imap(sandbox: Sandbox, server: Server) -> list[str]:
    logins = [f"--login={pair}" for pair in _logins("target", "new")]
    return [
        *python("skyflytt.sandbox.servers.imap", "--port", str(server.port), "--cert", str(sandbox.certificate)),
        *("--store", str(sandbox.root / server.name / "mail.sqlite"), "--secrets", str(sandbox.secrets_file), *logins),
    ]


def ews(sandbox: Sandbox, server: Server) -> list[str]:
    folder = sandbox.root / server.name
    line = running.command(
        folder, server.port, sandbox.certificate, sandbox.secrets_file, clock_file=sandbox.clock_file
    )
    shares = ("--share", f"G={sandbox.root / 'old-files' / 'company'}")
    return [*line, "--access-log", str(sandbox.old_logs / "iis"), *shares]


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
        *("--outside", f"{OUTSIDE_MAIL}:{sandbox.servers['old-smtp'].port}"),
        *("--mailbox", f"{OUTSIDE}={sandbox.outside / OUTSIDE.partition('@')[0]}"),
        *_clock(sandbox),
    ]


def mail(sandbox: Sandbox, server: Server) -> list[str]:
    old, trust = server.name == "old-smtp", str(sandbox.ca_file)
    logins = _logins("source", "old") if old else _logins("target", "new")
    where = ["--exchange", str(running.store_file(sandbox.root / "old-mail"))]
    if not old:
        where = ["--imap", f"localhost:{sandbox.servers['new-mail'].port}"]
    return [
        *python("skyflytt.sandbox.mailserver", "--host", server.host, "--port", str(server.port)),
        *("--name", f"mail.{OLD if old else NEW}", "--cert", str(sandbox.certificate), "--ca-file", trust),
        *("--domain", DOMAIN, "--secrets", str(sandbox.secrets_file), "--resolver", _at(sandbox.servers["resolver"])),
        *("--log", str(sandbox.old_logs / "mail.log" if old else sandbox.root / "logs" / "new-mail-traffic.log")),
        *where,
        *(f"--login={pair}" for pair in logins),
        f"--sender={PRINTER}=devices.printer",
        *_clock(sandbox),
    ]


def name_server(sandbox: Sandbox, server: Server) -> list[str]:
    other = sandbox.servers["ns2" if server.name == "ns1" else "ns1"]
    return [
        *python("skyflytt.sandbox.nameserver", "--host", server.host, "--port", str(server.port)),
        *("--zones", str(sandbox.root / server.name), "--secrets", str(sandbox.secrets_file)),
        *("--secret-key", "servers.ns1", "--secondary" if server.name == "ns1" else "--primary", _at(other)),
    ]


def resolver(sandbox: Sandbox, server: Server) -> list[str]:
    asked = [part for name in NAME_SERVERS for part in ("--ask", _at(sandbox.servers[name]))]
    return [
        *python("skyflytt.sandbox.nameserver", "--host", server.host, "--port", str(server.port), *asked),
        *_clock(sandbox),
    ]


def _logins(side: str, end: str) -> list[str]:
    """Each mailbox at one of the two providers, with the key of its password."""
    staff = [f"{person.address}=mailboxes.{person.key}.{side}" for person in STAFF]
    return [*staff, f"{MAIL_TEST}=mailboxes.{DOMAIN}.{end}"]


def _at(server: Server) -> str:
    return f"{server.host}:{server.port}"


def _clock(sandbox: Sandbox) -> list[str]:
    return ["--clock-file", str(sandbox.clock_file)] if sandbox.clock_file else []
