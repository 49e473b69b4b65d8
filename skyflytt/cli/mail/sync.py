"""`skyflytt mail sync`: a mailbox to its new home, as often as wanted."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from skyflytt.cli.options import AsJson, CaFile, OnlyAdd, RemovalLimit, SecretsFile


def sync(
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="The mailbox that is left; it is only read.")],
    target: Annotated[str, typer.Argument(metavar="TARGET", help="The mailbox at the new home; it must be there.")],
    ledger: Annotated[Path, typer.Option(help="The ledger file; made if it is not there. Keep it for the next pass.")],
    *,
    archive: Annotated[
        Path | None, typer.Option(help="The archive in between (default: in the folder LEDGER.archives).")
    ] = None,
    only_add: OnlyAdd = False,
    removal_limit: RemovalLimit = None,
    ca_file: CaFile = None,
    secrets_file: SecretsFile = None,
    as_json: AsJson = False,
) -> None:
    """Bring a mailbox to its new home by way of an archive; again, and only what changed is done.

    Until --only-add is given once, moves, flags and deletions at the source are followed, for messages that this ledger brought.
    May be interrupted at any moment. Exit status 1 when a message could not be moved; each is named.
    """
    from skyflytt.cli.mail.outcome import show_pass  # noqa: PLC0415
    from skyflytt.cli.person import person  # noqa: PLC0415
    from skyflytt.cli.progress import bars  # noqa: PLC0415
    from skyflytt.cli.secret import secret_of  # noqa: PLC0415
    from skyflytt.deadline.clock import clock_from_environment  # noqa: PLC0415
    from skyflytt.mail.address import pair  # noqa: PLC0415
    from skyflytt.mail.alone import archive_beside, open_alone  # noqa: PLC0415

    left, home, open_target = pair(source, target, ca_file)
    secret = secret_of(left, "source", secrets_file)
    target_secret = secret_of(home, "target", secrets_file)
    archive_file, clock = archive or archive_beside(ledger, left.shown), clock_from_environment()
    name = f"{left.shown} > {home.shown}"
    with (
        bars() as shown,
        left.open_source(secret, shown.say) as old,
        open_target(target_secret, shown.say) as new,
        open_alone(ledger, archive_file, name=name, owner=left.shown, clock=clock) as alone,
    ):
        if only_add:
            alone.only_add(person())
        account = alone.sync(old, new, removal_limit, shown.of("fetched"), shown.of("delivered"))
        failed, remarked = list(alone.failed(account)), list(alone.remarked(account))
    places = {
        "source": left.shown,
        "target": home.shown,
        "archive": str(archive_file),
        "ledger": str(ledger),
    }
    show_pass(account, failed, places, as_json=as_json, remarked=remarked)
