"""The seller's own figures: hours by line and by risk, currencies and rates. The product brings suggestions; a file replaces them."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from skyflytt.errors.quote import HoursInvalid

Phase = Literal["discovery", "preparation", "export", "delta", "rehearsal", "cutover", "decommission", "aftercare"]
Per = Literal["project", "mailbox", "share", "application", "domain", "device", "drop", "directory", "pass-hour"]
Figure = Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False)]
Money = Annotated[str, Field(pattern="^[A-Z]{3}$")]
OTHER = "other"


class Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PlannedLine(Strict):
    """So many hours of a person in a phase, for each of something."""

    phase: Phase
    per: Per
    hours: Figure


class RiskHours(Strict):
    by_category: dict[Literal["critical", "warning", "advisory"], Figure]
    by_id: dict[str, Figure] = {}


class Hours(Strict):
    """All of a seller's figures. `currencies` by country, `hourly_rates` by currency; both have an entry `other`."""

    lines: tuple[PlannedLine, ...]
    risks: RiskHours
    contingency_percent: Figure = 0
    currencies: dict[str, Money]
    hourly_rates: dict[str, Figure]

    def of_concern(self, identifier: str, category: str) -> float:
        """Hours for each subject of a concern."""
        by_category = next((hours for one, hours in self.risks.by_category.items() if one == category), 0.0)
        return self.risks.by_id.get(identifier, by_category)

    def currency_in(self, country: str) -> str:
        return self.currencies.get(country) or self.currencies.get(OTHER, "EUR")

    def rate_in(self, currency: str) -> float:
        return self.hourly_rates.get(currency, self.hourly_rates.get(OTHER, 0.0))


@cache
def own_hours() -> Hours:
    """What the product suggests."""
    return Hours.model_validate(
        yaml.safe_load((files("skyflytt") / "quote" / "hours.yaml").read_text(encoding="utf-8"))
    )


def read_hours(path: Path) -> Hours:
    """A seller's own file. Raises `HoursInvalid`."""
    try:
        return Hours.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError) as error:
        raise HoursInvalid(str(path), str(error)) from error
    except yaml.YAMLError as error:
        raise HoursInvalid(str(path), " ".join(str(error).split())) from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "the file"
        raise HoursInvalid(str(path), f"{place}: {first['msg']}") from error
