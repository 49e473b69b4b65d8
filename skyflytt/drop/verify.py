"""What the customer runs over the folder that it fetched: is every file of the drop there, as it was handed over?

Needs nothing but the folder: `manifest.csv` and `SHA256SUMS` came with it. Uses the standard library alone.
"""

from __future__ import annotations

import csv
import hashlib
import os
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from skyflytt.drop.sums import SUMS, read_sums
from skyflytt.drop.windows_names import extended_length, windows_path
from skyflytt.errors.drop import ManifestUnusable

MANIFEST = "manifest.csv"
COLUMNS = ["path", "bytes", "sha256", "origin"]
NOT_LISTED = re.compile(r"SHA256SUMS|HOW-TO-FETCH\.[a-z]{2}\.(?:html|txt)|index\.html|fetch\.txt")
"""Names at the top of a drop that no list has: they change when the drop is extended."""
DIGEST = re.compile(r"[0-9a-f]{64}")
Tell = Callable[[int, int], None]
"""Files looked at so far, and of how many."""


def untold(_done: int, _of: int) -> None:
    """Nobody looks."""


@dataclass(slots=True)
class Verified:
    """What was found, by the paths of the manifest. `receipt` is the digest that the customer sends back.

    `renamed` are files that Windows cannot name as they were, under the name that they got. `extra` are files that no list has.
    """

    receipt: str
    files: int = 0
    size_bytes: int = 0
    missing: list[str] = field(default_factory=list)
    altered: dict[str, str] = field(default_factory=dict)
    renamed: dict[str, str] = field(default_factory=dict)
    extra: list[str] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        return not self.missing and not self.altered


@dataclass(frozen=True, slots=True)
class Listed:
    """One file of the lists; `size_bytes` is None where only `SHA256SUMS` has it."""

    path: str
    sha256: str
    size_bytes: int | None


def verify_drop(folder: Path, tell: Tell = untold, *, windows: bool = os.name == "nt") -> Verified:
    """Read every listed file once. Raises `ManifestUnusable` where the folder has no manifest, or one that cannot be read."""
    manifest = folder / MANIFEST
    if not manifest.is_file():
        raise ManifestUnusable(str(folder), f"there is no {MANIFEST} in it")
    found = Verified(_sha256(_place(folder, MANIFEST)))
    listed = _listed(folder, found)
    seen: set[str] = set()
    for number, one in enumerate(listed.values(), 1):
        found.files += 1
        found.size_bytes += one.size_bytes or 0
        place = _found_at(folder, one, windows=windows)
        seen.add(_compared(place if place is not None else one.path))
        _look(folder, one, place, found)
        tell(number, len(listed))
    found.extra = [
        path for path in _files_below(folder) if _compared(path) not in seen and not NOT_LISTED.fullmatch(path)
    ]
    if windows:
        _saved_otherwise(folder, listed, found)
    return found


def receipt_line(found: Verified) -> str:
    """What the customer sends back; the same as `sha256sum manifest.csv` prints."""
    return f"{found.receipt}  {MANIFEST}"


def _listed(folder: Path, found: Verified) -> dict[str, Listed]:
    """Both lists as one. Where they contradict each other, or a list is not there, that is found."""
    files = {one.path: one for one in _manifest_rows(folder)}
    sums = folder / SUMS
    if not sums.is_file():
        found.missing.append(SUMS)
        return files
    try:
        with sums.open(encoding="utf-8", errors="surrogateescape", newline="") as lines:
            rows = dict(read_sums(lines))
    except ValueError as error:
        found.altered[SUMS] = f"{error} cannot be read"
        return files
    for path, digest in rows.items():
        _require_below(folder, path)
        known = files.setdefault(path, Listed(path, digest, None))
        if known.sha256 != digest:
            found.altered[SUMS] = f"it has another digest for {path} than {MANIFEST}"
    if left_out := next((path for path in files if path not in rows), None):
        found.altered[SUMS] = f"it does not list {left_out}"
    return files


def _manifest_rows(folder: Path) -> Iterator[Listed]:
    name = str(folder / MANIFEST)
    try:
        with (folder / MANIFEST).open(encoding="utf-8", newline="") as file:
            rows = csv.reader(file, strict=True)
            if next(rows, None) != COLUMNS:
                raise ManifestUnusable(name, f"its first line is not {','.join(COLUMNS)}")
            for row in rows:
                if len(row) != len(COLUMNS) or not row[1].isdecimal() or not DIGEST.fullmatch(row[2]):
                    raise ManifestUnusable(name, f"line {rows.line_num} is no line of a manifest")
                _require_below(folder, row[0])
                yield Listed(row[0], row[2], int(row[1]))
    except (csv.Error, UnicodeDecodeError) as error:
        raise ManifestUnusable(name, str(error)) from error


def _require_below(folder: Path, path: str) -> None:
    """A list that was tampered with leads nowhere outside of the folder."""
    parts = PurePosixPath(path)
    if not path or parts.is_absolute() or ".." in parts.parts or "\0" in path:
        raise ManifestUnusable(str(folder), f"{path!r} leads out of it")


def _place(folder: Path, path: str) -> str:
    return extended_length(os.path.abspath(folder), path) if os.name == "nt" else str(folder / path)  # noqa: PTH100


def _found_at(folder: Path, one: Listed, *, windows: bool) -> str | None:
    """The path at which the file lies: its own, or how clients on Windows save it."""
    path = windows_path(one.path) if windows else one.path
    return path if os.path.isfile(_place(folder, path)) else None  # noqa: PTH113


def _look(folder: Path, one: Listed, place: str | None, found: Verified) -> None:
    if place is None:
        found.missing.append(one.path)
        return
    try:
        size = os.stat(_place(folder, place)).st_size  # noqa: PTH116
        if one.size_bytes is not None and size != one.size_bytes:
            found.altered[one.path] = f"{size} bytes instead of {one.size_bytes}"
        elif _sha256(_place(folder, place)) != one.sha256:
            found.altered[one.path] = "another content"
        elif place != one.path:
            found.renamed[one.path] = place
    except OSError as error:
        found.altered[one.path] = f"it cannot be read: {error.strerror}"


def _saved_otherwise(folder: Path, listed: dict[str, Listed], found: Verified) -> None:
    """Names that Windows cannot have and that a client saved in a way of its own: found by their content."""
    odd = [listed[path] for path in found.missing if path in listed and windows_path(path) != path]
    wanted = {(one.size_bytes, one.sha256): one.path for one in odd}
    for extra in list(found.extra) if wanted else ():
        size = os.stat(_place(folder, extra)).st_size  # noqa: PTH116
        if not any(size == one for one, _ in wanted):
            continue
        path = wanted.pop((size, _sha256(_place(folder, extra))), None)
        if path is not None:
            found.missing.remove(path)
            found.extra.remove(extra)
            found.renamed[path] = extra


def _files_below(folder: Path) -> Iterator[str]:
    for root, folders, files in os.walk(folder):
        folders.sort()
        for name in sorted(files):
            yield Path(root, name).relative_to(folder).as_posix()


def _compared(path: str) -> str:
    """macOS may give a name back in its other Unicode form."""
    return unicodedata.normalize("NFC", path)


def _sha256(place: str) -> str:
    with open(place, "rb") as file:  # noqa: PTH123
        return hashlib.file_digest(file, "sha256").hexdigest()
