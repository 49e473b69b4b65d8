"""`skyflytt mail probe`: what works for a mailbox, before anything is promised."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from skyflytt.cli.options import AsJson, CaFile, SecretsFile


def probe(
    url: Annotated[str, typer.Argument(metavar="URL", help="The mailbox, such as imaps://anna@mail.example.com.")],
    *,
    ca_file: CaFile = None,
    secrets_file: SecretsFile = None,
    as_json: AsJson = False,
) -> None:
    """Say what works for a mailbox: routes, folders, counts, sizes, largest messages, passes and hours.

    Reads only, and of the messages themselves only a small sample. The sign-in is tried once.
    """
    from skyflytt.cli.progress import bars  # noqa: PLC0415
    from skyflytt.cli.secret import secret_of  # noqa: PLC0415
    from skyflytt.deadline.clock import clock_from_environment  # noqa: PLC0415
    from skyflytt.mail.address import address  # noqa: PLC0415
    from skyflytt.mail.probe import as_data, as_lines  # noqa: PLC0415
    from skyflytt.mail.probe import probe as look_at  # noqa: PLC0415

    mailbox = address(url, ca_file)
    secret = secret_of(mailbox, "source", secrets_file)
    with bars(transient=True) as shown:
        found = look_at(mailbox, secret, clock_from_environment(), shown.of("counted"), shown.say)
    if as_json:
        typer.echo(json.dumps(as_data(found), ensure_ascii=False))
        return
    for line in as_lines(found):
        typer.echo(line)
