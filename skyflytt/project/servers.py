"""The systems that a move reads from and writes to. A server's kind decides its fields; its secret is never among them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from skyflytt.project.fields import Email, Endpoint, EwsUrl, Host, LocalPath, Port, RemoteRoot, Text
from skyflytt.project.part import Part, wrong

Security = Literal["tls", "starttls"]
KIND = "What the server is; decides its other keys."
HOST = "Host name or address."
CA_FILE = "PEM file of the authority that signed the server's certificate, where it is not a public one."
EXAMPLE_HOST = ["mail.example.com"]
CONNECTIONS = (
    "Connections per share or drop at most; as many are used as pay. Lower it when the server complains of too many."
)


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
    login_by: Literal["password", "xoauth2"] = Field(
        default="password",
        description="xoauth2: the mailbox's secret is an OAuth 2.0 access token, as Gmail and Exchange Online want.",
    )
    timeout_s: float = Field(
        default=60.0, gt=0, le=3600, description="Seconds of silence after which the connection counts as lost."
    )
    connections: int = Field(
        default=2,
        ge=1,
        le=10,
        description="Connections per mailbox at most. Lower it when the server complains of too many.",
    )
    compress: bool = Field(
        default=False,
        description="Compress what goes over the line, where the server can; pays on lines below some 50 Mbit/s.",
    )


class EwsServer(Part):
    """A hosted Exchange, reached by Exchange Web Services. A mailbox's `login` is its primary address.

    The secret is the password; with auth oauth it is the application's secret, or an access token where there is no `client_id`.
    """

    kind: Literal["ews"] = Field(description=KIND)
    url: EwsUrl | None = Field(
        default=None,
        description="Address of the service; without it, autodiscover finds it by the mailbox's address.",
        examples=["https://mail.example.com/EWS/Exchange.asmx"],
    )
    autodiscover: Host | None = Field(
        default=None,
        description="Host outside the mailbox's domain that autodiscover may lead to, such as the provider's.",
        examples=["autodiscover.example.net"],
    )
    auth: Literal["basic", "ntlm", "oauth"] = Field(default="basic", description="How the account signs in.")
    user: Text | None = Field(
        default=None,
        description="Account that signs in for every mailbox; without it, each mailbox signs in for itself.",
        examples=["EXAMPLE\\migration"],
    )
    access: Literal["own", "delegation", "impersonation"] = Field(
        default="own", description="By which right the account opens a mailbox; a shared one is opened by delegation."
    )
    store: Literal["primary", "archive", "public"] = Field(
        default="primary", description="What is opened: the mailbox, its archive mailbox, or the public folders."
    )
    hidden_items: bool = Field(default=False, description="Hidden folders and items (views, rules, forms) come along.")
    recoverable_items: bool = Field(default=False, description="What was deleted and can be recovered comes along.")
    connections: int = Field(
        default=4, ge=1, le=20, description="Connections open at once, by all mailboxes and workers together."
    )
    client_id: Text | None = Field(default=None, description="Id of the application that signs in, with auth oauth.")
    token_url: EwsUrl | None = Field(default=None, description="Where the application gets its token, with auth oauth.")
    token_scope: Text | None = Field(
        default=None, description="What the application asks a token for, with auth oauth."
    )
    ca_file: LocalPath | None = Field(default=None, description=CA_FILE)

    @model_validator(mode="after")
    def says_how_to_sign_in(self) -> EwsServer:
        if self.access == "impersonation" and self.user is None and self.auth != "oauth":
            raise wrong("nobody is named who impersonates", "`user`: the service account")
        if (self.client_id is None) != (self.token_url is None):
            raise wrong("`client_id` and `token_url` belong together", "both, or neither and a token as the secret")
        return self


class MaildirServer(Part):
    """Mailboxes as Maildir folders on this machine. A mailbox's `login` is its folder below `root`."""

    kind: Literal["maildir"] = Field(description=KIND)
    root: LocalPath = Field(description="Folder that holds one Maildir per mailbox.", examples=["mail"])


