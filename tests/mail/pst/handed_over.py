"""PST files as a provider hands them over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from skyflytt.mail.port import FolderPath
from skyflytt.outlook.mime import Delivery, from_mime
from skyflytt.outlook.pst.writer import create_pst
from tests.contract.mail_messages import RECEIVED


def write_pst_file(path: Path, contents: Mapping[FolderPath, Iterable[bytes]]) -> None:
    """A PST file with these messages, folders under the names that they have in Outlook."""
    with create_pst(path, name=path.stem, seed=path.name.encode()) as writer:
        for folder, messages in contents.items():
            writer.folder(folder)
            for raw in messages:
                writer.add(folder, from_mime(raw, Delivery(RECEIVED, frozenset())))
