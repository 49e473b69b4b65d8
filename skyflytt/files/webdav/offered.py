"""What a server can do, found out by asking and never by trying: nothing is written before something has to be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from skyflytt.files.webdav.multistatus import Answered
from skyflytt.files.webdav.properties import OWNCLOUD_ID, Times

MOD_DAV_FS = "<http://apache.org/dav/propset/fs/1>"
"""Apache's own token: it takes PUT with Content-Range (RFC 9110, section 14.5), which others ignore or refuse."""
RECALCULATES = "nextcloud-checksum-update"


@dataclass(frozen=True, slots=True)
class Offered:
    webdav: bool
    partial_put: bool
    locks: bool
    times: Times
    owncloud: bool
    """Nextcloud or ownCloud: takes OC-Checksum with an upload."""
    recalculates: bool
    """Computes the SHA-256 of a file when asked."""


def offered(headers: Mapping[str, str], root: Answered, times: Literal["auto", "owncloud", "win32", "none"]) -> Offered:
    """From the answer to OPTIONS and the root's properties; `times` is the setting."""
    tokens = {token.strip().lower() for token in headers.get("dav", "").split(",")}
    owncloud = OWNCLOUD_ID in root.properties
    found: Times = "owncloud" if owncloud else "none"
    return Offered(
        webdav="1" in tokens,
        partial_put=MOD_DAV_FS in tokens,
        locks="2" in tokens,
        times=found if times == "auto" else times,
        owncloud=owncloud,
        recalculates=RECALCULATES in tokens,
    )
