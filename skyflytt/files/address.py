"""The address of a folder of files as people write it, and the adapter that opens it. A new kind of store is a line in `KINDS`.

`sftp://anna@files.example.com/data`; what else a server's settings have stands behind a question mark, under the names that it has in
the project file: `s3://handover/norrsken?endpoint_url=https://s3.example.com`. Secrets are never part of an address.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import SplitResult, unquote

from skyflytt.errors.connection import PasswordRefused
from skyflytt.errors.files import AddressWrong
from skyflytt.files.ftps import open_ftps
from skyflytt.files.local import open_local
from skyflytt.files.port import FileStore
from skyflytt.files.s3 import open_s3
from skyflytt.files.sftp import open_sftp
from skyflytt.files.sftp.configuration import reached
from skyflytt.files.smb import open_smb
from skyflytt.files.webdav import open_webdav
from skyflytt.project.servers import (
    DropboxServer,
    FtpsServer,
    LocalServer,
    S3Server,
    SftpServer,
    SharepointServer,
    SmbServer,
    WebdavServer,
)
from skyflytt.project.url import (
    UrlWrong,
    local_path,
    login_of,
    options_of,
    port_of,
    presentable,
    scheme_of,
    settings,
    split,
)

EXAMPLE = "sftp://anna@files.example.com/data"
Open = Callable[[str | None], AbstractContextManager[FileStore]]
"""Given the secret, or None where there is none."""


@dataclass(frozen=True, slots=True)
class FileAddress:
    """`shown` is the address without its options; `account` (login@host) is what its secret is asked for by.

    `prefix` is what stands before the folder's paths at its server, `connections` how many may be open to it at once. `secret` says
    whether one is needed: a key's passphrase may be (`maybe`), folders of this machine have none (`never`).
    """

    shown: str
    kind: str
    open: Open
    account: str = ""
    prefix: str = ""
    connections: int = 1
    secret: Literal["needed", "maybe", "never"] = "never"


def address(text: str, ca_file: Path | None = None) -> FileAddress:
    """The address that `text` is; `ca_file` holds where it names none. Raises `AddressWrong`, which never repeats a password."""
    scheme = scheme_of(text)
    if scheme not in KINDS:
        raise AddressWrong(presentable(text), f"{scheme or 'nothing'} is none of {', '.join(KINDS)}")
    try:
        return KINDS[scheme](text, ca_file)
    except UrlWrong as error:
        raise AddressWrong(presentable(text), str(error)) from None


def pair(source: str, target: str, ca_file: Path | None = None) -> tuple[FileAddress, FileAddress]:
    """Both ends of a move. Raises `AddressWrong`, also when one lies within the other."""
    old, new = address(source, ca_file), address(target, ca_file)
    if f"{old.shown}/".startswith(f"{new.shown}/") or f"{new.shown}/".startswith(f"{old.shown}/"):
        raise AddressWrong(new.shown, "source and target are the same folder, or one lies within the other")
    return old, new


def _file(text: str, _: Path | None) -> FileAddress:
    path = local_path(text)
    server = settings(LocalServer, {"kind": "local", "root": str(path)})
    return FileAddress(f"file:{path}", "local", lambda _: open_local(server), "", str(path), server.connections)


def _sftp(text: str, _: Path | None) -> FileAddress:
    url = split(text)
    try:
        known = reached(url.hostname or "")
    except ValueError as error:
        raise UrlWrong(str(error)) from None
    login = known.user if known.user and not url.username else login_of(url, EXAMPLE)
    given: dict[str, Any] = {"kind": "sftp", "host": known.host, "user": login, "root": _root(url.path)}
    kept = {"port": known.port, "key_file": known.key_file, "known_hosts": known.known_hosts}
    given |= {name: str(value) for name, value in kept.items() if value is not None}
    given |= {"agent": "true"} if known.agent else {}
    server = settings(SftpServer, given | port_of(url) | options_of(text, None))
    return FileAddress(
        _shown("sftp", login, server.host, server.port, server.root),
        "sftp",
        lambda secret: open_sftp(server, secret),
        f"{login}@{server.host}",
        server.root,
        server.connections,
        "maybe" if server.key_file or server.agent else "needed",
    )


def _ftps(text: str, ca_file: Path | None) -> FileAddress:
    url, login = split(text), login_of(split(text), "ftps://anna@files.example.com/data")
    given = {"kind": "ftps", "host": url.hostname, "user": login, "root": _root(url.path)}
    server = settings(FtpsServer, given | port_of(url) | options_of(text, ca_file))
    return FileAddress(
        _shown("ftps", login, server.host, server.port, server.root),
        "ftps",
        lambda secret: open_ftps(server, secret or "", user=login, root=server.root),
        f"{login}@{server.host}",
        server.root,
        server.connections,
        "needed",
    )


def _s3(text: str, ca_file: Path | None) -> FileAddress:
    """Keys come from where every AWS tool takes them: the environment, the profile, the machine's role."""
    url = split(text)
    prefix = unquote(url.path).strip("/")
    endpoint = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL")
    given = {"kind": "s3", "bucket": url.netloc} | ({"prefix": f"{prefix}/"} if prefix else {})
    given |= {"endpoint_url": endpoint} if endpoint else {}
    server = settings(S3Server, given | options_of(text, ca_file))
    where = f" at {server.endpoint_url}" if server.endpoint_url else ""
    return FileAddress(
        f"s3://{server.bucket}/{prefix}".rstrip("/") + where,
        "s3",
        lambda secret: open_s3(server, secret),
        "",
        server.prefix or "",
        server.connections,
    )


