"""`skyflytt files verify`: is everything that a ledger calls moved still there as it was?"""

from __future__ import annotations

import dataclasses
import json

import typer

from skyflytt.cli.files.options import LedgerFile, Source, Target
from skyflytt.cli.options import AsJson, CaFile, SecretsFile


def verify(
    source: Source,
    target: Target,
    ledger: LedgerFile,
    *,
    ca_file: CaFile = None,
    secrets_file: SecretsFile = None,
    as_json: AsJson = False,
) -> None:
    """Read every file that `sync` moved from SOURCE to TARGET, and compare it with the digest in the ledger.

    Only the target is opened. Exit status 1 when a file is missing, has changed, or was left half copied; each is named. What is called
    otherwise at the target is looked for under that name, and told.
    """
    from skyflytt.cli.files.outcome import shown_path  # noqa: PLC0415
    from skyflytt.cli.progress import bars  # noqa: PLC0415
    from skyflytt.cli.secret import file_secret_of  # noqa: PLC0415
    from skyflytt.deadline.clock import clock_from_environment  # noqa: PLC0415
    from skyflytt.files.address import pair  # noqa: PLC0415
    from skyflytt.files.alone import name_of, open_alone  # noqa: PLC0415

    left, home = pair(source, target, ca_file)
    secret = file_secret_of(home, "target", secrets_file)
    with (
        bars(transient=True) as shown,
        home.open(secret) as new,
        open_alone(ledger, name=name_of(left, home), clock=clock_from_environment(), there=True) as alone,
    ):
        found = alone.verify(new, shown.of("verified"))
    if as_json:
        typer.echo(json.dumps(dataclasses.asdict(found), ensure_ascii=False))
    else:
        for word, paths in (("missing", found.missing), ("changed", found.changed), ("partial", found.partial)):
            for path in paths:
                typer.echo(f"{word:<8} {shown_path(path)}", err=True)
        for path, place in found.renamed:
            typer.echo(f"renamed  {shown_path(path)}  {shown_path(place)}")
        differing = len(found.missing) + len(found.changed)
        typer.echo(f"{found.files - differing} of {found.files} moved files are there as they were verified.")
    if not found.holds:
        raise typer.Exit(1)
