"""Archives for the customer alone: one AES-256 zip (WinZip AE-2) per mailbox, share and application, read back once written.

7-Zip, WinZip, WinRAR, Keka and macOS' own tools of the field open them; Windows' Explorer does not. The format hides what the
files hold, not how they are called.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from skyflytt.drop.sums import SUMS, sums_line
from skyflytt.errors.files import CopyAltered, FileChanging, KindNotCopied
from skyflytt.evidence.lists import file_sha256, write_list
from skyflytt.evidence.manifest import DROP_COLUMNS
from skyflytt.files.port import Entry, EntryKind, FileStore, ScanFailure

if TYPE_CHECKING:
    from pyzipper import AESZipFile

BLOCK_BYTES = 1 << 20
FIRST_YEAR = 1980
"""A zip knows no year before."""


def archive(part: str, contents: FileStore, folder: Path, passphrase: str) -> Path:
    """`<folder>/<part>.zip` with everything of `contents`; one that holds just that already is left as it is.

    `part` is such as `shares/homes`. In the archive are a `manifest.csv` and `SHA256SUMS` of what it holds. Raises what reading
    raises, `KindNotCopied` for a link, `FileChanging`, and `CopyAltered` when the archive does not read back.
    """
    path, note = folder / f"{part}.zip", folder.with_name(f"{folder.name}.notes") / f"{part}.json"
    entries = list(_entries(contents))
    wanted = _fingerprint(entries, passphrase)
    if (
        path.exists()
        and note.exists()
        and json.loads(note.read_text()) == {"holds": wanted, "sha256": file_sha256(path)}
    ):
        return path
    for one in (path, note):
        one.parent.mkdir(parents=True, exist_ok=True)
    beside = note.with_suffix(".zip.partial")
    digests = _write(beside, part, contents, entries, passphrase)
    _read_back(beside, digests, passphrase)
    with suppress(FileNotFoundError):
        note.unlink()
    beside.replace(path)
    note.write_text(json.dumps({"holds": wanted, "sha256": file_sha256(path)}))
    return path


def _entries(contents: FileStore) -> Iterator[Entry]:
    for entry in contents.scan():
        if isinstance(entry, ScanFailure):
            raise entry.failure
        if entry.kind not in (EntryKind.FILE, EntryKind.FOLDER):
            raise KindNotCopied(entry.path, f"it is a {entry.kind}")
        yield entry


def _fingerprint(entries: list[Entry], passphrase: str) -> str:
    """Of what the archive is to hold, under this passphrase; tells nobody the passphrase (it has 144 random bits)."""
    digest = hashlib.sha256(passphrase.encode())
    for entry in entries:
        digest.update(f"{entry.key}\0{entry.size_bytes}\0{entry.modified.isoformat()}\0".encode())
    return digest.hexdigest()


def _write(path: Path, part: str, contents: FileStore, entries: list[Entry], passphrase: str) -> dict[str, str]:
    """The digests of what it holds, by name."""
    rows: list[tuple[str, int, str, str]] = []
    with _opened(path, "w", passphrase) as zip_file:
        for entry in entries:
            if entry.kind is EntryKind.FOLDER:
                zip_file.writestr(_info(entry.key, entry.modified), b"")
                continue
            with contents.read(entry.path) as reading:
                digest, size = _add(zip_file, entry.path, entry.modified, reading)
            if size != entry.size_bytes:
                raise FileChanging(entry.path, f"{entry.size_bytes} bytes were listed, {size} were read")
            rows.append((entry.path, size, digest, part))
        lists = _lists(path.parent, rows)
        latest = max((entry.modified for entry in entries), default=datetime(FIRST_YEAR, 1, 1, tzinfo=UTC))
        for name, content in lists.items():
            _add(zip_file, name, latest, io.BytesIO(content))
    held = {name: hashlib.sha256(content).hexdigest() for name, content in lists.items()}
    return {row[0]: row[2] for row in rows} | held


def _add(zip_file: AESZipFile, name: str, modified: datetime, reading: BinaryIO) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    with zip_file.open(_info(name, modified), "w", force_zip64=True) as writing:
        for block in iter(lambda: reading.read(BLOCK_BYTES), b""):
            digest.update(block)
            size += len(block)
            writing.write(block)
    return digest.hexdigest(), size


def _lists(folder: Path, rows: list[tuple[str, int, str, str]]) -> dict[str, bytes]:
    taken = {row[0] for row in rows}
    written = write_list(folder, "manifest", DROP_COLUMNS, rows)
    made: dict[str, bytes] = {}
    for file in (written.csv, written.jsonl):
        made[file.name] = (folder / file.name).read_bytes()
        (folder / file.name).unlink()
    listed = [(hashlib.sha256(content).hexdigest(), name) for name, content in made.items()]
    listed += [(row[2], row[0]) for row in rows]
    made[SUMS] = "".join(sums_line(*one) for one in listed).encode()
    return {} if taken & set(made) else made


def _read_back(path: Path, digests: dict[str, str], passphrase: str) -> None:
    with _opened(path, "r", passphrase) as zip_file:
        there = {name for name in zip_file.namelist() if not name.endswith("/")}
        if there != set(digests):
            raise CopyAltered(path.name, "it does not hold the files that were put into it")
        for name, digest in digests.items():
            with zip_file.open(name) as reading:
                found = hashlib.sha256()
                for block in iter(lambda: reading.read(BLOCK_BYTES), b""):
                    found.update(block)
            if found.hexdigest() != digest:
                raise CopyAltered(name, "it reads back otherwise than it was put into its archive")


def _opened(path: Path, mode: str, passphrase: str) -> AESZipFile:
    import pyzipper  # noqa: PLC0415 - most drops are not encrypted

    made = pyzipper.AESZipFile(path, mode, compression=pyzipper.ZIP_STORED, encryption=pyzipper.WZ_AES)
    made.setpassword(passphrase.encode())
    if mode == "w":
        made.setencryption(pyzipper.WZ_AES, nbits=256)
    return made


def _info(name: str, modified: datetime) -> Any:
    import pyzipper  # noqa: PLC0415

    at = modified if modified.year >= FIRST_YEAR else datetime(FIRST_YEAR, 1, 1, tzinfo=UTC)
    return pyzipper.zipfile_aes.AESZipInfo(name, date_time=at.timetuple()[:6])
