"""In which formats a mailbox is handed over."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from skyflytt.project.part import Many, Part, wrong

ExportFormat = Literal["pst", "eml", "mbox"]


class Exports(Part):
    """The mailbox exports that the customer gets."""

    formats: Many[ExportFormat] = Field(
        default=("pst",),
        min_length=1,
        description="`pst` opens in Outlook, `eml` is one file per message, `mbox` one file per folder.",
    )
    split_gb: int = Field(
        default=45, ge=1, le=50, description="A mailbox above this size becomes several PST files; Outlook opens up to 50 GB."
    )

    @model_validator(mode="after")
    def names_nothing_twice(self) -> Exports:
        if len(set(self.formats)) != len(self.formats):
            raise wrong("`formats` names the same thing twice", f"[{', '.join(dict.fromkeys(self.formats))}]")
        return self
