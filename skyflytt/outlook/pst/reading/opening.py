"""Opening a PST file for reading."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from os import SEEK_END
from pathlib import Path

from skyflytt.outlook.errors import NotAPst, PstDamaged, PstEncryptionUnknown
from skyflytt.outlook.mapi.codepages import WESTERN
from skyflytt.outlook.pst.reading.libpff import File, Unreadable
from skyflytt.outlook.pst.reading.reader import PstReader
from skyflytt.outlook.pst.structure.header import HEADER_BYTES, parse_header

_CYCLIC = 2
_CYCLIC_AT = {True: 0x201, False: 0x1CD}


@contextmanager
def open_pst(
    path: Path, *, code_page: int = WESTERN, checksums: bool = True, salvage: bool = False
) -> Iterator[PstReader]:
    """The file's reader. Raises NotAPst, PstEncryptionUnknown, and PstDamaged where not even its indexes can be read.

    A file that is shorter than it says is PstDamaged too, unless it is opened to `salvage` what can be had.

    Reads both forms of the format and both ways in which Outlook encodes blocks. `code_page` is what 8-bit strings of an
    ANSI file are in, where a message does not say it itself. Messages with a wrong checksum are told as damaged, which takes
    reading the whole file once; without `checksums` nobody looks.
    """
    _refuse_other_files(path, salvage=salvage)
    try:
        file = File.opened(path)
    except Unreadable as error:
        raise PstDamaged(str(path), str(error)) from error
    with file, closing(PstReader(file, path, code_page, checksums=checksums)) as reader:
        yield reader


def _refuse_other_files(path: Path, *, salvage: bool) -> None:
    try:
        with path.open("rb") as file:
            head = file.read(HEADER_BYTES)
            size = file.seek(0, SEEK_END)
    except OSError as error:
        raise NotAPst(str(path), error.strerror or str(error)) from error
    try:
        header = parse_header(head, str(path))
    except PstEncryptionUnknown:
        if not _is_cyclic(head):
            raise
    else:
        if size < header.file_size and not salvage:
            raise PstDamaged(str(path), f"it is cut short: {size} bytes are there of {header.file_size}")


def _is_cyclic(head: bytes) -> bool:
    """Readable, though only this reader can: the rest of the package has no need of it ([MS-PST] 5.2)."""
    unicode = int.from_bytes(head[10:12], "little") >= 23
    return head[_CYCLIC_AT[unicode]] == _CYCLIC
