"""`skyflytt verify-drop`: what the customer runs over the folder that it fetched."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from skyflytt.cli.options import AsJson

if TYPE_CHECKING:
    from skyflytt.drop.verify import Verified

SHOWN = 20


def verify_drop(
    folder: Annotated[
        Path,
        typer.Argument(metavar="FOLDER", help="The folder that was fetched; manifest.csv and SHA256SUMS are in it."),
    ],
    as_json: AsJson = False,
) -> None:
    """Check every file that was fetched from a drop, and print the line that confirms its receipt. No network is needed.

    Exit status 0 when every file is there as it was handed over, as `sha256sum -c SHA256SUMS` gives it; 1 when one is missing or
    altered, each is named; 2 when the folder is no drop's. Files that the drop does not list are named and change nothing.
    """
    from skyflytt.cli.progress import bars  # noqa: PLC0415
    from skyflytt.drop.verify import verify_drop as look_through  # noqa: PLC0415

    with bars(transient=True) as shown:
        found = look_through(folder, shown.of("checked"))
    if as_json:
        typer.echo(json.dumps({**dataclasses.asdict(found), "whole": found.whole}, ensure_ascii=False))
    else:
        _show(found)
    if not found.whole:
        raise typer.Exit(1)


def _show(found: Verified) -> None:
    from skyflytt.cli.files.outcome import shown_path  # noqa: PLC0415
    from skyflytt.drop.verify import receipt_line  # noqa: PLC0415

    for path in found.missing:
        typer.echo(f"missing  {shown_path(path)}", err=True)
    for path, why in found.altered.items():
        typer.echo(f"altered  {shown_path(path)}: {why}", err=True)
    for path, name in found.renamed.items():
        typer.echo(f"renamed  {shown_path(path)}: it is here as {shown_path(name)}", err=True)
    for path in found.extra[:SHOWN]:
        typer.echo(f"extra    {shown_path(path)}", err=True)
    if len(found.extra) > SHOWN:
        typer.echo(f"extra    and {len(found.extra) - SHOWN} more files that the drop does not list", err=True)
    if found.whole:
        typer.echo(f"All {found.files} files are there as they were handed over. Your receipt:")
        typer.echo(receipt_line(found))
    else:
        bad = len(found.missing) + len(found.altered)
        typer.echo(
            f"{bad} of {found.files} files are missing or altered; fetch them once more, then check again.", err=True
        )
