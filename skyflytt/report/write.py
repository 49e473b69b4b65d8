"""Write a project's report page into its workspace, each file in one step: whoever reads sees the page before or the one after."""

from __future__ import annotations

import errno
import logging
import os
from pathlib import Path
from threading import get_ident

from skyflytt.errors.base import Failure
from skyflytt.errors.files import WorkspaceFull
from skyflytt.phase.migration import Migration
from skyflytt.report.page import page_of, summary_text
from skyflytt.report.place import FOLDER, PAGE, SUMMARY
from skyflytt.report.report import report_of

log = logging.getLogger("skyflytt.report")


def write_report(migration: Migration) -> Path:
    """`report/index.html` in the workspace, and beside it what an index of projects says of it. The page's path.

    Raises `WorkspaceFull`, and what the ledger raises when it cannot be read.
    """
    folder = migration.workspace / FOLDER
    try:
        page = page_of(report_of(migration))
        _replace(folder / SUMMARY, summary_text(page))
        _replace(folder / PAGE, page.html)
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise WorkspaceFull(str(folder), error.strerror or "") from error
    return folder / PAGE


def keep_report(migration: Migration) -> str:
    """Write it if that can be done; why it could not be, else nothing. A page that cannot be written stops no phase."""
    try:
        write_report(migration)
    except Exception as error:
        log.exception("the report page of %s was not written", migration.name)
        words = error.sentence if isinstance(error, Failure) else f"{type(error).__name__}: {error}"
        return f"the report page was not written: {words}"
    return ""


def _replace(path: Path, text: str) -> None:
    beside = path.with_name(f".{path.name}.{os.getpid()}.{get_ident()}.tmp")
    try:
        # What is no text at all (a lone surrogate of a file's name) may not keep the page from being written.
        beside.write_text(text, encoding="utf-8", errors="backslashreplace")
        beside.replace(path)
    except OSError:
        beside.unlink(missing_ok=True)
        raise
