"""Time zones as Outlook stores them: rules as of Windows, made from and matched to the names of IANA."""

from skyflytt.outlook.items.zones.definition import Definition, decode_definition, encode_definition
from skyflytt.outlook.items.zones.rule import Rule, rule_of, rules_of
from skyflytt.outlook.items.zones.structure import decode_structure, encode_structure
from skyflytt.outlook.items.zones.windows import iana_name, windows_name
from skyflytt.outlook.items.zones.zone import UTC_ZONE, Zone, zone_named, zone_of_rule

__all__ = [
    "UTC_ZONE",
    "Definition",
    "Rule",
    "Zone",
    "decode_definition",
    "decode_structure",
    "encode_definition",
    "encode_structure",
    "iana_name",
    "rule_of",
    "rules_of",
    "windows_name",
    "zone_named",
    "zone_of_rule",
]
