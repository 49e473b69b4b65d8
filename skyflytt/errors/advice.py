"""What to do about a failure of which only the code is known, as the ledger keeps it with an item."""

from __future__ import annotations

from functools import cache

from skyflytt.errors.catalogue import failures


def advice_of(code: str) -> str:
    """The advice of the code's class; nothing for a code that no class has (what was left out on purpose)."""
    return _by_code().get(code, "")


@cache
def _by_code() -> dict[str, str]:
    return {one.code: one.advice for one in failures()}
