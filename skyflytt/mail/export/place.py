"""An export is written beside its folder and renamed when it is complete and verified: there is a whole one or none."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from skyflytt.errors.files import WorkspaceFull
from skyflytt.errors.mail import ExportOccupied

INDEX = "index.csv"


@contextmanager
def fresh_folder(out_dir: Path) -> Iterator[Path]:
    """A new folder that becomes `out_dir` if the block ends well; an earlier export there is replaced, anything else refused."""
    _refuse_other_content(out_dir)
    out_dir.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{out_dir.name}.part-", dir=out_dir.parent))
    try:
        beside.chmod(0o755)
        yield beside
        _swap(beside, out_dir)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise WorkspaceFull(str(out_dir), error.strerror or str(error)) from error
        raise
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _refuse_other_content(out_dir: Path) -> None:
    if not out_dir.exists():
        return
    if not out_dir.is_dir():
        raise ExportOccupied(str(out_dir), "it is a file")
    if any(out_dir.iterdir()) and not (out_dir / INDEX).is_file():
        raise ExportOccupied(str(out_dir), f"it is not empty and has no {INDEX}")


def _swap(beside: Path, out_dir: Path) -> None:
    old = Path(tempfile.mkdtemp(prefix=f".{out_dir.name}.old-", dir=out_dir.parent))
    try:
        if out_dir.exists():
            out_dir.replace(old / "export")
        beside.replace(out_dir)
        _sync_folder(out_dir.parent)
    finally:
        shutil.rmtree(old, ignore_errors=True)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