class PstServer(Part):
    """PST files on this machine, such as a provider hands over. They are only read: no mailbox goes there, and nothing in them is deleted.

    A mailbox's `login` is its file below `root`, or a folder there whose PST files are together that mailbox.
    """

    kind: Literal["pst"] = Field(description=KIND)
    root: LocalPath = Field(description="Folder that holds the PST files.", examples=["handed-over"])
    password_note: Text | None = Field(
        default=None,
        description="Whom to ask for the files' passwords: Outlook wants them, Skyflytt does not. Never a password itself.",
        examples=["Anna Åström"],
    )


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
    agent: bool = Field(default=False, description="Log in with the keys that this machine's ssh-agent holds.")
    digests: Literal["shell", "read"] = Field(
        default="shell",
        description="How large files are compared: shell: where the account has one, the server runs sha256sum; else, and with read, "
        "they are read back.",
    )
    connections: int = Field(default=4, ge=1, le=16, description=CONNECTIONS)
    root: RemoteRoot = Field(default="/", description="Folder at the server that all paths are below.")


class SmbServer(Part):
    """A share at a Windows file server, Samba or a network disk. Connections are always signed, and encrypted unless told otherwise."""

    kind: Literal["smb"] = Field(description=KIND)
    host: Host = Field(description=HOST, examples=["files.example.com"])
    port: Port = Field(default=445, description="Port.")
    share: Text = Field(description="Name of the share.", examples=["data"])
    user: Text = Field(description="Account that the migration logs in with.", examples=["migration"])
    domain: Text | None = Field(
        default=None, description="Domain of the account, where it has one.", examples=["EXAMPLE"]
    )
    auth: Literal["ntlm", "kerberos"] = Field(
        default="ntlm",
        description="kerberos: with the ticket that this machine holds for the account (kinit), without a secret.",
    )
    protection: Literal["encrypted", "signed"] = Field(
        default="encrypted",
        description="encrypted: SMB 3 with encryption; signed: also older servers, whose data travels in clear.",
    )
    connections: int = Field(default=4, ge=1, le=16, description=CONNECTIONS)
    root: RemoteRoot = Field(default="/", description="Folder in the share that all paths are below.")


class WebdavServer(Part):
    """A folder at a web server that speaks WebDAV, such as Nextcloud or a provider's web disk. Always over TLS."""

    kind: Literal["webdav"] = Field(description=KIND)
    host: Host = Field(description=HOST, examples=["cloud.example.com"])
    port: Port = Field(default=443, description="Port.")
    root: RemoteRoot = Field(
        default="/",
        description="Folder at the server that all paths are below: the path of its WebDAV address, as readable text.",
        examples=["/remote.php/dav/files/migration"],
    )
    auth: Literal["basic", "digest", "bearer"] = Field(
        default="basic", description="How the account signs in; with bearer the secret is a token."
    )
    user: Text | None = Field(
        default=None,
        description="Account that the migration logs in with; only with auth bearer may it be left out.",
        examples=["migration"],
    )
    times: Literal["auto", "owncloud", "win32", "none"] = Field(
        default="auto",
        description="How files' times of modification are kept: auto knows ownCloud and Nextcloud; win32: as Windows does.",
    )
    connections: int = Field(default=4, ge=1, le=16, description=CONNECTIONS)
    ca_file: LocalPath | None = Field(default=None, description=CA_FILE)

    @model_validator(mode="after")
    def says_who_signs_in(self) -> WebdavServer:
        if self.user is None and self.auth != "bearer":
            raise wrong("nobody is named who signs in", "`user`: the account, or auth bearer")
        return self


class LocalServer(Part):
    """A folder that this machine reaches, such as a mounted disk."""

    kind: Literal["local"] = Field(description=KIND)
    root: LocalPath = Field(description="Folder that all paths are below.", examples=["/mnt/archive"])
    connections: int = Field(
        default=4, ge=1, le=16, description="Files of a share that are read or written at once at most; as many as pay."
    )


