"""`skyflytt exchange devices`."""

from __future__ import annotations

import csv
import sys

from skyflytt.cli.exchange.exports import ServerName, require_server
from skyflytt.cli.opened import ProjectFile, Workspace, opened


def devices(file: ProjectFile, server: ServerName, *, workspace: Workspace) -> None:
    """List the phones and tablets that synchronise with mailboxes, as CSV that `skyflytt callers scan` reads."""
    from skyflytt.directory.exchange.failures import Reported  # noqa: PLC0415
    from skyflytt.directory.exchange.mobile_devices import COLUMNS, mobile_devices, row_of  # noqa: PLC0415
    from skyflytt.phase import server_pst  # noqa: PLC0415

    with opened(file, workspace) as migration:
        require_server(migration, server)
        unit = server_pst.server_of(migration, server).organizational_unit
        with server_pst.opened(migration, server) as shell:
            rows = csv.writer(sys.stdout, lineterminator="\n")
            rows.writerow(COLUMNS)
            try:
                rows.writerows(map(row_of, mobile_devices(shell, unit)))
            except Reported as error:
                raise error.failure() from error
