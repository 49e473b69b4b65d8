"""Items beyond mail: appointments, meetings, contacts, distribution lists, tasks, notes and journal entries, with their properties."""

from skyflytt.outlook.items.classes import container_class
from skyflytt.outlook.items.icalendar import from_icalendar, to_icalendar
from skyflytt.outlook.items.vcard import from_vcard, to_vcard

__all__ = ["container_class", "from_icalendar", "from_vcard", "to_icalendar", "to_vcard"]
