"""Files over FTP with TLS, as the operator of a drop: upload, list, rename, delete."""

from skyflytt.files.ftps.store import FtpsStore, open_ftps

__all__ = ["FtpsStore", "open_ftps"]
