"""Outside systems as configured in the Prefect UI. `prefect block register -m blocks` makes them known to a server."""

from blocks.exchange_server import ExchangeServer
from blocks.file_server import FileServer
from blocks.ftps_drop import FtpsDrop
from blocks.mailbox_server import MailboxServer
from blocks.project import MigrationProject
from blocks.s3_drop import S3Drop
from blocks.smb_share import SmbShare
from blocks.smtp import SmtpServer
from blocks.webdav_folder import WebdavFolder

__all__ = [
    "ExchangeServer",
    "FileServer",
    "FtpsDrop",
    "MailboxServer",
    "MigrationProject",
    "S3Drop",
    "SmbShare",
    "SmtpServer",
    "WebdavFolder",
]
