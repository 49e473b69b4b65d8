"""pffexport (Debian pff-tools): libpff's own tool, which writes a directory per message."""

from __future__ import annotations

import hashlib
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests.outlook.readers.seen import SeenAttachment, SeenMessage

_ITEM = re.compile(r"[A-Za-z]+\d{5}\Z")


def read(pst: Path, scratch: Path) -> Iterator[SeenMessage]:
    """Every item below the top of the mailbox."""
    command = ["pffexport", "-q", "-m", "items", "-t", str(scratch / "pff"), str(pst)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    tops = [at for at in (scratch / "pff.export").iterdir() if at.name.startswith("Top of")]
    for top in tops:
        yield from _folder(top, ())


def _folder(at: Path, folder: tuple[str, ...]) -> Iterator[SeenMessage]:
    for below in sorted(at.iterdir(), key=lambda one: (one.name[-5:], one.name)):
        if _ITEM.match(below.name):
            yield _message(below, folder)
        else:
            yield from _folder(below, (*folder, below.name))


def _message(at: Path, folder: tuple[str, ...]) -> SeenMessage:
    headers = _fields(at / f"{re.sub(r'[0-9]', '', at.name)}.txt") | _fields(at / "OutlookHeaders.txt")
    return SeenMessage(
        folder,
        headers.get("Subject", ""),
        None,
        _text(at / "Message.txt") if (at / "OutlookHeaders.txt").exists() else None,
        _text(at / "Message.html"),
        None,
        tuple(_attachments(at / "Attachments")),
    )


def _attachments(at: Path) -> Iterator[SeenAttachment]:
    for below in sorted(at.iterdir()) if at.is_dir() else ():
        if below.is_dir():
            for item in below.iterdir():
                yield SeenAttachment("", embedded=_message(item, ()))
        else:
            data = below.read_bytes()
            yield SeenAttachment("", len(data), hashlib.sha256(data).hexdigest())


def _fields(file: Path) -> dict[str, str]:
    lines = _text(file).splitlines() if file.exists() else []
    return {name: value.strip("\t") for name, _, value in (line.partition(":") for line in lines)}


def _text(file: Path) -> str:
    return file.read_bytes().decode("utf-8", "replace") if file.exists() else ""
