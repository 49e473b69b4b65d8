"""`skyflytt mail compare`: is everything of one mailbox in the other, and nothing else?"""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from skyflytt.cli.options import AsJson, CaFile, SecretsFile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from skyflytt.mail.differences import Difference


def compare(
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="One mailbox.")],
    target: Annotated[str, typer.Argument(metavar="TARGET", help="The other one.")],
    *,
    flags: Annotated[bool, typer.Option("--flags", help="Compare read, answered, flagged and draft, too.")] = False,
    ca_file: CaFile = None,
    secrets_file: SecretsFile = None,
    as_json: AsJson = False,
) -> None:
    """Compare two mailboxes message by message, in both directions, by content and folder; both are only read.

    Exit status 1 when something differs; each difference is named by folder, date and subject. A message that a server only wrote
    anew is one difference, and the reason stands beside it.
    """
    from skyflytt.cli.progress import bars  # noqa: PLC0415
    from skyflytt.cli.secret import secret_of  # noqa: PLC0415
    from skyflytt.mail.address import address  # noqa: PLC0415
    from skyflytt.mail.differences import contents, differences, places  # noqa: PLC0415
    from skyflytt.mail.rewritten import between  # noqa: PLC0415

    first, second = address(source, ca_file), address(target, ca_file)
    secret, second_secret = secret_of(first, "source", secrets_file), secret_of(second, "target", secrets_file)
    with (
        bars(transient=True) as shown,
        first.open_source(secret, shown.say) as ours,
        second.open_source(second_secret, shown.say) as theirs,
    ):
        our_folders, their_folders = ours.folders(), theirs.folders()
        here = contents(ours, our_folders, places(our_folders, their_folders), shown.of("first"))
        there = contents(theirs, their_folders, lambda folder: folder, shown.of("second"))
        found = differences(here, there, flags=flags, explain=between(ours, theirs))
    counts = len(here.held), len(there.held)
    typer.echo(json.dumps(_as_data(counts, found), ensure_ascii=False) if as_json else _as_text(counts, found))
    if found:
        raise typer.Exit(1)


def _as_text(counts: tuple[int, int], found: Sequence[Difference]) -> str:
    from skyflytt.cli.mail.outcome import named  # noqa: PLC0415

    lines = [
        f"{one.kind:<10}  {named(one.folder, one.subject, one.date)}{f'  {one.detail}' if one.detail else ''}"
        for one in found
    ]
    return "\n".join((*lines, f"{counts[0]} messages here, {counts[1]} there, {len(found)} differences."))


def _as_data(counts: tuple[int, int], found: Sequence[Difference]) -> dict[str, Any]:
    return {
        "source": counts[0],
        "target": counts[1],
        "differences": [
            dataclasses.asdict(one) | {"date": one.date.isoformat() if one.date else None} for one in found
        ],
    }
