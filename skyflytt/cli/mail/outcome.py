"""What a pass came to, on screen or as JSON."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from datetime import datetime

    from skyflytt.ledger.passes import Account
    from skyflytt.mail.alone import Told
    from skyflytt.mail.port import Way


def show_pass(
    account: Account,
    failed: Sequence[Told],
    places: Mapping[str, str],
    *,
    as_json: bool,
    ways: Mapping[Way | None, int] | None = None,
    remarked: Sequence[Told] = (),
) -> None:
    """Tell the account, and name every message that was not moved, or has a remark; exit status 1 when one was not moved.

    `ways` are those of all that the archive has, where that is the question.
    """
    from skyflytt.mail.ways import counted, told  # noqa: PLC0415

    if as_json:
        came = {} if ways is None else {"ways": counted(ways)}
        said = {"remarks": [_named(one) for one in remarked]} if remarked else {}
        typer.echo(json.dumps(_as_data(account, failed, places) | came | said, ensure_ascii=False))
    else:
        typer.echo(
            f"{account.source} messages at the source: {account.moved} there ({account.moved_now} moved now), "
            f"{account.skipped} left out, {account.failed} failed."
        )
        if ways:
            typer.echo(f"Of what is in the archive, {told(ways)}.")
        for one in (*remarked, *failed):
            typer.echo(f"{named(one.folder, one.subject, one.date)}: {one.detail} [{one.code}]", err=True)
    if account.failed:
        raise typer.Exit(1)


def named(folder: str, subject: str, date: datetime | None) -> str:
    """A message as people look for it; nothing of it is obeyed by a terminal."""
    when = f"{date:%Y-%m-%d %H:%M}" if date else "no date"
    shown = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in subject)
    return f"{folder}  {when}  “{shown}”"


def _as_data(account: Account, failed: Sequence[Told], places: Mapping[str, str]) -> dict[str, Any]:
    counts = ("source", "moved", "moved_now", "skipped", "failed", "source_bytes")
    return {
        **places,
        "pass": account.number,
        "mode": account.mode,
        "counts": {name: getattr(account, name) for name in counts},
        "failed": [_named(one) for one in failed],
    }


def _named(one: Told) -> dict[str, Any]:
    return dataclasses.asdict(one) | {"date": one.date.isoformat() if one.date else None}
