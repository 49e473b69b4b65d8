"""What the commands for licences have in common."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from skyflytt.directory.licences import LicenceLedger
    from skyflytt.directory.port import Directory
    from skyflytt.phase.migration import Migration
    from skyflytt.project.directories import DirectoryLeft

Name = Annotated[str, typer.Argument(metavar="DIRECTORY", help="The directory's name in the project file.")]
Really = Annotated[bool, typer.Option("--really", help="Do it; without, only what would be done is shown.")]
Only = Annotated[
    list[str] | None, typer.Option("--licence", help="Key of a licence, as `list` shows it; may be given again.")
]


def named(migration: Migration, name: str) -> DirectoryLeft:
    try:
        return migration.project.directory(name)
    except LookupError as error:
        raise typer.BadParameter(str(error)) from None


@contextmanager
def asked(migration: Migration, name: str, by: str) -> Iterator[tuple[LicenceLedger, Directory, DirectoryLeft]]:
    """The directory's pages of the ledger, the directory itself, and what the project file says of it."""
    from skyflytt.phase.directories import book, open_directory  # noqa: PLC0415

    left = named(migration, name)
    with open_directory(migration, left) as directory:
        yield book(migration, left, by), directory, left
