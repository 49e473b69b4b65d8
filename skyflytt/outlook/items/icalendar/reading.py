"""iCalendar as items."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from skyflytt.outlook.errors import NotACalendar
from skyflytt.outlook.items.appointment_message import appointment_message
from skyflytt.outlook.items.icalendar.event import Calendar
from skyflytt.outlook.items.icalendar.lines import Component, components, decoded, unfolded
from skyflytt.outlook.items.icalendar.occurrences import alone, appointments
from skyflytt.outlook.items.icalendar.times import Zones
from skyflytt.outlook.items.icalendar.todo import journal, todo
from skyflytt.outlook.items.losses import keep_source, losses_of
from skyflytt.outlook.items.unread import unread_item
from skyflytt.outlook.items.zones import UTC_ZONE, Zone
from skyflytt.outlook.mapi import Message

_KINDS = frozenset({"VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY"})
_MIME = "text/calendar"
_EXPECTED = (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, ArithmeticError)


def from_icalendar(
    data: bytes | str,
    *,
    zone: Zone = UTC_ZONE,
    owner: frozenset[str] = frozenset(),
    last_expanded: date | None = None,
    name: str = "the calendar",
) -> list[Message]:
    """The events, tasks and journal entries of an iCalendar text, one message each; changed occurrences are inside their series.

    `zone` is for times that name none, `owner` has the mailbox's addresses (their responses become the meeting's), and rules that Outlook
    has no words for are single items up to `last_expanded` (ten years from the start if not given). What could not be carried is said in
    the item's `losses.LOSSES`, and its source is attached. A component that cannot be read is a mail with its text attached.
    Raises `NotACalendar`, of `name`, for data with no component at all; nothing else.
    """
    found = components(unfolded(decoded(data)))
    calendars = [each for each in found if each.name == "VCALENDAR"]
    loose = [each for each in found if each.name in _KINDS]
    if not calendars and not loose:
        raise NotACalendar(name, "it has no BEGIN:VCALENDAR")
    if loose:
        calendars.append(Component("VCALENDAR", children=loose))
    return [message for calendar in calendars for message in _items(calendar, zone, owner, last_expanded)]


def _items(calendar: Component, zone: Zone, owner: frozenset[str], last_expanded: date | None) -> Iterator[Message]:
    addresses = frozenset(address.casefold() for address in owner)
    context = Calendar(Zones(calendar, zone), calendar.text("METHOD").upper(), addresses, last_expanded)
    events = [part for part in calendar.children if part.name == "VEVENT"]
    for master, overrides in _series(events):
        yield from _guarded([master, *overrides], lambda: _events(master, overrides, context))  # noqa: B023 - called at once
    for part in calendar.children:
        if part.name in {"VTODO", "VJOURNAL"}:
            make = todo if part.name == "VTODO" else journal
            yield from _guarded([part], lambda: [make(part, context.zones)])  # noqa: B023 - called at once
        elif part.name not in {"VEVENT", "VTIMEZONE"}:
            yield unread_item(
                part.text("SUMMARY"), f"Outlook has no item for {part.name}", part.source, "item.ics", _MIME
            )


def _events(master: Component, overrides: list[Component], context: Calendar) -> list[Message]:
    if master.first("RECURRENCE-ID") is not None:
        single = alone(master, context)
        items = [] if single is None else [single]
    else:
        items = appointments(master, overrides, context)
    return [appointment_message(item) for item in items]


def _guarded(parts: list[Component], make: Callable[[], list[Message]]) -> Iterator[Message]:
    """The items of a component, with its text beside those that are not whole; or the text alone."""
    source = "".join(part.source for part in parts)
    try:
        messages, reason = make(), "it has no start"
    except _EXPECTED as wrong:
        messages, reason = [], str(wrong)
    if not messages:
        yield unread_item(
            parts[0].text("SUMMARY"), f"the {parts[0].name} cannot be read: {reason}", source, "item.ics", _MIME
        )
    for index, message in enumerate(messages):
        if index == 0 and losses_of(message):
            keep_source(message, source, "item.ics", _MIME)
        yield message


def _series(events: list[Component]) -> Iterator[tuple[Component, list[Component]]]:
    """Each event with the changed occurrences of its UID; those whose event is not there come alone."""
    masters: dict[str, Component] = {}
    for part in events:
        if part.first("RECURRENCE-ID") is None and part.text("UID"):
            masters.setdefault(part.text("UID"), part)
    for part in events:
        uid = part.text("UID")
        if masters.get(uid) is part:
            yield part, [each for each in events if each.text("UID") == uid and each.first("RECURRENCE-ID") is not None]
        elif part.first("RECURRENCE-ID") is None or uid not in masters:
            yield part, []
