"""What a drop holds, as lists in the drop: `manifest.csv`, `manifest.jsonl`, `SHA256SUMS`; and the application cards beside them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from skyflytt.application.card import BackupFile
from skyflytt.application.cards import cards, ensure_cards, note_backups
from skyflytt.application.pages import HTML, JSON, card_pages
from skyflytt.drop.sums import SUMS, sums_line
from skyflytt.drop.work import DropWork, put_files
from skyflytt.evidence.lists import HashedFile, WrittenList
from skyflytt.evidence.manifest import drop_items, write_drop_manifest

LISTS = ("manifest.csv", "manifest.jsonl", SUMS, HTML, JSON)
"""Names at the top of every drop that its contents cannot have."""


def put_lists(work: DropWork) -> str:
    """Write them into the drop; the SHA-256 of `manifest.csv`, which the customer's receipt names."""
    with TemporaryDirectory(prefix="skyflytt-") as made:
        folder = Path(made)
        written = write_drop_manifest(folder, drop_items(work.ledger, work.workload))
        pages = _card_pages(work)
        for name, content in pages.items():
            (folder / name).write_bytes(content)
        _write_sums(work, folder, written, pages)
        put_files(work.folder, sorted(folder.iterdir()))
    return written.csv.sha256


def _write_sums(work: DropWork, folder: Path, written: WrittenList, pages: Mapping[str, bytes]) -> None:
    sums = HashedFile(folder / SUMS)
    for name, digest in (
        *((file.name, file.sha256) for file in (written.csv, written.jsonl)),
        *((name, hashlib.sha256(content).hexdigest()) for name, content in pages.items()),
        *((item.key, item.identity or "") for item in drop_items(work.ledger, work.workload)),
    ):
        sums.write(sums_line(digest, name))
    sums.finish()


def _card_pages(work: DropWork) -> Mapping[str, bytes]:
    """The cards, with the backups that this drop hands over noted on them."""
    project = work.project
    if "applications" not in project.drop(work.name).contents:
        return {}
    ensure_cards(work.ledger, project.project, project.applications)
    for application in project.applications:
        backups = tuple(_backups(work, application.name))
        if backups:
            note_backups(work.ledger, project.project, application.name, backups, by=work.by)
    named = {one.name for one in project.applications}
    shown = [card for name, card in cards(work.ledger, project.project).items() if name in named]
    customer = project.customer
    return card_pages(
        shown, customer=customer.name, at=work.ledger.clock.now(), zone=project.zone, language=customer.language
    )


def _backups(work: DropWork, application: str) -> Iterator[BackupFile]:
    start = f"applications/{application}"
    for item in drop_items(work.ledger, work.workload):
        if item.key.startswith((f"{start}/", f"{start}.")):
            yield BackupFile(path=item.key, size_bytes=item.size_bytes, sha256=item.identity or "")
