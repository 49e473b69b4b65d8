"""What every block keeps to: it explains itself in the UI, gives back what it was given, and never shows a secret."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from prefect.blocks.core import Block
from pydantic import ValidationError

import blocks
from blocks import (
    Cloudflare,
    Dropbox,
    ExchangeOnline,
    ExchangePowershell,
    ExchangeServer,
    FileServer,
    FtpsDrop,
    Loopia,
    MailboxServer,
    Microsoft365,
    MigrationProject,
    NameServer,
    Route53,
    S3Drop,
    SharepointLibrary,
    SmbShare,
    SmtpServer,
    SshAccounts,
    WebdavFolder,
    Webex,
)
from blocks.failures import BlockInvalid, BlockMissing
from blocks.outside import block_name
from blocks.project import BLOCK_OF_KIND, BlockSecrets, system_block
from deployments.stack import api, server
from skyflytt.project.secrets import SecretMissing
from skyflytt.project.servers import (
    CloudflareServer,
    DropboxServer,
    EwsServer,
    ExchangePowershellServer,
    FtpsServer,
    GraphServer,
    ImapServer,
    LoopiaServer,
    Microsoft365Server,
    Rfc2136Server,
    Route53Server,
    S3Server,
    SftpServer,
    SharepointServer,
    SmbServer,
    SshAccountsServer,
    WebdavServer,
    WebexServer,
)
from skyflytt.project.servers import SmtpServer as SmtpSettings

SECRET, OTHER_SECRET = "blåbärsris-7719", "vinterdäck-0043"
ALL: list[type[Block]] = [getattr(blocks, name) for name in blocks.__all__]
SETTINGS: dict[type[Block], dict[str, Any]] = {
    ExchangeServer: {
        "kind": "ews", "url": "https://mail.example/EWS/Exchange.asmx", "autodiscover": "hosted.example",
        "auth": "oauth", "user": "EXAMPLE\\migration",
        "access": "impersonation", "store": "archive", "hidden_items": True, "recoverable_items": True, "connections": 9,
        "client_id": "app", "token_url": "https://login.example/token", "token_scope": "https://mail.example/.default",
        "ca_file": "/etc/ca.pem",
    },
    FileServer: {
        "kind": "sftp", "host": "files.example", "port": 2222, "user": "migration",
        "known_hosts": "/etc/known", "key_file": "/etc/key", "agent": True, "root": "/data",
        "connections": 2, "digests": "read",
    },
    FtpsDrop: {
        "kind": "ftps", "host": "drop.example", "port": 2121, "ca_file": "/etc/ca.pem", "accounts_dir": None,
        "manage": {
            "software": "vsftpd", "host": "ssh.example", "port": 2222, "user": "keeper", "known_hosts": "/etc/known",
            "key_file": "/etc/key", "agent": True, "accounts": "/srv/accounts", "files": "/srv/files", "log": "/srv/log",
        },
        "user": "migration", "root": "/in", "times": "mdtm", "connections": 2,
    },
    MailboxServer: {
        "kind": "imap", "host": "mail.example", "port": 1143, "security": "starttls", "ca_file": "/etc/ca.pem",
        "login_by": "xoauth2", "timeout_s": 30.0, "connections": 4, "compress": True,
    },
    S3Drop: {
        "kind": "s3", "endpoint_url": "https://s3.example:9000", "bucket": "handover", "region": "eu-north-1",
        "prefix": "norrsken/", "access_key_id": "AKIA1", "ca_file": "/etc/ca.pem",
        "connections": 2, "hand_out": "temporary", "role": "arn:aws:iam::123456789012:role/drop", "role_hours": 12,
        "users": "rgw", "accounts_url": "https://sts.example",
    },
    SmbShare: {
        "kind": "smb", "host": "files.example", "port": 4455, "share": "data", "user": "migration", "domain": "EXAMPLE",
        "auth": "kerberos", "protection": "signed", "root": "/homes", "connections": 2,
    },
    WebdavFolder: {
        "kind": "webdav", "host": "cloud.example", "port": 8443, "root": "/dav/files", "auth": "digest", "user": "migration",
        "times": "win32", "ca_file": "/etc/ca.pem", "connections": 2,
    },
    Webex: {
        "kind": "webex", "url": "https://webex.example/v1", "organisation": "Y2lzY28", "trials": ["Sub-prov1"],
        "ca_file": "/etc/ca.pem",
    },
    SmtpServer: {
        "kind": "smtp", "host": "smtp.example", "port": 2525, "security": "tls", "user": "skyflytt",
        "sender": "move@example.com", "ca_file": "/etc/ca.pem",
    },
    NameServer: {
        "kind": "rfc2136", "host": "ns0.example", "port": 5353, "key_name": "skyflytt.example", "algorithm": "hmac-sha512",
    },
    Route53: {
        "kind": "route53", "access_key_id": "AKIA1", "zone_id": "Z1", "endpoint_url": "https://route53.example",
        "ca_file": "/etc/ca.pem",
    },
    Cloudflare: {
        "kind": "cloudflare", "zone_id": "023e", "url": "https://dns.example/v4", "ca_file": "/etc/ca.pem",
    },
    Loopia: {
        "kind": "loopia", "user": "move@loopiaapi", "customer_number": "4711", "url": "https://dns.example/RPCSERV",
        "ca_file": "/etc/ca.pem",
    },
    Microsoft365: {
        "kind": "microsoft365", "tenant": "norrsken.example", "client_id": "app", "auth": "certificate",
        "certificate_file": "/etc/app.pem", "token_file": "/var/lib/tokens", "login_url": "https://login.example",
        "graph_url": "https://graph.example", "ca_file": "/etc/ca.pem",
    },
    SharepointLibrary: {
        "kind": "sharepoint", "tenant": "norrsken.example", "client_id": "app", "auth": "certificate",
        "certificate_file": "/etc/app.pem", "token_file": "/var/lib/tokens", "login_url": "https://login.example",
        "graph_url": "https://graph.example", "ca_file": "/etc/ca.pem", "site": "norrsken.sharepoint.com/sites/Projekt",
        "library": "Ritningar", "user": None, "drive": None, "root": "/2024", "connections": 2, "uploads_file": "/var/lib/uploads",
    },
    ExchangeOnline: {
        "kind": "graph", "tenant": "norrsken.example", "client_id": "app", "auth": "certificate",
        "certificate_file": "/etc/app.pem", "token_file": "/var/lib/tokens", "connections": 2,
        "login_url": "https://login.example", "graph_url": "https://graph.example", "ca_file": "/etc/ca.pem",
    },
    Dropbox: {
        "kind": "dropbox", "auth": "token", "app_key": "key", "team": "dbtid:1", "member": "it@norrsken.example", "acts_as": "admin",
        "space": "team", "root": "/Gemensamt", "url": "https://dropbox.example", "ca_file": "/etc/ca.pem", "connections": 2,
    },
    ExchangePowershell: {
        "kind": "exchange-powershell", "host": "mail.example", "port": 8443, "path": "PowerShell-Live", "auth": "kerberos",
        "user": "EXAMPLE\\migration", "organizational_unit": "hosting.example/Norrsken", "export_share": "\\\\files01\\pst",
        "ca_file": "/etc/ca.pem",
    },
    SshAccounts: {
        "kind": "ssh-accounts", "host": "shell.example", "port": 2222, "user": "migration", "known_hosts": "/etc/known",
        "key_file": "/etc/key", "agent": True, "sudo": True,
        "commands": {
            "accounts": {"command": "cat /etc/dovecot/users", "line": "(?P<account>[^:]+):.*"},
            "locked": None, "administrators": None, "seen": None, "unlock": None, "lock": None,
            "delete": {"command": "/usr/local/sbin/forget {account}", "absent": [6]},
        },
    },
}  # fmt: skip
MODELS: dict[type[Block], type[Any]] = {
    ExchangeServer: EwsServer,
    FileServer: SftpServer,
    FtpsDrop: FtpsServer,
    MailboxServer: ImapServer,
    S3Drop: S3Server,
    NameServer: Rfc2136Server,
    Route53: Route53Server,
    Cloudflare: CloudflareServer,
    Loopia: LoopiaServer,
    SharepointLibrary: SharepointServer,
    SmbShare: SmbServer,
    WebdavFolder: WebdavServer,
    SmtpServer: SmtpSettings,
    Microsoft365: Microsoft365Server,
    ExchangeOnline: GraphServer,
    ExchangePowershell: ExchangePowershellServer,
    Dropbox: DropboxServer,
    SshAccounts: SshAccountsServer,
    Webex: WebexServer,
}
OUTSIDE = list(MODELS)


def filled(block: type[Block]) -> Any:
    """The block with every setting other than its default, and its secrets."""
    if block is MigrationProject:
        return MigrationProject(file="/p.yaml", workspace="/w", ledger_url=f"postgresql://x:{SECRET}@db/ledger")
    more = {"mailbox_secrets": {"anna.source": OTHER_SECRET}} if block in (ExchangeServer, MailboxServer) else {}
    settings = {key: value for key, value in SETTINGS[block].items() if key != "kind"}
    return block(**settings, secret=SECRET, **more)


def test_every_block_is_tested() -> None:
    assert set(ALL) == {*MODELS, MigrationProject}
    assert set(BLOCK_OF_KIND.values()) == set(OUTSIDE)
    assert {
        model.model_fields["kind"].annotation.__args__[0]: block for block, model in MODELS.items()
    } == BLOCK_OF_KIND


@pytest.mark.parametrize("block", ALL)
def test_explains_itself(block: type[Block]) -> None:
    assert (block.get_block_type_name() or "").startswith("Skyflytt ")
    assert block.get_block_type_slug().startswith("skyflytt-")
    assert len(block.get_description() or "") > 20
    assert [name for name, field in block.model_fields.items() if not field.description] == []


def test_names_are_each_blocks_own() -> None:
    assert len({block.get_block_type_slug() for block in ALL}) == len(ALL)
    assert len({block.get_block_type_name() for block in ALL}) == len(ALL)


@pytest.mark.parametrize("block", ALL)
def test_shows_no_secret(block: type[Block]) -> None:
    made = filled(block)
    for shown in (repr(made), str(made), made.model_dump_json(), str(made.model_dump()), f"{made!r}"):
        assert SECRET not in shown
        assert OTHER_SECRET not in shown


@pytest.mark.parametrize("block", OUTSIDE)
def test_the_server_is_what_was_entered(block: type[Block]) -> None:
    found = filled(block).server()
    assert found == MODELS[block].model_validate(SETTINGS[block])
    assert found.model_dump(mode="json") == SETTINGS[block]


@pytest.mark.parametrize("block", OUTSIDE)
def test_defaults_are_those_of_the_project_file(block: type[Block]) -> None:
    """What is left empty in the UI means what it means when left out of the file."""
    needed = {name: SETTINGS[block][name] for name, field in block.model_fields.items() if field.is_required()}
    kind = SETTINGS[block]["kind"]
    assert block(**needed).server() == MODELS[block].model_validate({"kind": kind, **needed})


@pytest.mark.parametrize("block", OUTSIDE)
def test_secrets_are_under_the_keys_that_the_migration_asks_for(block: type[Block]) -> None:
    mailboxes = {"mailboxes.anna.source": OTHER_SECRET} if block in (ExchangeServer, MailboxServer) else {}
    assert filled(block).secrets("old") == {"servers.old": SECRET, **mailboxes}
    needed = {name: SETTINGS[block][name] for name, field in block.model_fields.items() if field.is_required()}
    assert block(**needed).secrets("old") == {}


def test_secrets_of_blocks_are_looked_up_in_order_and_never_shown() -> None:
    held = BlockSecrets({"servers.old": SECRET, "servers.empty": ""})
    assert held.get("mailboxes.anna.source", "servers.old") == SECRET
    assert SECRET not in repr(held)
    with pytest.raises(SecretMissing):
        held.get("servers.empty")


@pytest.mark.prefect
@pytest.mark.parametrize("block", ALL)
def test_is_stored_and_comes_back_whole(block: type[Block], prefect_harness: server.Server) -> None:
    name = f"kept-{block.get_block_type_slug()}"
    filled(block).save(name, overwrite=True)

    again, revealing = block.load(name), {"include_secrets": True}
    kept, entered = (
        one.model_dump(context=revealing, include=set(block.model_fields)) for one in (again, filled(block))
    )
    assert kept == entered
    assert SECRET in str(kept)
    with api.client(prefect_harness.home, prefect_harness.url) as calls:
        shown = document(calls, block, name)
    assert SECRET not in shown
    assert OTHER_SECRET not in shown
    assert "********" in shown


def document(calls: httpx.Client, block: type[Block], name: str) -> str:
    """The block's document as the API gives it when nobody asks for secrets."""
    path = f"/block_types/slug/{block.get_block_type_slug()}/block_documents/name/{name}"
    return json.dumps(calls.get(path).raise_for_status().json(), ensure_ascii=False)


