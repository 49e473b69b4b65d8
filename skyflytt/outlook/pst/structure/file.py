"""The file itself: its header, and reading of pages and blocks at offsets."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from skyflytt.outlook.errors import NotAPst
from skyflytt.outlook.pst.permute import decode
from skyflytt.outlook.pst.structure.broken import Broken
from skyflytt.outlook.pst.structure.header import HEADER_BYTES, Header, parse_header
from skyflytt.outlook.pst.structure.layout import PAGE_BYTES, Layout


class PstFile:
    """An open PST file. `size` is the file's real size in bytes."""

    def __init__(self, descriptor: int, name: str) -> None:
        self._descriptor = descriptor
        self.name = name
        self.size = os.fstat(descriptor).st_size
        self.header: Header = parse_header(os.pread(descriptor, HEADER_BYTES, 0), name)
        self.layout: Layout = self.header.layout
        self._permuted = self.header.encryption == 1

    def close(self) -> None:
        os.close(self._descriptor)

    def read(self, offset: int, size: int) -> bytes:
        """Exactly `size` bytes. Raises Broken where the file ends before."""
        if offset + size > self.size:
            raise Broken("file.beyond-end", offset, f"{size} bytes at {offset:#x} lie beyond the end of the file")
        data = os.pread(self._descriptor, size, offset)
        if len(data) != size:
            raise Broken("file.beyond-end", offset, f"only {len(data)} of {size} bytes can be read")
        return data

    def page(self, offset: int) -> bytes:
        return self.read(offset, PAGE_BYTES)

    def decoded(self, data: bytes) -> bytes:
        """A data block's bytes as stored in the file, made readable."""
        return decode(data) if self._permuted else data


@contextmanager
def open_file(path: Path) -> Iterator[PstFile]:
    """Raises NotAPst, PstDamaged and PstEncryptionUnknown, all BadInput; `path` that is no readable file is NotAPst too."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError as error:
        raise NotAPst(str(path), error.strerror or str(error)) from error
    try:
        if path.is_dir():
            raise NotAPst(str(path), "it is a folder")
        yield PstFile(descriptor, str(path))
    finally:
        os.close(descriptor)
