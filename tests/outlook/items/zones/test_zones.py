"""Zones as Windows' rules: the examples of [MS-OXOCAL] 4.1.4 and 4.1.5, and every zone of IANA for a year."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from skyflytt.outlook.items.zones import (
    Definition,
    decode_definition,
    decode_structure,
    encode_definition,
    encode_structure,
    iana_name,
    rule_of,
    windows_name,
    zone_named,
    zone_of_rule,
)

STRUCTURE = "E001000000000000C4FFFFFF000000000B00000001000200000000000000000000000300000002000200000000000000"
DEFINITION = (
    "0201300002001500500061006300690066006900630020005300740061006E0064006100720064002000540069006D006500020002013E00"
    "0000D6070000000000000000000000000000E001000000000000C4FFFFFF00000A0000000500020000000000000000000400000001000200"
    "00000000000002013E000200D7070000000000000000000000000000E001000000000000C4FFFFFF00000B00000001000200000000000000"
    "00000300000002000200000000000000"
)
PACIFIC = ZoneInfo("America/Los_Angeles")


def test_example_4_1_5() -> None:
    assert encode_structure(rule_of(PACIFIC, 2007)) == bytes.fromhex(STRUCTURE)
    assert decode_structure(bytes.fromhex(STRUCTURE)) == rule_of(PACIFIC, 2007)


def test_example_4_1_4() -> None:
    rules = ((2006, rule_of(PACIFIC, 2006)), (2007, rule_of(PACIFIC, 2007)))
    definition = Definition("Pacific Standard Time", rules, effective=1)
    assert encode_definition(definition) == bytes.fromhex(DEFINITION)
    assert decode_definition(bytes.fromhex(DEFINITION)) == definition


def test_cut_off_or_changed_it_is_none_or_a_definition() -> None:
    whole = bytes.fromhex(DEFINITION)
    assert all(decode_definition(whole[:length]) is None for length in range(len(whole)))
    assert all(decode_structure(whole[:length]) is None for length in range(48))


@pytest.mark.parametrize(
    "name",
    [
        "Europe/Stockholm",
        "Europe/Dublin",
        "America/Santiago",
        "Australia/Lord_Howe",
        "Asia/Kathmandu",
        "Africa/Casablanca",
    ],
)
@pytest.mark.parametrize("year", [2024, 2026])
def test_a_years_rule_is_the_zone(name: str, year: int) -> None:
    zone = ZoneInfo(name)
    ruled = zone_of_rule(name, rule_of(zone, year)).tzinfo
    moment = datetime(year, 1, 1, tzinfo=UTC)
    for half_hours in range(0, 365 * 48, 3):
        at = moment + timedelta(minutes=30 * half_hours)
        assert at.astimezone(ruled).replace(tzinfo=None) == at.astimezone(zone).replace(tzinfo=None)
        assert at.astimezone(ruled).astimezone(UTC) == at


def test_names() -> None:
    assert windows_name("Europe/Stockholm") == "W. Europe Standard Time"
    assert iana_name("w. europe standard time") == "Europe/Berlin"
    assert zone_named("No such zone") is None
    assert zone_named("../../etc/passwd") is None
