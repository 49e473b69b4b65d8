"""`skyflytt pst extract`: the messages of a PST file as .eml files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from skyflytt.mail.pst.extraction import Extraction


def extract(
    file: Annotated[Path, typer.Argument(help="The PST file.", metavar="FILE")],
    out_dir: Annotated[
        Path, typer.Argument(help="The folder to make; an earlier extraction there is replaced.", metavar="OUT_DIR")
    ],
    recover: Annotated[
        bool, typer.Option("--recover", help="Look for deleted and lost messages in the file's free space, too.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Tell the outcome as JSON.")] = False,
) -> None:
    """Save every message that can be read as an .eml file, folder by folder, with an index.csv.

    Exit status 0: all of it; 1: some of it could not be read and is named; 2: not a PST, or nothing of it can be read.
    """
    from skyflytt.mail.pst.extraction import extract as extract_all  # noqa: PLC0415
    from skyflytt.outlook.pst.reading import open_pst  # noqa: PLC0415

    with open_pst(file, salvage=True) as reader:
        extraction = extract_all(reader, out_dir, recover=recover)
    if as_json:
        typer.echo(json.dumps(_as_data(out_dir, extraction), ensure_ascii=False))
    else:
        for failure in extraction.lost:
            typer.echo(failure.sentence, err=True)
        typer.echo(f"{extraction.count} messages in {out_dir}, {len(extraction.lost)} losses.")
    if extraction.lost:
        raise typer.Exit(1)


def _as_data(out_dir: Path, extraction: Extraction) -> dict[str, object]:
    return {
        "folder": str(out_dir),
        "messages": extraction.count,
        "bytes": extraction.bytes,
        "folders": [{"path": list(path), "messages": count} for path, count in extraction.counts.items()],
        "lost": [{"item": failure.item, "why": failure.detail} for failure in extraction.lost],
    }
