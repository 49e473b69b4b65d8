"""The project file of the sandbox's customer, with the ports of the day."""

from __future__ import annotations

from datetime import date
from typing import Any

import yaml

from skyflytt.sandbox.company import application, exchange
from skyflytt.sandbox.company.people import ANNA, BENGT, CECILIA, DOMAIN, STAFF
from skyflytt.sandbox.keys import ACCESS_KEY
from skyflytt.sandbox.servers.commands import BUCKET, REGION, SFTP_USER
from skyflytt.sandbox.state import Sandbox, Server, write_if_changed

HEAD = (
    "# Norrsken Bygg AB leaves Gamla Molnet AB. Written by `skyflytt sandbox up`; changes are lost when ports change.\n"
)


def write(sandbox: Sandbox) -> None:
    text = yaml.safe_dump(project(sandbox), allow_unicode=True, sort_keys=False, width=130)
    write_if_changed(sandbox.project_file, HEAD + text)


def project(sandbox: Sandbox) -> dict[str, Any]:
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
        "servers": {name: server(sandbox, sandbox.servers[name]) for name in sandbox.servers},
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
        "domains": [{"name": DOMAIN, "registrar": "Loopia", "mail": True}],
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
    where = {"kind": server.kind, "host": server.host, "port": server.port}
    if server.kind == "ews":
        return {"kind": "ews", "url": f"https://{server.host}:{server.port}/EWS/Exchange.asmx", "ca_file": "ca.pem"}
    if server.kind == "imap":
        return {**where, "security": "tls", "ca_file": "ca.pem"}
    if server.kind == "sftp":
        return {**where, "user": SFTP_USER, "known_hosts": "known_hosts", "root": "/"}
    if server.kind == "ftps":
        return {**where, "ca_file": "ca.pem", "accounts_dir": sandbox.drop.name}
    if server.kind == "s3":
        endpoint = f"https://{server.host}:{server.port}"
        where = {"kind": "s3", "endpoint_url": endpoint, "bucket": BUCKET, "region": REGION}
        return {**where, "access_key_id": ACCESS_KEY, "ca_file": "ca.pem"}
    return {**where, "security": "none", "sender": "skyflytt@nyamolnet.example"}


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
        {"name": "Skrivaren på lagret", "kind": "printer", "owner": BENGT.name, "uses": ["smtp"]},
        {"name": "Annas telefon", "kind": "phone", "owner": ANNA.name, "uses": ["exchange"]},
        {"name": "Cecilias bærbare", "kind": "laptop", "owner": CECILIA.name, "uses": ["exchange", "sftp"]},
    ]
