"""The requests that are sent, with only those fields that differ ([MS-SMB2] section 2.2, [MS-FSCC] section 2.4)."""

from __future__ import annotations

import struct
from enum import IntEnum, IntFlag
from typing import Any

from smbprotocol.open import (
    SMB2CloseRequest,
    SMB2CreateRequest,
    SMB2QueryDirectoryRequest,
    SMB2QueryInfoRequest,
    SMB2ReadRequest,
    SMB2SetInfoRequest,
    SMB2WriteRequest,
)

CREDIT_BYTES = 1 << 16
OPENED_BEFORE = b"\xff" * 16
"""Stands for the file that the compound's first message opens (section 3.2.4.1.4)."""


class Access(IntFlag):
    READ_DATA = 0x1
    WRITE_DATA = 0x2
    READ_ATTRIBUTES = 0x80
    WRITE_ATTRIBUTES = 0x100
    DELETE = 0x10000
    READ_CONTROL = 0x20000
    SYNCHRONIZE = 0x100000


class Sharing(IntFlag):
    READ = 1
    WRITE = 2
    DELETE = 4
    ALL = 7


class Disposition(IntEnum):
    OPEN = 1
    CREATE = 2
    OVERWRITE = 4


class Option(IntFlag):
    DIRECTORY = 0x1
    SEQUENTIAL = 0x4
    NOT_DIRECTORY = 0x40
    REPARSE_POINT = 0x200000
    """Open a link itself and not what it leads to."""


class FileClass(IntEnum):
    FULL_DIRECTORY = 2
    BASIC = 4
    RENAME = 10
    DISPOSITION = 13
    ALL = 18
    END_OF_FILE = 20
    ATTRIBUTE_TAG = 35


OF_A_FILE, OF_A_FILE_SYSTEM, OF_ITS_SECURITY = 1, 2, 3
FS_ATTRIBUTES = 5
IMPERSONATION = 2


def create(
    path: str, access: Access, disposition: Disposition, option: Option, sharing: Sharing = Sharing.ALL
) -> SMB2CreateRequest:
    """`path` is from the share's top, with backslashes; empty for the share itself."""
    message = SMB2CreateRequest()
    message["impersonation_level"] = IMPERSONATION
    message["desired_access"] = int(access)
    message["share_access"] = int(sharing)
    message["create_disposition"] = int(disposition)
    message["create_options"] = int(option)
    message["buffer_path"] = path.encode("utf-16-le", "surrogatepass") or b"\0\0"
    return message


def close(handle: bytes = OPENED_BEFORE) -> SMB2CloseRequest:
    message = SMB2CloseRequest()
    message["file_id"] = handle
    return message


def look(path: str, *, links: bool = True) -> SMB2CreateRequest:
    """Open to see the attributes, which neither reads the file nor minds who else has it open; `links`: as they are, not followed."""
    option = Option.REPARSE_POINT if links else Option(0)
    return create(path, Access.READ_ATTRIBUTES, Disposition.OPEN, option)


def read(handle: bytes, offset: int, size: int) -> SMB2ReadRequest:
    message = SMB2ReadRequest()
    message["file_id"] = handle
    message["offset"] = offset
    message["length"] = size
    message["padding"] = 0x50
    return message


def write(handle: bytes, offset: int, data: bytes) -> SMB2WriteRequest:
    message = SMB2WriteRequest()
    message["file_id"] = handle
    message["offset"] = offset
    message["buffer"] = data
    return message


def list_on(size: int, handle: bytes = OPENED_BEFORE) -> SMB2QueryDirectoryRequest:
    """The next part of a listing, of `size` bytes at most."""
    message = SMB2QueryDirectoryRequest()
    message["file_information_class"] = int(FileClass.FULL_DIRECTORY)
    message["file_id"] = handle
    message["output_buffer_length"] = size
    message["buffer"] = "*".encode("utf-16-le")
    return message


def query_tag() -> SMB2QueryInfoRequest:
    return _query(OF_A_FILE, FileClass.ATTRIBUTE_TAG)


def query_all() -> SMB2QueryInfoRequest:
    """Everything about a file; its name, which comes last, may be long."""
    return _query(OF_A_FILE, FileClass.ALL, CREDIT_BYTES)


def query_file_system() -> SMB2QueryInfoRequest:
    return _query(OF_A_FILE_SYSTEM, FS_ATTRIBUTES)


def query_security(parts: int) -> SMB2QueryInfoRequest:
    """The security descriptor, with those parts of it ([MS-SMB2] section 2.2.37)."""
    message = _query(OF_ITS_SECURITY, 0, CREDIT_BYTES)
    message["additional_information"] = parts
    return message


def _query(kind: int, which: int, size: int = 1024) -> SMB2QueryInfoRequest:
    message = SMB2QueryInfoRequest()
    message["info_type"] = kind
    message["file_info_class"] = int(which)
    message["output_buffer_length"] = size
    message["file_id"] = OPENED_BEFORE
    return message


def set_basic(*, written: int = 0, attributes: int = 0) -> SMB2SetInfoRequest:
    """Times (created, read, written, changed) and attributes; 0 leaves as it is."""
    return _set(OPENED_BEFORE, FileClass.BASIC, struct.pack("<qqqqII", 0, 0, written, 0, attributes, 0))


def set_size(handle: bytes, size: int) -> SMB2SetInfoRequest:
    return _set(handle, FileClass.END_OF_FILE, struct.pack("<Q", size))


def set_deleted() -> SMB2SetInfoRequest:
    return _set(OPENED_BEFORE, FileClass.DISPOSITION, b"\1")


def set_name(to: str) -> SMB2SetInfoRequest:
    """Rename to a path from the share's top, in place of a file that is there."""
    name = to.encode("utf-16-le", "surrogatepass")
    return _set(OPENED_BEFORE, FileClass.RENAME, struct.pack("<B7xQI", 1, 0, len(name)) + name)


def _set(handle: bytes, which: FileClass, data: bytes) -> Any:
    message = SMB2SetInfoRequest()
    message["info_type"] = OF_A_FILE
    message["file_info_class"] = int(which)
    message["file_id"] = handle
    message["buffer"] = data
    return message
