"""Which duty to keep things applies where: the table `retention.yaml`, and the country that a project's time zone is in."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter


class KeepingDuty(BaseModel):
    """How many years after the year's end the law asks for, which law, and where it can be read."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    years: int = Field(ge=1, le=100)
    law: str
    source: str


@cache
def duties() -> dict[str, dict[str, KeepingDuty]]:
    """By hold and country (ISO 3166-1 alpha-2)."""
    text = (Path(__file__).parent / "retention.yaml").read_text(encoding="utf-8")
    return TypeAdapter(dict[str, dict[str, KeepingDuty]]).validate_python(yaml.safe_load(text))


def duty(hold: str, country: str | None) -> KeepingDuty | None:
    """The duty behind a hold in this country, or None where the table has none: then whoever answers has to know the law."""
    return duties().get(hold, {}).get(country or "")


@cache
def country_of(zone: str) -> str | None:
    """The country that an IANA zone is kept for, as its database says (`zone.tab`); None for `Etc/UTC` and its like."""
    table = files("tzdata") / "zoneinfo" / "zone.tab"
    lines = (line.split("\t") for line in table.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    return {fields[2]: fields[0] for fields in lines if len(fields) > 2}.get(zone)
