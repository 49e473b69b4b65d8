"""Count what lies in the mailboxes at both providers, without a look at the ledger: each letter by its folder and its bytes."""

from __future__ import annotations

import hashlib
import ssl
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from imapclient import IMAPClient

from skyflytt.project.load import load_project
from skyflytt.project.mailboxes import Mailbox
from skyflytt.project.model import Project
from skyflytt.project.secrets import FileSecrets

AT_ONCE = 200
SIDE_BY_SIDE = 4


@dataclass(frozen=True, slots=True)
class Compared:
    """One mailbox: how many letters each side holds, how many are missing at the target, and how many are there too often."""

    mailbox: str
    source: int
    target: int
    lost: int
    doubled: int


def compare(project_file: Path, secrets_file: Path) -> list[Compared]:
    """Every mailbox of the project, in its order."""
    project, secrets = load_project(project_file), FileSecrets(secrets_file)

    def one(mailbox: Mailbox) -> Compared:
        source, target = (_letters(project, mailbox, secrets, side, project_file) for side in ("source", "target"))
        lost, doubled = (source - target).total(), (target - source).total()
        return Compared(mailbox.name, source.total(), target.total(), lost, doubled)

    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        return list(pool.map(one, project.mailboxes))


def _letters(
    project: Project, mailbox: Mailbox, secrets: FileSecrets, side: str, project_file: Path
) -> Counter[tuple[str, str]]:
    place = getattr(mailbox, side)
    server = project.servers[place.server]
    trust = ssl.create_default_context(cafile=str(project_file.parent / "ca.pem"))
    with IMAPClient(server.host, server.port, ssl=True, ssl_context=trust) as client:  # type: ignore[union-attr]
        client.login(place.login, secrets.get(f"mailboxes.{mailbox.name}.{side}"))
        return Counter(_found(client))


def _found(client: IMAPClient) -> Iterator[tuple[str, str]]:
    for _flags, _delimiter, folder in client.list_folders():
        client.select_folder(folder, readonly=True)
        uids = client.search()
        for start in range(0, len(uids), AT_ONCE):
            for letter in client.fetch(uids[start : start + AT_ONCE], ["BODY.PEEK[]"]).values():
                yield folder, hashlib.sha256(letter[b"BODY[]"]).hexdigest()
