"""Files in document libraries of SharePoint and in OneDrive, over Microsoft Graph (docs/reference/sharepoint.md)."""

from skyflytt.files.sharepoint.store import SharepointStore, open_sharepoint

__all__ = ["SharepointStore", "open_sharepoint"]
