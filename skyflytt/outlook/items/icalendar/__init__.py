"""iCalendar (RFC 5545) to items and back ([MS-OXCICAL])."""

from skyflytt.outlook.items.icalendar.reading import from_icalendar
from skyflytt.outlook.items.icalendar.writing import to_icalendar

__all__ = ["from_icalendar", "to_icalendar"]
