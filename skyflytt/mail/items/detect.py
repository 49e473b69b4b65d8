"""What kind of source a path is, and how to open it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from skyflytt.errors.mail import NotAnArchive
from skyflytt.mail.archive import ArchiveReader, read_archive
from skyflytt.mail.items.archive import ArchiveItems
from skyflytt.mail.items.eml_folder import FileItems
from skyflytt.mail.items.mailbox import MailboxItems
from skyflytt.mail.items.mbox import MboxItems
from skyflytt.mail.items.pst import PstItems
from skyflytt.mail.items.source import ItemSource
from skyflytt.mail.maildir import open_maildir_source
from skyflytt.mail.mboxrd import is_mbox
from skyflytt.outlook.errors import NoMailThere
from skyflytt.outlook.pst.reading import open_pst

_PST, _SQLITE = b"!BDN", b"SQLite format 3\0"


@contextmanager
def open_items(path: Path) -> Iterator[ItemSource]:
    """The items at `path`: a directory (Maildir; else .mbox files; else .eml, .msg, .ics, .vcf) or a file (mbox, archive, PST).

    Raises `NoMailThere`, or what the source's own reader raises.
    """
    if path.is_dir():
        with _directory(path) as source:
            yield source
    else:
        with _file(path) as source:
            yield source


@contextmanager
def _directory(path: Path) -> Iterator[ItemSource]:
    if (path / "cur").is_dir():
        with open_maildir_source(path) as mailbox:
            yield MailboxItems(mailbox)
        return
    boxes = {
        file.relative_to(path).with_suffix("").parts: file for file in sorted(path.rglob("*.mbox")) if file.is_file()
    }
    source: ItemSource = MboxItems(boxes) if boxes else FileItems(path)
    if not source.folders():
        raise NoMailThere(
            str(path), "the directory has no .eml, .msg, .ics, .vcf or .mbox file in it, and is no Maildir"
        )
    yield source


@contextmanager
def _file(path: Path) -> Iterator[ItemSource]:
    start = _beginning(path)
    if start.startswith(_PST):
        with open_pst(path) as pst:
            yield PstItems(pst)
    elif start == _SQLITE:
        with _archive(path) as archive:
            yield ArchiveItems(archive)
    elif is_mbox(start):
        yield MboxItems({(path.stem,): path})
    else:
        raise NoMailThere(str(path), "it is neither a PST file, a mailbox archive nor an mbox file")


def _archive(path: Path) -> ArchiveReader:
    try:
        return read_archive(path)
    except NotAnArchive as failure:
        raise NoMailThere(str(path), failure.detail) from None


def _beginning(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(len(_SQLITE))
    except OSError as error:
        raise NoMailThere(str(path), error.strerror or str(error)) from error
