"""The zip of a pack, read as if it came from an enemy: only the one layout that `write_pack` writes, every byte accounted for.

No prefix, gap, comment, extra field or second name is taken; sizes are bounded before anything is inflated ([APPNOTE] 4.3).
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

MOST_FILES = 60_000
LARGEST_FILE = 2_000_000_000
"""Above it, and above as much for the whole zip, the format would need its 64-bit form."""
LARGEST_WHOLE = 64_000_000_000
LARGEST_RATIO = 200
"""A list of digests shrinks to about half; what grows more than this is a bomb."""
DEFLATED_FROM = 1_000_000
"""Smaller files are stored, so that no bit of them is without meaning."""
CHUNK = 1 << 16
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._ +@-]*(/[A-Za-z0-9][A-Za-z0-9._ +@-]*)*")
DATE = (1980, 1, 1, 0, 0, 0)
DOS_TIME, DOS_DATE = 0, 33
FILE_MODE = 0o100644 << 16
UNIX, VERSION = 3, 20
LOCAL = struct.Struct("<4s5H3L2H")
CENTRAL = struct.Struct("<4s4B4H3L5H2L")
END = struct.Struct("<4s4H2LH")


class ContainerWrong(Exception):
    """The zip is not as `write_pack` writes it; the words say where."""


@dataclass(frozen=True, slots=True)
class Member:
    """One file in the zip; `offset` is where its bytes begin."""

    name: str
    offset: int
    method: int
    packed: int
    size: int
    crc: int


def zip_info(name: str, size: int, *, deflated: bool = False) -> zipfile.ZipInfo:
    """How a file of a pack is entered: no time, no owner, nothing that differs from machine to machine."""
    info = zipfile.ZipInfo(name, DATE)
    info.compress_type = zipfile.ZIP_DEFLATED if deflated else zipfile.ZIP_STORED
    info.create_system, info.external_attr, info.file_size = UNIX, FILE_MODE, size
    return info


def members(path: Path) -> list[Member]:
    """The files of the zip, in their order. Raises `ContainerWrong`."""
    try:
        with zipfile.ZipFile(path) as archive:
            infos = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error, EOFError, OverflowError) as error:
        raise ContainerWrong(f"it cannot be read as a zip ({' '.join(str(error).split())})") from error
    _require_bounded(infos)
    with path.open("rb") as file:
        found = list(_in_order(file, infos))
        _require_end(file, infos, found)
    return found


def content(file: BinaryIO, member: Member) -> Iterator[bytes]:
    """The member's bytes, never more than it says it has. Raises `ContainerWrong`."""
    crc, size = 0, 0
    for chunk in _stored(file, member) if member.method == zipfile.ZIP_STORED else _inflated(file, member):
        size += len(chunk)
        if size > member.size:
            raise ContainerWrong(f"{member.name} holds more than it says")
        crc = zlib.crc32(chunk, crc)
        yield chunk
    if (size, crc) != (member.size, member.crc):
        raise ContainerWrong(f"{member.name} is not what its checksum says")


def _require_bounded(infos: list[zipfile.ZipInfo]) -> None:
    if not infos or len(infos) > MOST_FILES:
        raise ContainerWrong(f"it has {len(infos)} files")
    if sum(info.file_size for info in infos) > LARGEST_WHOLE:
        raise ContainerWrong("it would unpack to more than a pack may have")
    seen: set[str] = set()
    for info in infos:
        name = info.orig_filename
        if not NAME.fullmatch(name) or name != info.filename or any(part in (".", "..") for part in name.split("/")):
            raise ContainerWrong(f"{name!r} is no name of a file in a pack")
        if name.casefold() in seen:
            raise ContainerWrong(f"{name} is there twice")
        seen.add(name.casefold())
        if info.file_size > LARGEST_FILE or info.file_size > LARGEST_RATIO * (info.compress_size + 64):
            raise ContainerWrong(f"{name} would unpack to {info.file_size} bytes")
        if not _is_ours(info):
            raise ContainerWrong(f"{name} is not entered as a pack enters its files")


