"""PidLidTimeZoneStruct ([MS-OXOCAL] 2.2.1.39): the one rule by which a series is turned into UTC; 48 bytes."""

from __future__ import annotations

import struct

from skyflytt.outlook.items.zones.rule import Change, Rule

_STRUCT = struct.Struct("<3iH16sH16s")
_SYSTEMTIME = struct.Struct("<8H")
SYSTEMTIME_BYTES = _SYSTEMTIME.size


def encode_structure(rule: Rule) -> bytes:
    """48 bytes."""
    standard, daylight = encode_change(rule.to_standard), encode_change(rule.to_daylight)
    return _STRUCT.pack(rule.bias, rule.standard_bias, rule.daylight_bias, 0, standard, 0, daylight)


def decode_structure(data: bytes) -> Rule | None:
    """The rule, or None if these are not its bytes."""
    if len(data) < _STRUCT.size:
        return None
    bias, standard_bias, daylight_bias, _, standard, _, daylight = _STRUCT.unpack_from(data)
    return made_rule(bias, standard_bias, daylight_bias, standard, daylight)


def made_rule(bias: int, standard_bias: int, daylight_bias: int, standard: bytes, daylight: bytes) -> Rule | None:
    """A rule from its fields; None for one that is out of bounds (a bias of days, a thirteenth month)."""
    if any(abs(value) > 24 * 60 for value in (bias, standard_bias, daylight_bias)):
        return None
    try:
        to_standard, to_daylight = decode_change(standard), decode_change(daylight)
    except ValueError:
        return None
    if to_standard is None or to_daylight is None:
        return Rule(bias, standard_bias)
    return Rule(bias, standard_bias, daylight_bias, to_standard, to_daylight)


def encode_change(change: Change | None) -> bytes:
    """A SYSTEMTIME with no year, which means every year."""
    if change is None:
        return bytes(SYSTEMTIME_BYTES)
    seconds, milliseconds = divmod(change.day_ms, 1000)
    clock = (seconds // 3600, seconds // 60 % 60, seconds % 60, milliseconds)
    return _SYSTEMTIME.pack(0, change.month, change.weekday, change.week, *clock)


def decode_change(data: bytes) -> Change | None:
    """None where the month is 0: no daylight saving. ValueError for a month, week or hour that does not exist."""
    _, month, weekday, week, hour, minute, second, millisecond = _SYSTEMTIME.unpack(data)
    if month == 0:
        return None
    if month > 12 or weekday > 6 or not 1 <= week <= 5 or hour > 23 or minute > 59 or second > 59:
        raise ValueError(f"no such change of the clock: {data.hex()}")
    return Change(month, week, weekday, ((hour * 60 + minute) * 60 + second) * 1000 + millisecond)
