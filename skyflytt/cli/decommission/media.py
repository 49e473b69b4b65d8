"""`skyflytt decommission media`: attach a provider's certificate about storage media."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from skyflytt.cli.opened import By, ProjectFile, Workspace, opened
from skyflytt.cli.person import person


def media(
    file: ProjectFile,
    certificate: Annotated[
        Path, typer.Argument(metavar="CERTIFICATE", help="The certificate's fields (YAML or JSON).")
    ],
    workspace: Workspace,
    document: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="The signed document itself, such as a PDF.")
    ] = None,
    by: By = None,
) -> None:
    """Attach what the provider certifies about one storage medium (fields of NIST SP 800-88 Rev. 2) to the evidence."""
    from skyflytt.decommission.media import attach  # noqa: PLC0415
    from skyflytt.evidence.write import write_evidence  # noqa: PLC0415

    with opened(file, workspace) as migration:
        folder = migration.folder("evidence")
        written = attach(migration.ledger, migration.name, certificate, folder, document, by=by or person())
        write_evidence(migration.ledger, migration.name, folder)
        typer.echo(f"{written.name}, SHA-256 {written.sha256}")
