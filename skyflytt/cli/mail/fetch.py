"""`skyflytt mail fetch`: a mailbox into an archive."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from skyflytt.cli.options import AsJson, CaFile, SecretsFile


def fetch(
    url: Annotated[str, typer.Argument(metavar="URL", help="The mailbox, such as imaps://anna@mail.example.com.")],
    archive: Annotated[
        Path, typer.Argument(metavar="ARCHIVE", help="The archive, such as anna.skymail; made if it is not there.")
    ],
    *,
    ledger: Annotated[Path | None, typer.Option(help="The ledger (default: ARCHIVE.ledger).")] = None,
    ca_file: CaFile = None,
    secrets_file: SecretsFile = None,
    as_json: AsJson = False,
) -> None:
    """Fetch a mailbox into an archive, each message once; again, and only what is new comes.

    May be interrupted at any moment. Exit status 1 when a message could not be had; each is named.
    """
    from skyflytt.cli.mail.outcome import show_pass  # noqa: PLC0415
    from skyflytt.cli.progress import bars  # noqa: PLC0415
    from skyflytt.cli.secret import secret_of  # noqa: PLC0415
    from skyflytt.deadline.clock import clock_from_environment  # noqa: PLC0415
    from skyflytt.mail.address import address  # noqa: PLC0415
    from skyflytt.mail.alone import open_alone  # noqa: PLC0415

    source = address(url, ca_file)
    secret = secret_of(source, "source", secrets_file)
    ledger_file, clock = ledger or archive.with_name(f"{archive.name}.ledger"), clock_from_environment()
    with (
        bars() as shown,
        source.open_source(secret, shown.say) as mailbox,
        open_alone(ledger_file, archive, name=source.shown, owner=source.shown, clock=clock) as alone,
    ):
        account = alone.fetch(mailbox, shown.of("fetched"))
        failed, ways = list(alone.failed(account)), alone.archive.ways()
    places = {"source": source.shown, "archive": str(archive), "ledger": str(ledger_file)}
    show_pass(account, failed, places, as_json=as_json, ways=ways)
