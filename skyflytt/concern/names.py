"""Which names Windows and SharePoint cannot keep, as data.

Windows: learn.microsoft.com, "Naming Files, Paths, and Namespaces". SharePoint and OneDrive: support.microsoft.com, "Restrictions and
limitations in OneDrive and SharePoint". A Unix file server or a sync client may hold all of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Target = Literal["Windows", "SharePoint"]
BOTH: tuple[Target, ...] = ("Windows", "SharePoint")


@dataclass(frozen=True, slots=True)
class NameRule:
    """`pattern` is searched in a single name; `says` completes "names that …"."""

    code: str
    targets: tuple[Target, ...]
    pattern: str
    says: str


NAME_RULES: tuple[NameRule, ...] = (
    NameRule("reserved-character", BOTH, r'["*:<>?\\|]', 'hold one of " * : < > ? \\ |'),
    NameRule("control-character", BOTH, r"[\x00-\x1f]", "hold a control character, such as a tab"),
    NameRule(
        "device-name",
        BOTH,
        r"^(?i:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]) *(?:\.|$)",
        "are those of devices (CON, PRN, AUX, NUL, COM0-9, LPT0-9)",
    ),
    NameRule("trailing-dot", BOTH, r"\.$", "end in a full stop"),
    NameRule("trailing-space", BOTH, r" $", "end in a space"),
    NameRule("leading-space", ("SharePoint",), r"^ ", "begin with a space"),
    NameRule("office-lock-file", ("SharePoint",), r"^~\$", "begin with ~$, as Office's lock files do"),
    NameRule("sharepoint-name", ("SharePoint",), r"^(?i:\.lock|desktop\.ini)$", "are .lock or desktop.ini"),
    NameRule("vti", ("SharePoint",), r"(?i:_vti_)", "hold _vti_"),
)

_EACH = tuple((rule.code, re.compile(rule.pattern)) for rule in NAME_RULES)
# Nearly every name is an ordinary one, so that one look has to be enough for it.
_ANY = re.compile("|".join(f"(?:{rule.pattern})" for rule in NAME_RULES))


def refusals(name: str) -> tuple[str, ...]:
    """The codes of the rules that a name breaks."""
    return tuple(code for code, pattern in _EACH if pattern.search(name)) if _ANY.search(name) else ()


def rule(code: str) -> NameRule:
    return next(one for one in NAME_RULES if one.code == code)


def in_capitals(name: str) -> str:
    """What Windows compares names by: capitals, letter by letter (so that ß is not SS)."""
    capitals = name.upper()
    if len(capitals) == len(name):
        return capitals
    return "".join(upper if len(upper := letter.upper()) == 1 else letter for letter in name)


def units(text: str) -> int:
    """The length in UTF-16 code units, which Windows and SharePoint count: an emoji is two."""
    return len(text) + sum(1 for letter in text if letter > "\uffff")
