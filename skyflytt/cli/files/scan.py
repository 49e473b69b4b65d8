"""`skyflytt files scan`: what a folder holds."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING

import typer

from skyflytt.cli.files.options import Exclude, Source
from skyflytt.cli.options import AsJson, CaFile, SecretsFile

if TYPE_CHECKING:
    from skyflytt.files.tally import Tally


def scan(
    source: Source,
    *,
    exclude: Exclude = None,
    ca_file: CaFile = None,
    secrets_file: SecretsFile = None,
    as_json: AsJson = False,
) -> None:
    """Count a folder's files, folders, links and bytes, and name its largest files and what cannot be read.

    Exit status 1 when something cannot be read.
    """
    from skyflytt.cli.files.outcome import shown_path  # noqa: PLC0415
    from skyflytt.cli.secret import file_secret_of  # noqa: PLC0415
    from skyflytt.files.address import address  # noqa: PLC0415
    from skyflytt.files.exclude import Exclusions  # noqa: PLC0415
    from skyflytt.files.tally import Tally  # noqa: PLC0415

    where, tally = address(source, ca_file), Tally()
    with where.open(file_secret_of(where, "source", secrets_file)) as store:
        tally.take(store.scan(), Exclusions(exclude or ()))
    if as_json:
        typer.echo(json.dumps({"source": where.shown, **dataclasses.asdict(tally)}, ensure_ascii=False))
    else:
        for path, why in tally.unreadable:
            typer.echo(f"{shown_path(path)}: {why}", err=True)
        typer.echo(_as_text(tally))
        for size_bytes, path in tally.largest:
            typer.echo(f"{size_bytes:>16,}  {shown_path(path)}")
    if tally.unreadable:
        raise typer.Exit(1)


def _as_text(tally: Tally) -> str:
    counts = {
        "files": tally.files,
        "folders": tally.folders,
        "links": tally.links,
        "others": tally.others,
        "excluded": tally.excluded,
        "unreadable": len(tally.unreadable),
    }
    told = ", ".join(f"{count:,} {what}" for what, count in counts.items() if count or what in ("files", "folders"))
    return f"{told}; {tally.size_bytes:,} bytes in files."
