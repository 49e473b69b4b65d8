"""Which domain a command is about, and what it opens."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from skyflytt.dns.move import DomainMove
    from skyflytt.project.domains import CustomerDomain
    from skyflytt.project.model import Project

Which = Annotated[
    str | None, typer.Argument(metavar="[DOMAIN]", help="The domain; may be left out where one domain names its host.")
]


@contextmanager
def opened_move(
    file: Path, workspace: Path, domain: str | None, secrets_file: Path | None = None, by: str | None = None
) -> Iterator[DomainMove]:
    """The domain at its host. Raises `DomainUnknown` and what opening the host raises."""
    from skyflytt.cli.opened import opened  # noqa: PLC0415
    from skyflytt.cli.person import person  # noqa: PLC0415
    from skyflytt.phase.cutover.domains import open_move  # noqa: PLC0415

    with opened(file, workspace, secrets_file) as migration:
        found = which(migration.project, domain)
        with open_move(migration, found, by=by or person()) as move:
            yield move


def which(project: Project, domain: str | None) -> CustomerDomain:
    """The domain that was named, or the only one there is to change. Raises `DomainUnknown`."""
    from skyflytt.errors.dns import DomainUnknown  # noqa: PLC0415

    known = [one for one in project.domains if one.host]
    if domain is None and len(known) == 1:
        return known[0]
    found = next((one for one in known if one.name == domain), None)
    if found is None:
        words = f"those that name their host are {', '.join(one.name for one in known) or 'none'}"
        raise DomainUnknown(domain or "without a name", words)
    return found
