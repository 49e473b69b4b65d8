"""The project as a block: what an engineer picks from the drop-down of a run form."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from prefect.blocks.core import Block
from pydantic import Field, SecretStr, ValidationError

from blocks.admission import admission
from blocks.cloudflare import Cloudflare
from blocks.dropbox import Dropbox
from blocks.exchange_online import ExchangeOnline
from blocks.exchange_powershell import ExchangePowershell
from blocks.exchange_server import ExchangeServer
from blocks.failures import BlockInvalid, BlockMissing
from blocks.file_server import FileServer
from blocks.ftps_drop import FtpsDrop
from blocks.loopia import Loopia
from blocks.mailbox_server import MailboxServer
from blocks.microsoft365 import Microsoft365
from blocks.name_server import NameServer
from blocks.outside import OutsideSystem, block_name
from blocks.recent import RecentBlocks
from blocks.route53 import Route53
from blocks.s3_drop import S3Drop
from blocks.sharepoint_library import SharepointLibrary
from blocks.smb_share import SmbShare
from blocks.smtp import SmtpServer
from blocks.ssh_accounts import SshAccounts
from blocks.webdav_folder import WebdavFolder
from blocks.webex import Webex
from skyflytt.deadline.clock import Clock, FileClock, SystemClock
from skyflytt.phase.migration import Migration, nobody_listens, open_migration
from skyflytt.project.load import load_project
from skyflytt.project.model import Project
from skyflytt.project.secrets import SecretMissing
from skyflytt.project.servers import Server

BLOCK_OF_KIND: Mapping[str, type[Block]] = {
    "imap": MailboxServer,
    "ews": ExchangeServer,
    "sftp": FileServer,
    "smb": SmbShare,
    "webdav": WebdavFolder,
    "ftps": FtpsDrop,
    "s3": S3Drop,
    "dropbox": Dropbox,
    "smtp": SmtpServer,
    "webex": Webex,
    "rfc2136": NameServer,
    "route53": Route53,
    "cloudflare": Cloudflare,
    "loopia": Loopia,
    "graph": ExchangeOnline,
    "microsoft365": Microsoft365,
    "exchange-powershell": ExchangePowershell,
    "ssh-accounts": SshAccounts,
    "sharepoint": SharepointLibrary,
}
"""Kinds of server without secrets (a local folder, a Maildir, PST files, a DNS host by hand) need no block: the project file says all."""
_recent = RecentBlocks()


class MigrationProject(Block):
    """A customer's move: the project file, and where its archives, ledger and evidence are kept."""

    _block_type_name = "Skyflytt project"
    _block_type_slug = "skyflytt-project"
    _description = "A customer's move: the project file, and where its archives, ledger and evidence are kept."

    file: str = Field(description="The project file (YAML), on the worker's disk.")
    workspace: str = Field(description="Folder for archives, exports and evidence, on the worker's disk.")
    ledger_url: SecretStr | None = Field(
        default=None, description="PostgreSQL address of the ledger; empty for an SQLite file in the workspace."
    )
    clock_file: str | None = Field(
        default=None, description="For rehearsals only: a file with the hour to work at. Evidence then says so."
    )
    spread: bool = Field(
        default=False, description="Each mailbox and share is a run of its own, over all workers of the pool."
    )
    report_url: str | None = Field(
        default=None, description="Address under which `skyflytt report serve` shows the project's page."
    )

    @property
    def name(self) -> str:
        """The project's own name, as in its file."""
        return self._block_document_name or Path(self.file).stem

    @contextmanager
    def open(self, tell: Callable[[str], None] = nobody_listens, side_by_side: int = 1) -> Iterator[Migration]:
        """The migration, with the settings and secrets that its servers' blocks have now; within a run, or had half a minute ago.

        `tell` takes a sentence when the step waits for a server; `side_by_side` is how many of its kind share the servers' connections.
        """
        project = read_once(Path(self.file))
        systems = {name: system_block(project, name) for name in project.servers if _has_block(project, name)}
        servers = {**project.servers, **{name: _settings(name, block) for name, block in systems.items()}}
        secrets: dict[str, str] = {}
        for name, block in systems.items():
            secrets |= block.secrets(name)
        url = self.ledger_url.get_secret_value() if self.ledger_url else None
        configured = project.model_copy(update={"servers": servers})
        with open_migration(configured, Path(self.workspace), BlockSecrets(secrets), self.clock(), url) as migration:
            yield replace(migration, tell=tell, admission=admission(tell, side_by_side))

    def clock(self) -> Clock:
        return FileClock(Path(self.clock_file)) if self.clock_file else SystemClock()


def read_once(file: Path) -> Project:
    """The project, read again only when its file has changed: a thousand mailboxes take half a second, and each step opens it."""
    try:
        found = file.stat()
    except OSError:
        return load_project(file)
    return _read(file, (found.st_ino, found.st_mtime_ns, found.st_size))


@lru_cache(maxsize=4)
def _read(file: Path, _version: tuple[int, int, int]) -> Project:
    return load_project(file)


class BlockSecrets:
    """Secrets as the blocks hold them; never shown."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = dict(values)

    def __repr__(self) -> str:
        return f"BlockSecrets({len(self._values)} secrets)"

    def get(self, key: str, *fallbacks: str) -> str:
        for name in (key, *fallbacks):
            if value := self._values.get(name):
                return value
        raise SecretMissing(key, *fallbacks)


def system_block(project: Project, server: str) -> OutsideSystem:
    """The block of one of the project's servers. Raises `BlockMissing`, `BlockInvalid`."""
    block, name = BLOCK_OF_KIND[project.server(server).kind], block_name(project.project, server)
    try:
        return _recent.load(block, name)  # type: ignore[return-value]
    except RuntimeError as error:
        if not isinstance(error.__cause__, ValidationError):
            raise
        raise BlockInvalid(name, _wrong_fields(error.__cause__)) from None
    except ValueError:
        raise BlockMissing(name, f"no {block._block_type_name} of this name is known to the Prefect server") from None


def _settings(name: str, block: OutsideSystem) -> Server:
    try:
        return block.server()
    except ValidationError as error:
        raise BlockInvalid(name, _wrong_fields(error)) from None


def _wrong_fields(error: ValidationError) -> str:
    """Field and reason of each, without what was entered: it may be a secret."""
    found = error.errors(include_url=False, include_context=False, include_input=False)
    return "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in found)


def _has_block(project: Project, server: str) -> bool:
    return project.server(server).kind in BLOCK_OF_KIND
