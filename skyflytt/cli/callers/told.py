"""What the commands about callers tell in the same words."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from skyflytt.callers.standing import Caller

Days = Annotated[int, typer.Option(min=1, help="Days without a call after which a device counts as silent.")]


def tell_counts(found: Sequence[Caller]) -> None:
    """How many call, by kind, and how many fell silent."""
    calling = Counter(one.kind for one in found if one.calls_home)
    silent = sum(1 for one in found if one.state == "silent" and one.is_a_device and one.signed_in)
    failing = sum(1 for one in found if one.state == "calling" and one.only_fails)
    kinds = ", ".join(f"{count} {kind}" for kind, count in calling.most_common())
    typer.echo(
        f"{calling.total()} still call{f': {kinds}' if kinds else ''}; {silent} silent; {failing} only fail to sign in"
    )


def quiet(days: int) -> timedelta:
    return timedelta(days=days)
