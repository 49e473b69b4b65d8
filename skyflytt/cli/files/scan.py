"""`skyflytt files scan`: what a folder holds."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from skyflytt.cli.files.options import Exclude, Source
from skyflytt.cli.options import AsJson, CaFile, SecretsFile

if TYPE_CHECKING:
    from skyflytt.files.tally import Tally


PermissionsFile = Annotated[
    Path | None, typer.Option("--permissions", metavar="FILE", help="Write who may do what, as CSV, to this file.")
]


def scan(
    source: Source,
    *,
    exclude: Exclude = None,
    permissions: PermissionsFile = None,
    ca_file: CaFile = None,
    secrets_file: SecretsFile = None,
    as_json: AsJson = False,
) -> None:
    """Count a folder's files, folders, links and bytes, and name its largest files and what cannot be read.

    With --permissions, who may do what is written down, folder by folder where it differs from the folder above, and how many files
    have rights of their own. Exit status 1 when something cannot be read.
    """
    from skyflytt.cli.files.outcome import shown_path  # noqa: PLC0415
    from skyflytt.cli.secret import file_secret_of  # noqa: PLC0415
    from skyflytt.errors.files import RightsMissing  # noqa: PLC0415
    from skyflytt.evidence.permissions import write_permissions  # noqa: PLC0415
    from skyflytt.files.address import address  # noqa: PLC0415
    from skyflytt.files.exclude import Exclusions  # noqa: PLC0415
    from skyflytt.files.permissions import Permissions  # noqa: PLC0415
    from skyflytt.files.tally import Tally  # noqa: PLC0415

    where, tally = address(source, ca_file), Tally()
    with where.open(file_secret_of(where, "source", secrets_file)) as store:
        if permissions and not store.capabilities.rights:
            raise RightsMissing(where.shown, "its protocol has no place for it")
        tally.take(store.scan(), Exclusions(exclude or ()))
        rights = Permissions(store, Exclusions(exclude or ())) if permissions else None
        if permissions and rights:
            try:
                write_permissions(rights, permissions)
            except OSError as error:
                raise typer.BadParameter(f"{permissions}: {error.strerror}", param_hint="--permissions") from error
    if as_json:
        told = {"source": where.shown, **dataclasses.asdict(tally)}
        told |= {"permissions": rights.counts()} if rights else {}
        typer.echo(json.dumps(told, ensure_ascii=False))
    else:
        for path, why in tally.unreadable:
            typer.echo(f"{shown_path(path)}: {why}", err=True)
        typer.echo(_as_text(tally))
        if rights:
            typer.echo(
                f"{rights.own_folders:,} of {rights.folders:,} folders have rights of their own, and {rights.own_files:,} files: "
                f"{permissions}"
            )
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
