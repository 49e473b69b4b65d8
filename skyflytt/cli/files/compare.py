"""`skyflytt files compare`: is everything of one folder in the other, and nothing else?"""

from __future__ import annotations

import dataclasses
import json
from typing import Annotated

import typer

from skyflytt.cli.files.options import Exclude, Source, Target
from skyflytt.cli.options import AsJson, CaFile, SecretsFile


def compare(
    source: Source,
    target: Target,
    *,
    quick: Annotated[
        bool, typer.Option("--quick", help="Compare size and time of change alone; read no file.")
    ] = False,
    exclude: Exclude = None,
    ca_file: CaFile = None,
    secrets_file: SecretsFile = None,
    as_json: AsJson = False,
) -> None:
    """Compare two folders file by file, in both directions, by their bytes; both are only read.

    Exit status 1 when something differs; each difference is named. With --json, each is a line of its own, the counts the last one.
    """
    from skyflytt.cli.files.outcome import shown_path  # noqa: PLC0415
    from skyflytt.cli.secret import file_secret_of  # noqa: PLC0415
    from skyflytt.files.address import pair  # noqa: PLC0415
    from skyflytt.files.compare import Comparison  # noqa: PLC0415

    first, second = pair(source, target, ca_file)
    secret = file_secret_of(first, "source", secrets_file)
    second_secret = file_secret_of(second, "target", secrets_file)
    differing = 0
    with first.open(secret) as here, second.open(second_secret) as there:
        comparison = Comparison(here, there, exclude or (), by_content=not quick)
        for differing, one in enumerate(comparison.differences(), 1):  # noqa: B007
            plain = f"{one.kind:<10}  {shown_path(one.path)}{f'  {one.detail}' if one.detail else ''}"
            typer.echo(json.dumps(dataclasses.asdict(one), ensure_ascii=False) if as_json else plain)
    counts = {"source": comparison.counts[0], "target": comparison.counts[1], "differences": differing}
    if as_json:
        typer.echo(json.dumps(counts))
    else:
        typer.echo(f"{counts['source']} entries here, {counts['target']} there, {differing} differences.")
    if differing:
        raise typer.Exit(1)
