"""vCard (2.1, 3.0 of RFC 2426, 4.0 of RFC 6350) to contacts and distribution lists, and back as 4.0's older sister 3.0."""

from skyflytt.outlook.items.vcard.reading import from_vcard
from skyflytt.outlook.items.vcard.writing import to_vcard

__all__ = ["from_vcard", "to_vcard"]
