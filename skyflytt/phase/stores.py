"""Open a project's shares and drops as file stores: which adapter serves which kind of server, guarded.

An adapter is imported where a server of its kind is opened: all of them with their libraries take half a second, in every run's own process.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from skyflytt.files.below import Below
from skyflytt.files.crew import Pair
from skyflytt.files.guard import AppendAfterCutover, ReadOnly
from skyflytt.files.limiter import Limiter, shared_limiter
from skyflytt.files.linked import linked
from skyflytt.files.local import open_local
from skyflytt.files.paced import paced
from skyflytt.files.port import FileStore
from skyflytt.files.symlinks import Symlinks
from skyflytt.files.timetable import Timetable, window
from skyflytt.ledger import projects
from skyflytt.ledger.schema import Mode
from skyflytt.phase.migration import Migration
from skyflytt.project.secret_keys import server_key
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
from skyflytt.project.shares import Share, SharePlace


@contextmanager
def open_both(migration: Migration, share: Share) -> Iterator[Pair]:
    """The share at both ends, over connections of its own."""
    with open_source(migration, share) as source, open_target(migration, share) as target:
        yield source, target


def connections(migration: Migration, *servers: str) -> int:
    """As many as each of these servers may have for one share or drop."""
    settings = (migration.project.server(name) for name in servers)
    return min(getattr(server, "connections", 1) for server in settings)


def line_limiter(migration: Migration) -> Limiter | None:
    """What keeps this process to the project's timetable; None where it has none."""
    project = migration.project
    windows = tuple(window(one.days, one.begins, one.ends, one.megabit_per_s) for one in project.bandwidth)
    return shared_limiter(Timetable(windows, project.zone), migration.clock) if windows else None


@contextmanager
def open_source(migration: Migration, share: Share) -> Iterator[FileStore]:
    """The share at the system being left, which can only be read."""
    with _open(migration, share.source) as store:
        yield ReadOnly(linked(Below(store, folder_of(share.source)), Symlinks(share.symlinks)))


@contextmanager
def open_place(migration: Migration, place: SharePlace) -> Iterator[FileStore]:
    """The whole server of a place, which can only be looked at: its folder may not be there yet."""
    with _open(migration, place) as store:
        yield ReadOnly(store)


@contextmanager
def open_target(migration: Migration, share: Share) -> Iterator[FileStore]:
    """The share at the new home; after the cutover it only takes new files."""
    with _open(migration, share.target) as store:
        store.make_folder(folder_of(share.target)) if folder_of(share.target) else None
        below = Below(store, folder_of(share.target))
        yield AppendAfterCutover(below, lambda: mode_of(migration, share))


@contextmanager
def open_server(migration: Migration, server: str) -> Iterator[FileStore]:
    """Everything below the root of a file server of the project, which can only be read."""
    with _open(migration, SharePlace(server=server, path=".")) as store:
        yield ReadOnly(store)


@contextmanager
def open_for_erasure(migration: Migration, share: Share) -> Iterator[FileStore]:
    """The share at the system being left, writable: for the decommission phase alone, behind its interlock."""
    with _open(migration, share.source) as store:
        yield linked(Below(store, folder_of(share.source)), Symlinks(share.symlinks))


def mode_of(migration: Migration, share: Share) -> Mode:
    """The share's own mode; after the cutover it is append, whatever the share says."""
    return Mode.APPEND if share.mode == "append" else projects.mode(migration.ledger, migration.name)


def folder_of(place: SharePlace) -> str:
    """The share's folder below its server's root; empty when it is the root."""
    return "" if place.path == "." else place.path.strip("/")


def _open(migration: Migration, place: SharePlace) -> AbstractContextManager[FileStore]:
    server = migration.project.server(place.server)
    if isinstance(server, LocalServer):
        return open_local(server)
    return paced(_far(migration, place), line_limiter(migration))


def _far(migration: Migration, place: SharePlace) -> AbstractContextManager[FileStore]:
    server = migration.project.server(place.server)
    if isinstance(server, SftpServer):
        from skyflytt.files.sftp import open_sftp

        secret = None if server.key_file or server.agent else migration.secrets.get(server_key(place.server))
        return open_sftp(server, secret)
    if isinstance(server, SmbServer):
        from skyflytt.files.smb import open_smb

        secret = None if server.auth == "kerberos" else migration.secrets.get(server_key(place.server))
        return open_smb(server, secret)
    if isinstance(server, FtpsServer):
        from skyflytt.files.ftps import open_ftps

        secret = migration.secrets.get(server_key(place.server))
        return open_ftps(server, secret, user=server.user or "", root=server.root)
    if isinstance(server, S3Server):
        from skyflytt.files.s3 import open_s3

        secret = migration.secrets.get(server_key(place.server)) if server.access_key_id else None
        return open_s3(server, secret)
    if isinstance(server, WebdavServer | DropboxServer | SharepointServer):
        return _by_http(server, migration.secrets.get(server_key(place.server)))
    raise TypeError(f"{place.server} is no file server")


def _by_http(server: WebdavServer | DropboxServer | SharepointServer, secret: str) -> AbstractContextManager[FileStore]:
    if isinstance(server, WebdavServer):
        from skyflytt.files.webdav import open_webdav

        return open_webdav(server, secret)
    if isinstance(server, DropboxServer):
        from skyflytt.files.dropbox import open_dropbox

        return open_dropbox(server, secret)
    from skyflytt.files.sharepoint import open_sharepoint

    return open_sharepoint(server, secret)
