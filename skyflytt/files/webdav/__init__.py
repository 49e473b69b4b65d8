"""Files over WebDAV (RFC 4918), always within TLS: Apache, Nextcloud and ownCloud, IIS, web disks of hosted providers."""

from skyflytt.files.webdav.store import WebdavStore, open_webdav

__all__ = ["WebdavStore", "open_webdav"]
