"""What a pass over files came to, on screen or as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from skyflytt.ledger.items import Item
    from skyflytt.ledger.passes import Account

COUNTS = ("source", "moved", "moved_now", "skipped", "failed", "source_bytes", "gone", "gone_kept")


def show_pass(account: Account, failed: Sequence[Item], places: Mapping[str, str], *, as_json: bool) -> None:
    """Tell the account, and name every file that was not moved; exit status 1 when there is one."""
    if as_json:
        named = [{"path": item.key, "code": item.code, "detail": item.detail} for item in failed]
        counts = {name: getattr(account, name) for name in COUNTS}
        told = {**places, "pass": account.number, "mode": account.mode, "counts": counts, "failed": named}
        typer.echo(json.dumps(told, ensure_ascii=False))
    else:
        typer.echo(
            f"{account.source} files and folders at the source: {account.moved} there ({account.moved_now} moved now), "
            f"{account.skipped} left out, {account.failed} failed."
        )
        if account.gone:
            kept = f"; {account.gone_kept} of them are still at the target" if account.gone_kept else ""
            typer.echo(f"{account.gone} are no longer at the source{kept}.")
        for item in failed:
            typer.echo(f"{shown_path(item.key)}: {item.detail} [{item.code}]", err=True)
    if account.failed:
        raise typer.Exit(1)


def shown_path(path: str) -> str:
    """A path; nothing of it is obeyed by a terminal."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in path)
