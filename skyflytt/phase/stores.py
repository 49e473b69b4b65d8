"""Open a project's shares and drops as file stores: which adapter serves which kind of server, guarded."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from skyflytt.files.below import Below
from skyflytt.files.guard import AppendAfterCutover, ReadOnly
from skyflytt.files.local import open_local
from skyflytt.files.port import FileStore
from skyflytt.files.sftp import open_sftp
from skyflytt.files.smb import open_smb
from skyflytt.files.webdav import open_webdav
from skyflytt.ledger import projects
from skyflytt.phase.migration import Migration
from skyflytt.project.secret_keys import server_key
from skyflytt.project.servers import LocalServer, SftpServer, SmbServer, WebdavServer
from skyflytt.project.shares import Share, SharePlace


@contextmanager
def open_source(migration: Migration, share: Share) -> Iterator[FileStore]:
    """The share at the system being left, which can only be read."""
    with _open(migration, share.source) as store:
        yield ReadOnly(Below(store, folder_of(share.source)))


@contextmanager
def open_target(migration: Migration, share: Share) -> Iterator[FileStore]:
    """The share at the new home; after the cutover it only takes new files."""
    with _open(migration, share.target) as store:
        store.make_folder(folder_of(share.target)) if folder_of(share.target) else None
        below = Below(store, folder_of(share.target))
        yield AppendAfterCutover(below, lambda: projects.mode(migration.ledger, migration.name))


@contextmanager
def open_for_erasure(migration: Migration, share: Share) -> Iterator[FileStore]:
    """The share at the system being left, writable: for the decommission phase alone, behind its interlock."""
    with _open(migration, share.source) as store:
        yield Below(store, folder_of(share.source))


def folder_of(place: SharePlace) -> str:
    """The share's folder below its server's root; empty when it is the root."""
    return "" if place.path == "." else place.path.strip("/")


def _open(migration: Migration, place: SharePlace) -> AbstractContextManager[FileStore]:
    server = migration.project.server(place.server)
    if isinstance(server, LocalServer):
        return open_local(server)
    if isinstance(server, SftpServer):
        secret = None if server.key_file else migration.secrets.get(server_key(place.server))
        return open_sftp(server, secret)
    if isinstance(server, SmbServer):
        secret = None if server.auth == "kerberos" else migration.secrets.get(server_key(place.server))
        return open_smb(server, secret)
    if isinstance(server, WebdavServer):
        return open_webdav(server, migration.secrets.get(server_key(place.server)))
    raise TypeError(f"{place.server} is no file server")
