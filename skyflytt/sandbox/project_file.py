"""The project file of the sandbox's customer, with the ports of the day."""

from __future__ import annotations

from datetime import date
from typing import Any

import yaml

from skyflytt.sandbox.company import application, exchange
from skyflytt.sandbox.company.domain import domain
from skyflytt.sandbox.company.internet import NAME_SERVERS, NEW
from skyflytt.sandbox.company.people import ANNA, BENGT, CECILIA, MAIL_TEST, PRINTER, STAFF
from skyflytt.sandbox.keys import ACCESS_KEY
from skyflytt.sandbox.nameserver.server import KEY_NAME
from skyflytt.sandbox.servers.commands import BUCKET, REGION, SFTP_USER
from skyflytt.sandbox.state import Sandbox, Server, write_if_changed

HEAD = (
    "# Norrsken Bygg AB leaves Gamla Molnet AB. Written by `skyflytt sandbox up`; changes are lost when ports change.\n"
)


OURS = {"own_addresses": ["127.0.0.1"]}
"""The migration itself signs in from there."""
NO_CONCERN = ("ns2", "resolver", "old-smtp")
"""Servers that a move finds by itself, or by their names."""


def write(sandbox: Sandbox) -> None:
    text = yaml.safe_dump(project(sandbox), allow_unicode=True, sort_keys=False, width=130)
    write_if_changed(sandbox.project_file, HEAD + text)


def project(sandbox: Sandbox) -> dict[str, Any]:
    mail_port = sandbox.servers["new-smtp"].port
    return {
        "project": "norrsken",
        "time_zone": "Europe/Stockholm",
        "playbook": "hosted-office-exit",
        "customer": customer(),
        "contract": {
            "provider": "Gamla Molnet AB",
            "notice_given": date(2026, 8, 8),
            "notice": {"rule": "started-months", "months": 2},
            "retrieval_days": 3,
            "erasure_days": 7,
            "data_act": True,
        },
        "servers": {name: server(sandbox, one) for name, one in sandbox.servers.items() if name not in NO_CONCERN}
        | {"outside": {"kind": "maildir", "root": sandbox.outside.name}},
        "mailboxes": [
            {
                "name": person.key,
                "source": {"server": "old-mail", "login": person.address},
                "target": {"server": "new-mail", "login": person.address},
                "folders": {
                    "exclude": [exchange.place(person, "Junk")],
                    **({"rename": {"Gammalt": "Arkiv/Gammalt"}} if person is ANNA else {}),
                },
            }
            for person in STAFF
        ],
        "shares": [share("homes", "Z:"), share("company", "G:")],
        "applications": [
            {
                "name": "visma",
                "product": "Visma Administration 2000",
                "version": application.VERSION,
                "backup": {"share": "company", "path": "Visma/Backup"},
                "licence_owner": ANNA.name,
            }
        ],
        "domains": [domain([_at(sandbox, name) for name in NAME_SERVERS], _at(sandbox, "resolver"), mail_port)],
        "logs": [
            {"name": "old-smtp", "path": f"{sandbox.old_logs.name}/mail.log", "kind": "postfix", **OURS},
            {"name": "old-web", "path": f"{sandbox.old_logs.name}/iis", "kind": "iis", **OURS},
        ],
        "devices": devices(),
        "drops": [
            {"name": "handover", "server": "handover", "days": 3, "contents": ["mailboxes", "applications", "shares"]},
            {"name": "exports", "server": "handover-s3", "days": 3, "contents": ["mailboxes", "applications"]},
        ],
    }


def customer() -> dict[str, Any]:
    people = ((ANNA, "owner"), (BENGT, "approver"), (CECILIA, "team"))
    contacts = [
        {"name": person.name, "email": person.address, "role": role, "language": person.language}
        for person, role in people
    ]
    return {"name": "Norrsken Bygg AB", "language": "sv", "contacts": contacts}


def server(sandbox: Sandbox, server: Server) -> dict[str, Any]:
    """What the project file says of one of the sandbox's servers."""
    made = {
        "ews": _ews,
        "imap": _imap,
        "sftp": _sftp,
        "ftps": _ftps,
        "s3": _s3,
        "dns": _dns,
        "smtp": _smtp,
        "mail": _smtp,
    }
    return made[server.kind](sandbox, server)


def _at(sandbox: Sandbox, name: str) -> str:
    server = sandbox.servers[name]
    return f"{server.host}:{server.port}"


def _where(server: Server, kind: str) -> dict[str, Any]:
    return {"kind": kind, "host": server.host, "port": server.port}


def _ews(_sandbox: Sandbox, server: Server) -> dict[str, Any]:
    return {"kind": "ews", "url": f"https://{server.host}:{server.port}/EWS/Exchange.asmx", "ca_file": "ca.pem"}


def _imap(_sandbox: Sandbox, server: Server) -> dict[str, Any]:
    return {**_where(server, "imap"), "security": "tls", "ca_file": "ca.pem"}


def _sftp(_sandbox: Sandbox, server: Server) -> dict[str, Any]:
    return {**_where(server, "sftp"), "user": SFTP_USER, "known_hosts": "known_hosts", "root": "/"}


def _ftps(sandbox: Sandbox, server: Server) -> dict[str, Any]:
    return {**_where(server, "ftps"), "ca_file": "ca.pem", "accounts_dir": sandbox.drop.name}


def _s3(_sandbox: Sandbox, server: Server) -> dict[str, Any]:
    endpoint = f"https://{server.host}:{server.port}"
    where = {"kind": "s3", "endpoint_url": endpoint, "bucket": BUCKET, "region": REGION}
    return {**where, "access_key_id": ACCESS_KEY, "ca_file": "ca.pem"}


def _dns(_sandbox: Sandbox, server: Server) -> dict[str, Any]:
    return {**_where(server, "rfc2136"), "key_name": KEY_NAME.rstrip(".")}


def _smtp(_sandbox: Sandbox, server: Server) -> dict[str, Any]:
    """The relay of the notices, and the server that the new home's people send through."""
    signed_in = {"user": MAIL_TEST, "sender": MAIL_TEST} if server.kind == "mail" else {"sender": f"skyflytt@{NEW}"}
    return {**_where(server, "smtp"), "security": "none", **signed_in}


def share(name: str, letter: str) -> dict[str, Any]:
    return {
        "name": name,
        "letter": letter,
        "source": {"server": "old-files", "path": name},
        "target": {"server": "new-files", "path": name},
        "exclude": ["*.tmp", "Thumbs.db"],
    }


def devices() -> list[dict[str, Any]]:
    return [
        {"name": "Skrivaren på lagret", "kind": "printer", "owner": BENGT.name, "account": PRINTER, "uses": ["smtp"]},
        {"name": "Annas telefon", "kind": "phone", "owner": ANNA.name, "uses": ["exchange"]},
        {"name": "Cecilias bærbare", "kind": "laptop", "owner": CECILIA.name, "uses": ["exchange", "sftp"]},
    ]
