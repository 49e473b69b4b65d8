"""`skyflytt pst write`: a PST file from whatever holds mail."""

from __future__ import annotations

import hashlib
import json
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from skyflytt.errors.base import Failure
    from skyflytt.mail.export.pst import WrittenPst

GIGABYTE = 10**9


def write(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="SOURCE",
            help="A folder of .eml, .msg, .ics and .vcf files, a Maildir, .mbox, a mailbox archive or a PST.",
        ),
    ],
    out: Annotated[Path, typer.Argument(metavar="OUT", help="The PST file to write; it must not be there yet.")],
    *,
    name: Annotated[str, typer.Option(help="What Outlook shows for the mailbox (default: the file's name).")] = "",
    seed: Annotated[
        str, typer.Option(help="Equal items and an equal seed give equal bytes (default: a new one).")
    ] = "",
    split_gb: Annotated[float, typer.Option(min=0.002, max=50, help="Above this size, several numbered files.")] = 45,
    as_json: Annotated[bool, typer.Option("--json", help="Tell the outcome as JSON.")] = False,
) -> None:
    """Write a genuine PST file, read it back with libpff and compare every item with what was meant."""
    from skyflytt.cli.progress import counting  # noqa: PLC0415
    from skyflytt.errors.files import WorkspaceFull  # noqa: PLC0415
    from skyflytt.mail.export.pst import write_items  # noqa: PLC0415
    from skyflytt.mail.items.detect import open_items  # noqa: PLC0415
    from skyflytt.outlook.errors import PstOccupied  # noqa: PLC0415

    chosen = hashlib.sha256(seed.encode()).digest() if seed else secrets.token_bytes(32)
    try:
        with open_items(source) as items:
            total = sum(folder.item_count for folder in items.folders())
            with counting(total) as progress:
                written = write_items(
                    items,
                    out,
                    name=name or out.stem,
                    seed=chosen,
                    max_bytes=int(split_gb * GIGABYTE),
                    progress=progress,
                )
    except WorkspaceFull as full:
        raise PstOccupied(str(out), full.detail) from full
    typer.echo(json.dumps(_as_data(written), ensure_ascii=False) if as_json else _as_text(written))
    for item, failure in (*written.failures, *written.notices):
        typer.echo(f"{item}: {failure.sentence} [{failure.code}]", err=True)
    if written.failures:
        raise typer.Exit(1)


def _as_data(written: WrittenPst) -> dict[str, object]:
    return {
        "files": [str(path) for path in written.paths],
        "items": written.count,
        "bytes": written.bytes,
        "failed": _named(written.failures),
        "notices": _named(written.notices),
        "verification": json.loads(written.verification.as_json()),
    }


def _named(failures: Iterable[tuple[str, Failure]]) -> list[dict[str, str]]:
    return [{"item": item, "code": failure.code, "why": failure.sentence} for item, failure in failures]


def _as_text(written: WrittenPst) -> str:
    lines = [f"{path}: {count} items" for path, count in zip(written.paths, written.counts, strict=True)]
    lines.append(
        f"{written.count} items, {written.bytes / 1e6:.1f} MB; read back with libpff, every one equal to its source."
    )
    if written.failures:
        lines.append(f"{len(written.failures)} items could not be read at the source and are missing:")
    return "\n".join(lines)
