"""Files at a Windows file server, Samba or a network disk."""

from skyflytt.files.smb.store import SmbStore, open_smb

__all__ = ["SmbStore", "open_smb"]
