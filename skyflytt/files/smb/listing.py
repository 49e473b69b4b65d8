"""A folder's listing ([MS-FSCC] section 2.4.17, FileFullDirectoryInformation)."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from skyflytt.files.smb.attributes import Attribute, kind_of, to_time
from skyflytt.files.walk import Listed

HEAD = struct.Struct("<IIqqqqqqIII")


def read_listing(data: bytes) -> Iterator[Listed]:
    """The entries of one answer but for `.` and `..`; names with halves of UTF-16 pairs keep them as lone surrogates."""
    at = 0
    while len(data) >= at + HEAD.size:
        following, _, _, _, written, changed, size, _, attributes, name_bytes, extra = HEAD.unpack_from(data, at)
        raw = data[at + HEAD.size : at + HEAD.size + name_bytes]
        name = raw.decode("utf-16-le", "surrogatepass")
        if name not in (".", ".."):
            # For reparse points the field of the extended attributes' size holds the tag.
            tag = extra if attributes & Attribute.REPARSE_POINT else 0
            yield Listed(name, kind_of(attributes, tag), size, to_time(written), token=changed)
        if not following:
            return
        at += following
