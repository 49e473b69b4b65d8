"""Files over SSH."""

from skyflytt.files.sftp.store import SftpStore, open_sftp

__all__ = ["SftpStore", "open_sftp"]
