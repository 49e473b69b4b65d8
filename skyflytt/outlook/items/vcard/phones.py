"""TEL types and Outlook's telephone properties."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from skyflytt.outlook.mapi import tags

_CHOICES: tuple[tuple[frozenset[str], tuple[int, ...]], ...] = (
    (frozenset({"FAX", "HOME"}), (tags.HOME_FAX_NUMBER,)),
    (frozenset({"FAX", "WORK"}), (tags.BUSINESS_FAX_NUMBER,)),
    (frozenset({"FAX"}), (tags.PRIMARY_FAX_NUMBER, tags.BUSINESS_FAX_NUMBER, tags.HOME_FAX_NUMBER)),
    (frozenset({"PAGER"}), (tags.PAGER_TELEPHONE_NUMBER,)),
    (frozenset({"CELL"}), (tags.MOBILE_TELEPHONE_NUMBER,)),
    (frozenset({"MOBILE"}), (tags.MOBILE_TELEPHONE_NUMBER,)),
    (frozenset({"CAR"}), (tags.CAR_TELEPHONE_NUMBER,)),
    (frozenset({"ISDN"}), (tags.ISDN_NUMBER,)),
    (frozenset({"X-RADIO"}), (tags.RADIO_TELEPHONE_NUMBER,)),
    (frozenset({"X-TELEX"}), (tags.TELEX_NUMBER,)),
    (frozenset({"X-ASSISTANT"}), (tags.ASSISTANT_TELEPHONE_NUMBER,)),
    (frozenset({"X-COMPANY"}), (tags.COMPANY_MAIN_TELEPHONE_NUMBER,)),
    (frozenset({"X-PRIMARY"}), (tags.PRIMARY_TELEPHONE_NUMBER,)),
    (frozenset({"HOME"}), (tags.HOME_TELEPHONE_NUMBER, tags.HOME2_TELEPHONE_NUMBER)),
    (frozenset({"WORK"}), (tags.BUSINESS_TELEPHONE_NUMBER, tags.BUSINESS2_TELEPHONE_NUMBER)),
)
_LAST = (tags.OTHER_TELEPHONE_NUMBER, tags.PRIMARY_TELEPHONE_NUMBER)
_TYPES = {
    tags.OTHER_TELEPHONE_NUMBER: ["VOICE"],
    tags.PRIMARY_FAX_NUMBER: ["FAX"],
    **{
        tag: sorted(types)
        for types, found in reversed(_CHOICES)
        for tag in found
        if tag != tags.PRIMARY_FAX_NUMBER and len(found) < 3
    },
}


def phone_property(types: AbstractSet[str], taken: AbstractSet[int]) -> int | None:
    """The property for a number of these types (in capitals) that no number is in yet; None if all that would fit are taken."""
    fitting = (tag for wanted, found in _CHOICES if wanted <= types for tag in found)
    return next((tag for tag in (*fitting, *_LAST) if tag not in taken), None)


def phone_types(tag: int) -> list[str]:
    """The TYPEs of a telephone property."""
    return _TYPES.get(tag, ["VOICE"])
