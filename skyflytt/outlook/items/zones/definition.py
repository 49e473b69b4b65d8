"""PidLidAppointmentTimeZoneDefinition… ([MS-OXOCAL] 2.2.1.41 to 43): a zone's name and its rules by year."""

from __future__ import annotations

import struct
from typing import NamedTuple

from skyflytt.outlook.items.zones.rule import Rule
from skyflytt.outlook.items.zones.structure import encode_change, made_rule

_RULE = struct.Struct("<BBHHH14s3i16s16s")
_VERSION = (2, 1)
_RULE_RESERVED = 0x003E
_RECURRING = 0x0001
_EFFECTIVE = 0x0002
_NAME_CHARACTERS = 260


class Definition(NamedTuple):
    """`rules` by the year each begins to hold; `effective` is the index of the one that counts."""

    name: str
    rules: tuple[tuple[int, Rule], ...]
    effective: int = 0

    @property
    def rule(self) -> Rule:
        """The effective rule."""
        return self.rules[self.effective][1]


def encode_definition(definition: Definition, *, recurring: bool = False) -> bytes:
    """`recurring` for PidLidAppointmentTimeZoneDefinitionRecur, whose effective rule carries one flag more."""
    name = definition.name[:_NAME_CHARACTERS].encode("utf-16-le", "surrogatepass")
    characters = len(name) // 2
    header = (
        struct.pack("<BBHHH", *_VERSION, 6 + len(name), 2, characters) + name + struct.pack("<H", len(definition.rules))
    )
    effective = _EFFECTIVE | (_RECURRING if recurring else 0)
    return header + b"".join(
        _encode_rule(year, rule, effective if index == definition.effective else 0)
        for index, (year, rule) in enumerate(definition.rules)
    )


def decode_definition(data: bytes) -> Definition | None:
    """The definition, or None if these are not its bytes, or none of its rules is marked as the effective one."""
    try:
        header_bytes, _, characters = struct.unpack_from("<HHH", data, 2)
        name = data[8 : 8 + 2 * characters].decode("utf-16-le", "surrogatepass")
        (count,) = struct.unpack_from("<H", data, 2 + header_bytes)
        return _decode_rules(name, data, 4 + header_bytes, count)
    except (struct.error, UnicodeDecodeError):
        return None


def _encode_rule(year: int, rule: Rule, flags: int) -> bytes:
    biases = (rule.bias, rule.standard_bias, rule.daylight_bias)
    changes = encode_change(rule.to_standard), encode_change(rule.to_daylight)
    return _RULE.pack(*_VERSION, _RULE_RESERVED, flags, year, bytes(14), *biases, *changes)


def _decode_rules(name: str, data: bytes, offset: int, count: int) -> Definition | None:
    rules: list[tuple[int, Rule]] = []
    effective = None
    for index in range(count):
        fields = _RULE.unpack_from(data, offset + index * _RULE.size)
        rule = made_rule(*fields[6:])
        if rule is None:
            return None
        rules.append((fields[4], rule))
        effective = index if fields[3] & _EFFECTIVE else effective
    return None if effective is None else Definition(name, tuple(rules), effective)
