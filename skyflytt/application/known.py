"""What is known of programs by their names, as data (`known.yaml`)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml


@dataclass(frozen=True, slots=True)
class KnownProgram:
    """`ask` are questions to the customer; `accounts` says that the law wants its data kept for years."""

    accounts: bool = False
    ask: tuple[str, ...] = ()


def known_program(product: str) -> KnownProgram:
    """What is known of a product by how its name begins; nothing, for a program in free form."""
    name = product.casefold()
    begins = (begin for begin in _known() if name.startswith(begin))
    return next((_known()[begin] for begin in begins), KnownProgram())


@cache
def _known() -> dict[str, KnownProgram]:
    read: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "known.yaml").read_text("utf-8"))
    return {name: KnownProgram(bool(one["accounts"]), tuple(one["ask"])) for name, one in read.items()}
