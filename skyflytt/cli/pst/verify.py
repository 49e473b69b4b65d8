"""`skyflytt pst verify`: is everything of a source in these PST files, unaltered?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def verify(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="A PST file, or all volumes of one, in their order.")
    ],
    against: Annotated[Path, typer.Option(help="What it was written from: files, Maildir, mbox, archive or PST.")],
    as_json: Annotated[bool, typer.Option("--json", help="Tell the outcome as JSON.")] = False,
) -> None:
    """Read the PST files with libpff and compare every item with its source; exit 1 when something differs."""
    from skyflytt.cli.progress import counting  # noqa: PLC0415
    from skyflytt.mail.export.pst import meant  # noqa: PLC0415
    from skyflytt.mail.items.detect import open_items  # noqa: PLC0415
    from skyflytt.outlook.pst.verification import verify_pst  # noqa: PLC0415

    with open_items(against) as items:
        total = sum(folder.item_count for folder in items.folders())
        with counting(total) as progress:
            found = verify_pst(files, meant(items, progress))
    if as_json:
        typer.echo(found.as_json())
    else:
        for difference in found.differences:
            typer.echo(str(difference))
        counted = sum(folder.found for folder in found.folders)
        typer.echo(f"{counted} items, {len(found.differences)} differences.")
    if found.differences:
        raise typer.Exit(1)
