"""The systems that a move reads from and writes to. A server's kind decides its fields; its secret is never among them. One file per kind."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from skyflytt.project.servers.by_hand import ByHandServer
from skyflytt.project.servers.cloudflare import CloudflareServer
from skyflytt.project.servers.dropbox import DropboxServer
from skyflytt.project.servers.ews import EwsServer
from skyflytt.project.servers.exchange_powershell import ExchangePowershellServer
from skyflytt.project.servers.ftps import DropAccounts, FtpsServer
from skyflytt.project.servers.graph import GraphServer
from skyflytt.project.servers.imap import ImapServer, imap_port
from skyflytt.project.servers.local import LocalServer
from skyflytt.project.servers.loopia import LoopiaServer
from skyflytt.project.servers.maildir import MaildirServer
from skyflytt.project.servers.microsoft365 import Microsoft365Server
from skyflytt.project.servers.pst import PstServer
from skyflytt.project.servers.rfc2136 import Rfc2136Server
from skyflytt.project.servers.route53 import Route53Server
from skyflytt.project.servers.s3 import S3Server
from skyflytt.project.servers.sftp import SftpServer
from skyflytt.project.servers.sharepoint import SharepointServer
from skyflytt.project.servers.smb import SmbServer
from skyflytt.project.servers.smtp import SmtpServer, smtp_port
from skyflytt.project.servers.ssh_accounts import SshAccountsServer
from skyflytt.project.servers.webdav import WebdavServer
from skyflytt.project.servers.webex import WebexServer

__all__ = [
    "DIRECTORY_KINDS",
    "DNS_KINDS",
    "DROP_KINDS",
    "FILE_KINDS",
    "KINDS",
    "LINK_KINDS",
    "MAIL_KINDS",
    "READ_ONLY_MAIL_KINDS",
    "TOKEN_KINDS",
    "ByHandServer",
    "CloudflareServer",
    "DropAccounts",
    "DropboxServer",
    "EwsServer",
    "ExchangePowershellServer",
    "FtpsServer",
    "GraphServer",
    "ImapServer",
    "LocalServer",
    "LoopiaServer",
    "MaildirServer",
    "Microsoft365Server",
    "PstServer",
    "Rfc2136Server",
    "Route53Server",
    "S3Server",
    "Server",
    "SftpServer",
    "SharepointServer",
    "SmbServer",
    "SmtpServer",
    "SshAccountsServer",
    "WebdavServer",
    "WebexServer",
    "imap_port",
    "smtp_port",
]

Server = Annotated[
    ImapServer
    | EwsServer
    | GraphServer
    | MaildirServer
    | PstServer
    | SftpServer
    | SmbServer
    | SharepointServer
    | WebdavServer
    | LocalServer
    | FtpsServer
    | S3Server
    | DropboxServer
    | SmtpServer
    | WebexServer
    | Microsoft365Server
    | ExchangePowershellServer
    | SshAccountsServer
    | Rfc2136Server
    | Route53Server
    | CloudflareServer
    | LoopiaServer
    | ByHandServer,
    Field(discriminator="kind", description="A server; its `kind` decides which other keys it has."),
]

MAIL_KINDS = ("imap", "ews", "graph", "maildir")
READ_ONLY_MAIL_KINDS = ("pst",)
FILE_KINDS = ("sftp", "ftps", "s3", "smb", "webdav", "local", "dropbox", "sharepoint")
TOKEN_KINDS = ("s3", "smb", "webdav", "local", "dropbox", "sharepoint")
"""Kinds whose protocol has a token that changes with a file."""
LINK_KINDS = ("sftp", "local")
"""Kinds at which symbolic links can be made."""
DROP_KINDS = ("ftps", "s3")
DIRECTORY_KINDS = ("webex", "microsoft365", "exchange-powershell", "ssh-accounts")
"""Kinds that have accounts and licences."""
DNS_KINDS = ("rfc2136", "route53", "cloudflare", "loopia", "by-hand")
"""Kinds that host zones."""
KINDS = (*MAIL_KINDS, *READ_ONLY_MAIL_KINDS, *FILE_KINDS, *DIRECTORY_KINDS, *DNS_KINDS, "smtp")
