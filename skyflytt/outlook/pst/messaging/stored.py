"""From the model's properties to a PST file's: named ones get their id, those of another store are left out."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from skyflytt.outlook.mapi import Properties, Value
from skyflytt.outlook.pst.messaging.name_map import NameMap

Stored = dict[int, Value]
"""Properties by their full numeric tag in this file; no two with one id."""


def stored(properties: Properties, names: NameMap, left_out: AbstractSet[int]) -> Stored:
    """All but the ids in `left_out`. Of two with one id (named ones whose names differ in case only, or of two types) the first is kept."""
    kept: Stored = {}
    seen: set[int] = set()
    for key, value in properties.items():
        tag = key if isinstance(key, int) else names.tag(key)
        number = tag >> 16
        if number not in left_out and number not in seen:
            seen.add(number)
            kept[tag] = value
    return kept