def _smb(text: str, _: Path | None) -> FileAddress:
    url, login = split(text), login_of(split(text), "smb://anna@files.example.com/data/folder")
    share, _slash, path = unquote(url.path).strip("/").partition("/")
    if not share:
        raise UrlWrong("it names no share, as in smb://anna@files.example.com/data/folder")
    given = {"kind": "smb", "host": url.hostname, "user": login, "share": share, "root": f"/{path}"}
    server = settings(SmbServer, given | port_of(url) | options_of(text, None))
    root = f"/{share}{server.root if path else ''}"
    return FileAddress(
        _shown("smb", login, server.host, server.port, root),
        "smb",
        lambda secret: open_smb(server, secret),
        f"{login}@{server.host}",
        server.root,
        server.connections,
        "never" if server.auth == "kerberos" else "needed",
    )


def _webdav(text: str, ca_file: Path | None) -> FileAddress:
    url, login = split(text), login_of(split(text), "webdavs://anna@cloud.example.com/dav")
    given = {"kind": "webdav", "host": url.hostname, "user": login, "root": _root(url.path)}
    server = settings(WebdavServer, given | port_of(url) | options_of(text, ca_file))
    return FileAddress(
        _shown("webdavs", login, server.host, server.port, server.root),
        "webdav",
        lambda secret: open_webdav(server, secret or ""),
        f"{login}@{server.host}",
        server.root,
        server.connections,
        "needed",
    )


def _sharepoint(text: str, ca_file: Path | None) -> FileAddress:
    """As a browser shows it: `sharepoint://HOST/sites/SITE/LIBRARY/FOLDER`; with a login, that person's OneDrive."""
    url, options = split(text), options_of(text, ca_file)
    given = {"kind": "sharepoint"} | _of_azure() | _library(url, options)
    server = settings(SharepointServer, given | options)
    named = [server.site or url.hostname or "", server.library or ""]
    place = server.drive or server.user or "/".join(part for part in named if part)

    def opened(secret: str | None) -> AbstractContextManager[FileStore]:
        # What belongs to one cloud is not loaded for every command.
        from skyflytt.files.sharepoint import open_sharepoint  # noqa: PLC0415

        return open_sharepoint(server, secret or "")

    return FileAddress(
        f"sharepoint://{place}{server.root.rstrip('/')}",
        "sharepoint",
        opened,
        f"{server.client_id}@{server.tenant}",
        server.address_path,
        server.connections,
        "maybe" if server.auth == "certificate" else "needed",
    )


def _of_azure() -> dict[str, str]:
    """From where every tool for Azure takes them."""
    names = {"tenant": "AZURE_TENANT_ID", "client_id": "AZURE_CLIENT_ID"}
    return {setting: os.environ[name] for setting, name in names.items() if os.environ.get(name)}


def _library(url: SplitResult, options: dict[str, str]) -> dict[str, str]:
    parts = [part for part in unquote(url.path).split("/") if part]
    if url.username or "drive" in options:
        owner = {"user": f"{unquote(url.username)}@{url.hostname}"} if url.username else {}
        return owner | {"root": "/" + "/".join(parts)}
    above = parts[:2] if parts[:1] in (["sites"], ["teams"]) else []
    library, *inside = parts[len(above) :] or [""]
    site = {"site": "/".join((url.hostname or "", *above))} if above else {}
    return site | ({"library": library} if library else {}) | {"root": "/" + "/".join(inside)}


def _dropbox(text: str, ca_file: Path | None) -> FileAddress:
    """`dropbox://LOGIN/FOLDER`: the login is the address of whose Dropbox it is, which the token has to be for."""
    url = split(text)
    login = f"{login_of(url, 'dropbox://anna@example.com/data')}@{url.hostname}"
    given = {"kind": "dropbox", "root": _root(url.path)}
    server = settings(DropboxServer, given | options_of(text, ca_file))

    @contextmanager
    def opened(secret: str | None) -> Iterator[FileStore]:
        # What belongs to one cloud is not loaded for every command.
        from skyflytt.files.dropbox import open_dropbox  # noqa: PLC0415

        with open_dropbox(server, secret or "") as store:
            if store.account.casefold() != login.casefold():
                raise PasswordRefused(login, f"the token is for {store.account}")
            yield store

    space = "the team space of " if server.space == "team" else ""
    return FileAddress(
        f"dropbox://{space}{login}{server.root.rstrip('/')}",
        "dropbox",
        opened,
        login,
        server.root,
        server.connections,
        "needed",
    )


KINDS: dict[str, Callable[[str, Path | None], FileAddress]] = {
    "file": _file,
    "sftp": _sftp,
    "ftps": _ftps,
    "s3": _s3,
    "smb": _smb,
    "webdavs": _webdav,
    "sharepoint": _sharepoint,
    "dropbox": _dropbox,
}


def _root(path: str) -> str:
    return unquote(path).rstrip("/") or "/"


def _shown(scheme: str, login: str, host: str, port: int, root: str) -> str:
    return f"{scheme}://{login}@{host}:{port}{root.rstrip('/')}"
