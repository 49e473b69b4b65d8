"""A time zone with the name it goes by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from skyflytt.outlook.items.zones.definition import Definition
from skyflytt.outlook.items.zones.rule import Rule, rule_of, rules_of
from skyflytt.outlook.items.zones.ruled import RuledZone
from skyflytt.outlook.items.zones.windows import iana_name, windows_name


@dataclass(frozen=True)
class Zone:
    """`name` is IANA's where the zone has one, else whatever its source called it. `known` says that the name is IANA's."""

    name: str
    tzinfo: tzinfo
    known: bool = True

    @property
    def windows(self) -> str:
        """The name under which Outlook looks the zone up; its own name where Windows has none."""
        return windows_name(self.name) or self.name

    def rule(self, year: int) -> Rule:
        """The rule that holds in a year."""
        return rule_of(self.tzinfo, year)

    def definition(self, year: int) -> Definition:
        """Name and rules from a year on, the year's own rule the effective one."""
        return Definition(self.windows, tuple(rules_of(self.tzinfo, year)))

    def local(self, moment: datetime) -> datetime:
        """An aware time as this zone's wall clock shows it, naive."""
        return moment.astimezone(self.tzinfo).replace(tzinfo=None)

    def aware(self, local: datetime) -> datetime:
        """This zone's wall clock time as an aware time in UTC; one that the clock skips is taken as before the change."""
        return local.replace(tzinfo=self.tzinfo).astimezone(UTC)


UTC_ZONE = Zone("UTC", UTC)


@lru_cache(maxsize=1024)
def zone_named(name: str) -> Zone | None:
    """A zone by IANA's name, Windows' name, or an address that ends in IANA's name (/mozilla.org/…/Europe/Oslo); None if unknown."""
    name = name.strip().strip('"')
    if name.upper() in {"UTC", "GMT", "Z", "ETC/UTC", "ETC/GMT"}:
        return UTC_ZONE
    candidates = [name, iana_name(name) or "", *_endings(name)]
    return next((zone for zone in map(_iana, candidates) if zone is not None), None)


def zone_of_rule(name: str, rule: Rule) -> Zone:
    """A zone that knows nothing but one rule, for every year."""
    return Zone(name, RuledZone(name, rule), known=False)


def _endings(name: str) -> list[str]:
    parts = name.strip("/").split("/")
    return ["/".join(parts[index:]) for index in range(1, len(parts))]


def _iana(name: str) -> Zone | None:
    try:
        return Zone(name, ZoneInfo(name)) if name else None
    except (OSError, ValueError, KeyError):
        return None
