"""The systems that a move reads from and writes to. A server's kind decides its fields; its secret is never among them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from skyflytt.project.fields import Email, Endpoint, Host, LocalPath, Port, RemoteRoot, Text
from skyflytt.project.part import Part

Security = Literal["tls", "starttls"]
KIND = "What the server is; decides its other keys."
HOST = "Host name or address."
CA_FILE = "PEM file of the authority that signed the server's certificate, where it is not a public one."
EXAMPLE_HOST = ["mail.example.com"]


def imap_port(given: dict[str, Any]) -> int:
    return 143 if given.get("security") == "starttls" else 993


def smtp_port(given: dict[str, Any]) -> int:
    return {"tls": 465, "none": 25}.get(str(given.get("security")), 587)


class ImapServer(Part):
    """An IMAP server. Each mailbox logs in with its own `login`."""

    kind: Literal["imap"] = Field(description=KIND)
    host: Host = Field(description=HOST, examples=EXAMPLE_HOST)
    security: Security = Field(
        default="tls", description="tls: encrypted from the first byte; starttls: encrypted before the login."
    )
    port: Port = Field(default_factory=imap_port, description="Port; without it 993, or 143 with starttls.")
    ca_file: LocalPath | None = Field(default=None, description=CA_FILE)


class MaildirServer(Part):
    """Mailboxes as Maildir folders on this machine. A mailbox's `login` is its folder below `root`."""

    kind: Literal["maildir"] = Field(description=KIND)
    root: LocalPath = Field(description="Folder that holds one Maildir per mailbox.", examples=["mail"])


class SftpServer(Part):
    """A file server over SSH. Its host key must be known."""

    kind: Literal["sftp"] = Field(description=KIND)
    host: Host = Field(description=HOST, examples=["files.example.com"])
    port: Port = Field(default=22, description="Port.")
    user: Text = Field(description="Account that the migration logs in with.", examples=["migration"])
    known_hosts: LocalPath | None = Field(
        default=None, description="File with the server's host key, in OpenSSH's form; without it, the user's own."
    )
    key_file: LocalPath | None = Field(default=None, description="Private key to log in with, instead of a password.")
    root: RemoteRoot = Field(default="/", description="Folder at the server that all paths are below.")


class LocalServer(Part):
    """A folder that this machine reaches, such as a mounted disk."""

    kind: Literal["local"] = Field(description=KIND)
    root: LocalPath = Field(description="Folder that all paths are below.", examples=["/mnt/archive"])


class FtpsServer(Part):
    """An FTPS server (explicit TLS) that a drop is opened on."""

    kind: Literal["ftps"] = Field(description=KIND)
    host: Host = Field(description=HOST, examples=["drop.example.com"])
    port: Port = Field(default=21, description="Port of the control connection.")
    ca_file: LocalPath | None = Field(default=None, description=CA_FILE)
    accounts_dir: LocalPath | None = Field(
        default=None, description="State folder of the embedded drop server, when this is one."
    )


class S3Server(Part):
    """An S3 bucket, or a part of one, that a drop is opened in."""

    kind: Literal["s3"] = Field(description=KIND)
    endpoint_url: Endpoint | None = Field(
        default=None, description="Address of the S3 service; without it, AWS.", examples=["https://s3.example.com"]
    )
    bucket: Text = Field(description="Name of the bucket.", examples=["handover"])
    region: Text | None = Field(default=None, description="Region of the bucket.", examples=["eu-north-1"])
    prefix: Text | None = Field(
        default=None, description="Where in the bucket everything goes; without it, at the top.", examples=["norrsken/"]
    )
    access_key_id: Text | None = Field(
        default=None, description="Id of the access key; its secret half is the server's secret."
    )
    ca_file: LocalPath | None = Field(default=None, description=CA_FILE)


class SmtpServer(Part):
    """The server that messages to the customer and the team go out through."""

    kind: Literal["smtp"] = Field(description=KIND)
    host: Host = Field(description=HOST, examples=EXAMPLE_HOST)
    security: Literal["tls", "starttls", "none"] = Field(
        default="starttls", description="none: in clear, for a server on this machine only."
    )
    port: Port = Field(default_factory=smtp_port, description="Port; without it 587, 465 with tls, or 25 with none.")
    user: Text | None = Field(default=None, description="Account to log in with; without it, no login.")
    sender: Email = Field(description="Address that messages come from.", examples=["migration@example.com"])
    ca_file: LocalPath | None = Field(default=None, description=CA_FILE)


Server = Annotated[
    ImapServer | MaildirServer | SftpServer | LocalServer | FtpsServer | S3Server | SmtpServer,
    Field(discriminator="kind", description="A server; its `kind` decides which other keys it has."),
]

MAIL_KINDS = ("imap", "maildir")
FILE_KINDS = ("sftp", "local")
DROP_KINDS = ("ftps", "s3")
KINDS = (*MAIL_KINDS, *FILE_KINDS, *DROP_KINDS, "smtp")
