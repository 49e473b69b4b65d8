"""`skyflytt pst check`: is the structure of a PST file sound?"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from skyflytt.outlook.pst.check import Finding


def check(
    file: Annotated[Path, typer.Argument(help="The PST file.", metavar="FILE")],
    as_json: Annotated[bool, typer.Option("--json", help="Give each finding as a line of JSON.")] = False,
) -> None:
    """Check every checksum, tree, map and table of a PST file: one line for each finding, with its offset.

    Exit status 0: sound (warnings are what files of Outlook have too); 1: findings that make a reader reject the file or lose something;
    2: not a PST, cut short, or encrypted with an unknown method.
    """
    from skyflytt.cli.progress import bars  # noqa: PLC0415
    from skyflytt.outlook.pst.check import check_pst  # noqa: PLC0415

    show = show_json if as_json else show_line
    counts: Counter[str] = Counter()
    advice: dict[str, None] = {}
    with bars(transient=True) as shown:
        for finding in check_pst(file, shown.of(file.name)):
            counts[finding.severity] += 1
            advice.setdefault(finding.advice)
            show(finding)
    if not as_json:
        tell_summary(file, counts, [one for one in advice if counts["error"]])
    if counts["error"]:
        raise typer.Exit(1)


def show_json(finding: Finding) -> None:
    typer.echo(json.dumps(finding._asdict() | {"severity": finding.severity}, ensure_ascii=False))


def show_line(finding: Finding) -> None:
    typer.echo(f"{finding.offset:#012x} {finding.severity} {finding.code}: {finding.where}: {finding.detail}")


def tell_summary(file: Path, counts: Counter[str], advice: list[str]) -> None:
    if not counts:
        typer.echo(f"{file} is sound.")
        return
    numbers = ", ".join(f"{counts[one]} {one}{'s' if counts[one] != 1 else ''}" for one in ("error", "warning"))
    typer.echo(f"{file}: {numbers}.")
    for one in advice:
        typer.echo(one)