class DropAccounts(Part):
    """How the accounts of a drop at an FTPS server elsewhere are kept: by an ordinary account of that machine, over SSH.

    The server's secret is that account's password, or its key file's passphrase. The drop is filled by the same account over SFTP.
    """

    software: Literal["vsftpd", "proftpd"] = Field(description="Which FTPS server it is.")
    host: Host | None = Field(
        default=None, description="Host to sign in to over SSH; without it, the FTPS server's own."
    )
    port: Port = Field(default=22, description="Port of SSH.")
    user: Text = Field(
        description="Account that keeps the drops' accounts and owns their files.", examples=["skyflytt-drop"]
    )
    known_hosts: LocalPath | None = Field(
        default=None, description="File with the server's host key, in OpenSSH's form; without it, the user's own."
    )
    key_file: LocalPath | None = Field(default=None, description="Private key to log in with, instead of a password.")
    agent: bool = Field(default=False, description="Log in with the keys that this machine's ssh-agent holds.")
    accounts: RemoteRoot = Field(
        default="/var/lib/skyflytt-drop/accounts", description="Folder at the server with the accounts that it reads."
    )
    files: RemoteRoot = Field(
        default="/var/lib/skyflytt-drop/files", description="Folder at the server that the drops' folders are in."
    )
    log: RemoteRoot = Field(
        default="/var/lib/skyflytt-drop/drop.log", description="The server's log of downloads, for who fetched what."
    )


class FtpsServer(Part):
    """An FTPS server (explicit TLS) that files come from or go to, or that a drop is opened on."""

    kind: Literal["ftps"] = Field(description=KIND)
    host: Host = Field(description=HOST, examples=["drop.example.com"])
    port: Port = Field(default=21, description="Port of the control connection.")
    connections: int = Field(default=4, ge=1, le=16, description=CONNECTIONS)
    ca_file: LocalPath | None = Field(default=None, description=CA_FILE)
    user: Text | None = Field(
        default=None, description="Account that the migration logs in with; not for a drop.", examples=["migration"]
    )
    root: RemoteRoot = Field(default="/", description="Folder at the server that all paths are below; not for a drop.")
    times: Literal["auto", "mfmt", "mdtm", "none"] = Field(
        default="auto",
        description="How files' times of modification are set: auto takes what the server offers; none: they are those of the upload.",
    )
    accounts_dir: LocalPath | None = Field(
        default=None, description="State folder of the embedded drop server, when this is one."
    )
    manage: DropAccounts | None = Field(
        default=None, description="How a drop's accounts are kept, when this is a vsftpd or proftpd elsewhere."
    )

    @model_validator(mode="after")
    def says_who_keeps_the_accounts(self) -> FtpsServer:
        if self.accounts_dir is not None and self.manage is not None:
            raise wrong("two keep the accounts", "`accounts_dir` for the embedded server, or `manage` for another one")
        return self


class S3Server(Part):
    """An S3 bucket, or a part of one, that files come from or go to, or that a drop is opened in."""

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
    hand_out: Literal["links", "temporary", "user"] = Field(
        default="links",
        description="What the customer of a drop gets: links: a page of signed links, new ones every seven days; temporary: credentials "
        "for some hours, new ones on request; user: an account of the service for as long as the drop is open.",
    )
    role: Text | None = Field(
        default=None,
        description="Role (ARN) that the customer's temporary credentials are of, with hand_out temporary.",
        examples=["arn:aws:iam::123456789012:role/drop"],
    )
    role_hours: int = Field(default=1, ge=1, le=12, description="For how long the role allows credentials, in hours.")
    users: Literal["iam", "rgw"] = Field(
        default="iam", description="How the service makes accounts, with hand_out user; rgw: Ceph's admin interface."
    )
    accounts_url: Endpoint | None = Field(
        default=None,
        description="Address of the service that makes credentials or accounts, where it is another one than the bucket's.",
        examples=["https://sts.eu-north-1.amazonaws.com"],
    )
    connections: int = Field(default=8, ge=1, le=16, description=CONNECTIONS)
    ca_file: LocalPath | None = Field(default=None, description=CA_FILE)

    @model_validator(mode="after")
    def says_whose_credentials(self) -> S3Server:
        if self.hand_out == "temporary" and self.role is None:
            raise wrong("nothing says whose credentials the customer gets", "`role`: the role that may be assumed")
        return self


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
