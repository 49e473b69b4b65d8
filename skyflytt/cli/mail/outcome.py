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
    from skyflytt.mail.alone import Failed


def show_pass(account: Account, failed: Sequence[Failed], places: Mapping[str, str], *, as_json: bool) -> None:
    """Tell the account, and name every message that was not moved; exit status 1 when there is one."""
    if as_json:
        typer.echo(json.dumps(_as_data(account, failed, places), ensure_ascii=False))
    else:
        typer.echo(
            f"{account.source} messages at the source: {account.moved} there ({account.moved_now} moved now), "
            f"{account.skipped} left out, {account.failed} failed."
        )
        for one in failed:
            typer.echo(f"{named(one.folder, one.subject, one.date)}: {one.detail} [{one.code}]", err=True)
    if account.failed:
        raise typer.Exit(1)


def named(folder: str, subject: str, date: datetime | None) -> str:
    """A message as people look for it; nothing of it is obeyed by a terminal."""
    when = f"{date:%Y-%m-%d %H:%M}" if date else "no date"
    shown = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in subject)
    return f"{folder}  {when}  “{shown}”"


def _as_data(account: Account, failed: Sequence[Failed], places: Mapping[str, str]) -> dict[str, Any]:
    counts = ("source", "moved", "moved_now", "skipped", "failed", "source_bytes")
    return {
        **places,
        "pass": account.number,
        "mode": account.mode,
        "counts": {name: getattr(account, name) for name in counts},
        "failed": [dataclasses.asdict(one) | {"date": one.date.isoformat() if one.date else None} for one in failed],
    }