class OneServer:
    """As much of a project as the look-up of a block needs."""

    project = "fjall"

    def server(self, _name: str) -> Any:
        return SftpServer.model_validate(SETTINGS[FileServer])


@pytest.mark.prefect
def test_a_block_that_is_not_there_is_told(prefect_harness: server.Server) -> None:
    with pytest.raises(BlockMissing, match="There is no block fjall-nowhere: no Skyflytt file server of this name"):
        system_block(OneServer(), "nowhere")  # type: ignore[arg-type]


@pytest.mark.prefect
def test_a_block_that_was_made_wrong_is_told_without_what_was_entered(prefect_harness: server.Server) -> None:
    filled(FileServer).save(block_name("fjall", "bent"), overwrite=True)
    with api.client(prefect_harness.home, prefect_harness.url) as calls:
        path = f"/block_types/slug/skyflytt-file-server/block_documents/name/{block_name('fjall', 'bent')}"
        found = calls.get(path).raise_for_status().json()
        body = {"block_schema_id": found["block_schema_id"], "data": {"port": SECRET}}
        calls.patch(f"/block_documents/{found['id']}", json=body).raise_for_status()
    with pytest.raises(BlockInvalid, match="port: ") as told:
        system_block(OneServer(), "bent")  # type: ignore[arg-type]
    assert SECRET not in str(told.value)


def test_settings_that_the_migration_refuses_are_refused() -> None:
    with pytest.raises(ValidationError):
        FileServer(host="https://files.example/", user="migration").server()
