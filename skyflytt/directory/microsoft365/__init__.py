"""Accounts and licences of a tenant of Microsoft 365, by Microsoft Graph."""

from skyflytt.directory.microsoft365.tenant import CAPABILITIES, Microsoft365Directory, open_microsoft365

__all__ = ["CAPABILITIES", "Microsoft365Directory", "open_microsoft365"]
