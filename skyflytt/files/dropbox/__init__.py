"""Files at Dropbox, by the vendor's own package: docs/reference/dropbox.md has what is relied on, and where that is documented."""

from skyflytt.files.dropbox.connect import DropboxSettings
from skyflytt.files.dropbox.store import DropboxStore, open_dropbox

__all__ = ["DropboxSettings", "DropboxStore", "open_dropbox"]