def _is_ours(info: zipfile.ZipInfo) -> bool:
    fields = (info.create_version, info.create_system, info.extract_version, info.reserved, info.flag_bits, info.volume)
    stored = info.compress_type == zipfile.ZIP_STORED and info.compress_size == info.file_size
    packed = info.compress_type == zipfile.ZIP_DEFLATED and info.file_size >= DEFLATED_FROM
    return (
        fields == (VERSION, UNIX, VERSION, 0, 0, 0)
        and (info.date_time, info.internal_attr, info.external_attr) == (DATE, 0, FILE_MODE)
        and not info.extra
        and not info.comment
        and (stored or packed)
    )


def _in_order(file: BinaryIO, infos: list[zipfile.ZipInfo]) -> Iterator[Member]:
    """One file right behind the other from the first byte on, each with the same header in both places."""
    offset = 0
    for info in infos:
        name = info.filename.encode()
        expected = LOCAL.pack(
            b"PK\3\4", VERSION, 0, info.compress_type, DOS_TIME, DOS_DATE,
            info.CRC, info.compress_size, info.file_size, len(name), 0,
        ) + name  # fmt: skip
        file.seek(offset)
        if info.header_offset != offset or file.read(len(expected)) != expected:
            raise ContainerWrong(f"{info.filename} does not begin where it should, as it should")
        offset += len(expected)
        yield Member(info.filename, offset, info.compress_type, info.compress_size, info.file_size, info.CRC)
        offset += info.compress_size


def _require_end(file: BinaryIO, infos: list[zipfile.ZipInfo], found: list[Member]) -> None:
    """The directory is written anew and compared: a reader overlooks some of its bytes."""
    begins, directory = found[-1].offset + found[-1].packed, b"".join(map(_entry, infos))
    end = END.pack(b"PK\5\6", 0, 0, len(infos), len(infos), len(directory), begins, 0)
    file.seek(begins)
    if file.read(len(directory) + len(end) + 1) != directory + end:
        raise ContainerWrong("its end is not that of a pack: something was added or cut off")


def _entry(info: zipfile.ZipInfo) -> bytes:
    name = info.filename.encode()
    return CENTRAL.pack(
        b"PK\1\2", VERSION, UNIX, VERSION, 0, 0, info.compress_type, DOS_TIME, DOS_DATE,
        info.CRC, info.compress_size, info.file_size, len(name), 0, 0, 0, 0, FILE_MODE, info.header_offset,
    ) + name  # fmt: skip


def _stored(file: BinaryIO, member: Member) -> Iterator[bytes]:
    file.seek(member.offset)
    left = member.packed
    while left and (chunk := file.read(min(CHUNK, left))):
        left -= len(chunk)
        yield chunk


def _inflated(file: BinaryIO, member: Member) -> Iterator[bytes]:
    file.seek(member.offset)
    left, stream = member.packed - 1, zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        while left > 0 and (chunk := file.read(min(CHUNK, left))):
            left -= len(chunk)
            yield stream.decompress(chunk)
        last, before = file.read(1), stream.copy()
        rest = stream.decompress(last)
    except zlib.error as error:
        raise ContainerWrong(f"{member.name} cannot be unpacked ({error})") from error
    if not stream.eof or stream.unused_data or not last or _has_idle_bit(before, last[0], rest):
        raise ContainerWrong(f"{member.name} does not end where its packed bytes do")
    yield rest


def _has_idle_bit(before: zlib._Decompress, last: int, rest: bytes) -> bool:
    """Whether a bit of the last byte is set that means nothing: the writer leaves those at 0."""
    for bit in range(8):
        if last & 1 << bit:
            other = before.copy()
            try:
                same = other.decompress(bytes([last & ~(1 << bit)])) == rest and other.eof
            except zlib.error:
                continue
            if same:
                return True
    return False
