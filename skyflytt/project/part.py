"""What every part of the project file has in common."""

from __future__ import annotations

from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

T = TypeVar("T")


class Part(BaseModel):
    """A part of the project file: unknown keys are errors, nothing is converted silently, nothing changes after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, hide_input_in_errors=True)


# Strict mode would refuse the lists that YAML and JSON give for a tuple.
Many = Annotated[tuple[T, ...], Field(strict=False)]


def wrong(what: str, write: str) -> PydanticCustomError:
    """An error of one field that already knows what to write instead."""
    return PydanticCustomError("skyflytt", "{what}. Write: {write}", {"what": what, "write": write})


def quoted(text: object, most: int = 60) -> str:
    """`text` as it stands in the file, shortened, with nothing in it that a terminal would obey."""
    shown = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in str(text))
    return f"`{shown if len(shown) <= most else shown[: most - 1] + '…'}`"
