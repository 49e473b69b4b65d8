"""`skyflytt files compare`: is everything of one folder in the other, and nothing else?"""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from skyflytt.cli.files.options import Exclude, Source, Target
from skyflytt.cli.options import AsJson, CaFile, SecretsFile

if TYPE_CHECKING:
    from skyflytt.ledger.renamed import Renamed

RenamedIn = Annotated[
    Path | None,
    typer.Option("--ledger", help="The ledger of `files sync`, which knows what is called otherwise at the target."),
]


def compare(
    source: Source,
    target: Target,
    *,
    quick: Annotated[
        bool, typer.Option("--quick", help="Compare size and time of change alone; read no file.")
    ] = False,
    ledger: RenamedIn = None,
    exclude: Exclude = None,
    ca_file: CaFile = None,
    secrets_file: SecretsFile = None,
    as_json: AsJson = False,
) -> None:
    """Compare two folders file by file, in both directions, by their bytes; both are only read.

    Exit status 1 when something differs; each difference is named. With --json, each is a line of its own, the counts the last one. With
    --ledger, what is called otherwise at the target is compared there, and told as renamed.
    """
    from skyflytt.cli.files.outcome import shown_path  # noqa: PLC0415
    from skyflytt.cli.secret import file_secret_of  # noqa: PLC0415
    from skyflytt.files.address import pair  # noqa: PLC0415
    from skyflytt.files.alone import name_of  # noqa: PLC0415
    from skyflytt.files.compare import Comparison  # noqa: PLC0415

    first, second = pair(source, target, ca_file)
    secret = file_secret_of(first, "source", secrets_file)
    second_secret = file_secret_of(second, "target", secrets_file)
    renamed = _renamed(ledger, name_of(first, second)) if ledger else ()
    told = {False: 0, True: 0}
    with first.open(secret) as here, second.open(second_secret) as there:
        comparison = Comparison(here, there, exclude or (), by_content=not quick, renamed=renamed)
        for one in comparison.differences():
            told[one.differs] += 1
            plain = f"{one.kind:<10}  {shown_path(one.path)}{f'  {shown_path(one.detail)}' if one.detail else ''}"
            typer.echo(json.dumps(dataclasses.asdict(one), ensure_ascii=False) if as_json else plain)
    counts = {"source": comparison.counts[0], "target": comparison.counts[1], "differences": told[True]}
    if as_json:
        typer.echo(json.dumps(counts | {"renamed": told[False]}))
    else:
        known_as = f", {told[False]} renamed" if told[False] else ""
        typer.echo(f"{counts['source']} entries here, {counts['target']} there, {told[True]} differences{known_as}.")
    if told[True]:
        raise typer.Exit(1)


def _renamed(ledger: Path, name: str) -> list[Renamed]:
    from skyflytt.deadline.clock import clock_from_environment  # noqa: PLC0415
    from skyflytt.files.alone import open_alone  # noqa: PLC0415

    with open_alone(ledger, name=name, clock=clock_from_environment(), there=True) as alone:
        return alone.renamed()
