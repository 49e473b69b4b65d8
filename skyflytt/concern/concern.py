"""A concern: a risk that discovery found, in one sentence with figures."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

MOST_EXAMPLES = 5


class Category(StrEnum):
    """How much a concern weighs, heaviest first."""

    CRITICAL = "critical"
    """To be settled before the move can be promised."""
    WARNING = "warning"
    """Somebody will notice it, unless something is done."""
    ADVISORY = "advisory"
    """Good to know, and to tell the customer."""


@dataclass(frozen=True, slots=True)
class Concern:
    """`id` is the check's; `subject` is what it concerns ("mailbox anna"); `examples` are at most `MOST_EXAMPLES`."""

    id: str
    category: Category
    subject: str
    found: str
    examples: tuple[str, ...] = ()


def some(examples: Iterable[str]) -> tuple[str, ...]:
    """As many examples as a concern has room for."""
    return tuple(islice(examples, MOST_EXAMPLES))
