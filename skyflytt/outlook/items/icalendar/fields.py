"""What events, to-dos and journal entries of iCalendar have in common."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Iterable
from datetime import datetime

from skyflytt.outlook.items.icalendar.lines import Component, Line
from skyflytt.outlook.items.icalendar.text import content_line, escaped, fields, folded, unescaped
from skyflytt.outlook.items.icalendar.times import Zones
from skyflytt.outlook.items.item import Item
from skyflytt.outlook.items.losses import file_attachment
from skyflytt.outlook.items.people import Attendee, Person, Response, Role
from skyflytt.outlook.items.values import binary, text
from skyflytt.outlook.mapi import Attachment, tags

_CLASSES = {"PUBLIC": 0, "PRIVATE": 2, "CONFIDENTIAL": 3}
_RESPONSES = {"ACCEPTED": Response.ACCEPTED, "TENTATIVE": Response.TENTATIVE, "DECLINED": Response.DECLINED}
_LINK = "application/internet-shortcut"
_HANDLED = frozenset(
    {
        "UID",
        "SUMMARY",
        "DESCRIPTION",
        "X-ALT-DESC",
        "CATEGORIES",
        "PRIORITY",
        "CLASS",
        "CREATED",
        "LAST-MODIFIED",
        "DTSTAMP",
        "ATTACH",
        "BEGIN",
        "END",
    }
)


def read_fields(item: Item, component: Component, zones: Zones, handled: Iterable[str]) -> None:
    """Fills an item; lines that neither this nor `handled` reads are kept as unmapped ones, and so are parts of a component."""
    item.uid, item.subject, item.body = (
        component.text("UID"),
        _one_line(component.text("SUMMARY")),
        component.text("DESCRIPTION"),
    )
    html = component.first("X-ALT-DESC")
    item.html = html.text if html is not None and html.param("FMTTYPE").lower() == "text/html" else ""
    names = (unescaped(each).strip() for line in component.all("CATEGORIES") for each in fields(line.value, ","))
    item.categories = tuple(dict.fromkeys(name for name in names if name))
    item.importance, item.sensitivity = _importance(component.text("PRIORITY")), _sensitivity(component.text("CLASS"))
    created, modified = (zones.when(component.first(name)) for name in ("CREATED", "LAST-MODIFIED"))
    item.created, item.modified = created and created.moment, modified and modified.moment
    for line in component.all("ATTACH"):
        _attach(item, line)
    known = _HANDLED.union(handled)
    item.unmapped += [line.raw for line in component.lines if line.name not in known]
    item.unmapped += component.unread


def _one_line(value: str) -> str:
    return " ".join(value.splitlines())


def person(line: Line) -> Person:
    """Whom an ORGANIZER or ATTENDEE names: by mailto, or by whatever address it has."""
    address = line.text.strip()
    bare = address[7:] if address[:7].lower() == "mailto:" else line.param("EMAIL") or address
    return Person(line.param("CN").strip(), bare.strip())


def attendee(line: Line) -> Attendee:
    """An ATTENDEE."""
    role = Role.OPTIONAL if line.param("ROLE").upper() in {"OPT-PARTICIPANT", "NON-PARTICIPANT"} else Role.REQUIRED
    role = Role.RESOURCE if line.param("CUTYPE").upper() in {"RESOURCE", "ROOM"} else role
    return Attendee(person(line), role, _RESPONSES.get(line.param("PARTSTAT").upper(), Response.NONE))


def write_fields(item: Item, stamp: datetime | None) -> list[str]:
    """The lines of what every item has. DTSTAMP is the time of the last change: nothing here knows what time it is."""
    moment = item.modified or item.created or stamp
    lines = [content_line("UID", escaped(item.uid))] if item.uid else []
    lines += [content_line("DTSTAMP", utc(moment))] if moment else []
    lines += [content_line("CREATED", utc(item.created))] if item.created else []
    lines += [content_line("LAST-MODIFIED", utc(item.modified))] if item.modified else []
    lines += [content_line("SUMMARY", escaped(item.subject))] if item.subject else []
    lines += [content_line("DESCRIPTION", escaped(item.body))] if item.body else []
    lines += [content_line("X-ALT-DESC", escaped(item.html), {"FMTTYPE": "text/html"})] if item.html else []
    lines += [content_line("CATEGORIES", ",".join(map(escaped, item.categories)))] if item.categories else []
    lines += [content_line("PRIORITY", {0: "9", 2: "1"}[item.importance])] if item.importance in {0, 2} else []
    if item.sensitivity:
        lines.append(content_line("CLASS", "CONFIDENTIAL" if item.sensitivity == 3 else "PRIVATE"))
    lines += [line for each in item.attachments if (line := _attached(each))]
    lines += [folded(line) for line in item.unmapped]
    return lines + [content_line("X-SKYFLYTT-LOSS", escaped(loss)) for loss in item.losses]


def utc(moment: datetime) -> str:
    """An aware time as a value."""
    return f"{moment.year:04}{moment:%m%dT%H%M%S}Z"


def _importance(value: str) -> int:
    number = int(value) if value.isascii() and value.isdigit() and len(value) < 3 else 0
    return 2 if 1 <= number <= 4 else 0 if 6 <= number <= 9 else 1


def _sensitivity(value: str) -> int:
    return _CLASSES.get(value.upper(), 0)


def _attach(item: Item, line: Line) -> None:
    name = line.param("X-FILENAME") or line.param("FILENAME") or line.param("X-LABEL")
    if line.param("ENCODING").upper() != "BASE64":
        target = line.value.strip()
        shortcut = f"[InternetShortcut]\r\nURL={target}\r\n".encode("utf-8", "surrogatepass")
        item.attachments.append(file_attachment(shortcut, f"{name or 'link'}.url", _LINK))
        return
    try:
        data = b64decode("".join(line.value.split()), validate=True)
    except ValueError:
        item.losses.append("an attachment cannot be decoded; it is in the source's text")
        return
    item.attachments.append(file_attachment(data, name or "attachment", line.param("FMTTYPE")))


def _attached(attachment: Attachment) -> str:
    bag = attachment.properties
    data, kind = binary(bag, tags.ATTACH_DATA), text(bag, tags.ATTACH_MIME_TAG)
    name = text(bag, tags.ATTACH_LONG_FILENAME) or text(bag, tags.ATTACH_FILENAME)
    if kind == _LINK and b"URL=" in data:
        return content_line("ATTACH", data.partition(b"URL=")[2].decode("utf-8", "replace").strip())
    if tags.ATTACH_DATA not in bag:
        return ""
    params: dict[str, str | list[str]] = {"ENCODING": "BASE64", "VALUE": "BINARY", "FMTTYPE": kind, "X-FILENAME": name}
    return content_line("ATTACH", b64encode(data).decode(), params)
