"""Outside systems as configured in the Prefect UI. `skyflytt block register` makes them known to a server."""

from blocks.cloudflare import Cloudflare
from blocks.dropbox import Dropbox
from blocks.exchange_online import ExchangeOnline
from blocks.exchange_powershell import ExchangePowershell
from blocks.exchange_server import ExchangeServer
from blocks.file_server import FileServer
from blocks.ftps_drop import FtpsDrop
from blocks.loopia import Loopia
from blocks.mailbox_server import MailboxServer
from blocks.microsoft365 import Microsoft365
from blocks.name_server import NameServer
from blocks.project import MigrationProject
from blocks.route53 import Route53
from blocks.s3_drop import S3Drop
from blocks.sharepoint_library import SharepointLibrary
from blocks.smb_share import SmbShare
from blocks.smtp import SmtpServer
from blocks.ssh_accounts import SshAccounts
from blocks.webdav_folder import WebdavFolder
from blocks.webex import Webex

__all__ = [
    "Cloudflare",
    "Dropbox",
    "ExchangeOnline",
    "ExchangePowershell",
    "ExchangeServer",
    "FileServer",
    "FtpsDrop",
    "Loopia",
    "MailboxServer",
    "Microsoft365",
    "MigrationProject",
    "NameServer",
    "Route53",
    "S3Drop",
    "SharepointLibrary",
    "SmbShare",
    "SmtpServer",
    "SshAccounts",
    "WebdavFolder",
    "Webex",
]
