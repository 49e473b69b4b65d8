"""The systems that a move reads from and writes to. A server's kind decides its fields; its secret is never among them. One file per kind."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from skyflytt.project.servers.ews import EwsServer
from skyflytt.project.servers.ftps import DropAccounts, FtpsServer
from skyflytt.project.servers.imap import ImapServer, imap_port
from skyflytt.project.servers.local import LocalServer
from skyflytt.project.servers.maildir import MaildirServer
from skyflytt.project.servers.pst import PstServer
from skyflytt.project.servers.s3 import S3Server
from skyflytt.project.servers.sftp import SftpServer
from skyflytt.project.servers.smb import SmbServer
from skyflytt.project.servers.smtp import SmtpServer, smtp_port
from skyflytt.project.servers.webdav import WebdavServer

__all__ = [
    "DROP_KINDS",
    "FILE_KINDS",
    "KINDS",
    "LINK_KINDS",
    "MAIL_KINDS",
    "READ_ONLY_MAIL_KINDS",
    "TOKEN_KINDS",
    "DropAccounts",
    "EwsServer",
    "FtpsServer",
    "ImapServer",
    "LocalServer",
    "MaildirServer",
    "PstServer",
    "S3Server",
    "Server",
    "SftpServer",
    "SmbServer",
    "SmtpServer",
    "WebdavServer",
    "imap_port",
    "smtp_port",
]

Server = Annotated[
    ImapServer
    | EwsServer
    | MaildirServer
    | PstServer
    | SftpServer
    | SmbServer
    | WebdavServer
    | LocalServer
    | FtpsServer
    | S3Server
    | SmtpServer,
    Field(discriminator="kind", description="A server; its `kind` decides which other keys it has."),
]

MAIL_KINDS = ("imap", "ews", "maildir")
READ_ONLY_MAIL_KINDS = ("pst",)
FILE_KINDS = ("sftp", "ftps", "s3", "smb", "webdav", "local")
TOKEN_KINDS = ("s3", "smb", "webdav", "local")
"""Kinds whose protocol has a token that changes with a file."""
LINK_KINDS = ("sftp", "local")
"""Kinds at which symbolic links can be made."""
DROP_KINDS = ("ftps", "s3")
KINDS = (*MAIL_KINDS, *READ_ONLY_MAIL_KINDS, *FILE_KINDS, "smtp")
