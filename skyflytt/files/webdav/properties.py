"""The properties that are asked for and set (RFC 4918, section 15; RFC 4331), and what they say of an entry."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Literal

from skyflytt.errors.files import PathRefused
from skyflytt.files.port import Entry, EntryKind
from skyflytt.files.walk import Listed, Unlisted
from skyflytt.files.webdav.multistatus import Answered

SIZE = "DAV: getcontentlength"
MODIFIED = "DAV: getlastmodified"
ETAG = "DAV: getetag"
OWNCLOUD_ID = "http://owncloud.org/ns id"
ROOM = "DAV: quota-available-bytes"
KIND = "DAV: resourcetype"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
OF_AN_ENTRY = (KIND, SIZE, MODIFIED, ETAG)

Times = Literal["owncloud", "win32", "none"]
"""By which property a time of modification is set: ownCloud's and Nextcloud's, Windows' own, or not at all."""


def asking_for(*names: str) -> bytes:
    """The body of a PROPFIND (section 9.1)."""
    asked = "".join(f"<{_tag(name)}/>" for name in names)
    return f'<?xml version="1.0" encoding="utf-8"?><D:propfind xmlns:D="DAV:"><D:prop>{asked}</D:prop></D:propfind>'.encode()


def setting_time(modified: datetime, how: Times) -> bytes:
    """The body of a PROPPATCH (section 9.2): whole seconds since 1970 for ownCloud, an HTTP date for Windows."""
    if how == "owncloud":
        prop = f'<lastmodified xmlns="DAV:">{int(modified.timestamp())}</lastmodified>'
    else:
        words = format_datetime(modified.astimezone(UTC), usegmt=True)
        name = "Win32LastModifiedTime"
        prop = f'<{name} xmlns="urn:schemas-microsoft-com:">{words}</{name}>'
    return (
        '<?xml version="1.0" encoding="utf-8"?><D:propertyupdate xmlns:D="DAV:"><D:set><D:prop>'
        f"{prop}</D:prop></D:set></D:propertyupdate>"
    ).encode()


EXCLUSIVE_LOCK = (
    b'<?xml version="1.0" encoding="utf-8"?><D:lockinfo xmlns:D="DAV:"><D:lockscope><D:exclusive/></D:lockscope>'
    b"<D:locktype><D:write/></D:locktype><D:owner>skyflytt</D:owner></D:lockinfo>"
)


def _tag(name: str) -> str:
    namespace, _, local = name.rpartition(" ")
    return f"D:{local}" if namespace == "DAV:" else f'{local} xmlns="{namespace}"'


def listed(answered: Answered, name: str) -> Listed | Unlisted:
    """One name of a listing. A file whose size the server does not say cannot be told from a cut one, so it is a failure."""
    if answered.status >= 400:
        return Unlisted(
            name, PathRefused(name, f"the server lists it with HTTP {answered.status}"), answered.collection
        )
    if answered.collection:
        return Listed(name, EntryKind.FOLDER, 0, modified(answered))
    size = answered.properties.get(SIZE, "")
    if not (size.isascii() and size.isdigit()):
        return Unlisted(name, PathRefused(name, "the server does not say its size"))
    return Listed(name, EntryKind.FILE, int(size), modified(answered), token=answered.properties.get(ETAG, ""))


def entry(answered: Answered, path: str) -> Entry:
    """What was asked about by its own path; raises the failure that a listing would hold."""
    found = listed(answered, path)
    if isinstance(found, Unlisted):
        raise found.failure
    return Entry(path, found.kind, found.size_bytes, found.modified, token=found.token)


def modified(answered: Answered) -> datetime:
    """In whole seconds; the epoch when the server does not say, or says what is no time."""
    try:
        at = parsedate_to_datetime(answered.properties.get(MODIFIED, ""))
    except (ValueError, TypeError, IndexError, OverflowError):
        return EPOCH
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
