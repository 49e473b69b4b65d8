"""Contacts and distribution lists as vCards: 3.0 for people, 4.0 for groups, which 3.0 does not know."""

from __future__ import annotations

from base64 import b64encode
from datetime import date

from skyflytt.outlook.items.contact import HOME, WORK, Address, Contact, is_contact, read_contact
from skyflytt.outlook.items.distribution_list import DistributionList, is_list, read_list
from skyflytt.outlook.items.icalendar.fields import utc
from skyflytt.outlook.items.icalendar.text import content_line, escaped, folded
from skyflytt.outlook.items.item import Item
from skyflytt.outlook.items.people import Person
from skyflytt.outlook.items.vcard.phones import phone_types
from skyflytt.outlook.mapi import Message

_TEXTS = {
    "nickname": "NICKNAME", "title": "TITLE", "profession": "ROLE", "web": "URL", "im": "IMPP", "manager": "X-MANAGER",
    "assistant": "X-ASSISTANT", "spouse": "X-SPOUSE", "office": "X-OFFICE",
}  # fmt: skip
_NO_YEAR = 1604
_EXPECTED = (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError)


def to_vcard(message: Message) -> bytes | None:
    """A contact or a distribution list as a vCard; None for anything else. Never raises."""
    try:
        if is_contact(message):
            lines = _contact(read_contact(message))
        elif is_list(message):
            lines = _group(read_list(message))
        else:
            return None
    except _EXPECTED:
        return None
    return "\r\n".join(["BEGIN:VCARD", *lines, "END:VCARD", ""]).encode("utf-8", "replace")


def _contact(contact: Contact) -> list[str]:
    texts = contact.texts
    names = [escaped(texts.get(key, "")) for key in ("surname", "given", "middle", "prefix", "suffix")]
    lines = ["VERSION:3.0", content_line("FN", escaped(contact.name)), content_line("N", ";".join(names))]
    if texts.get("company") or texts.get("department"):
        organization = [texts.get("company", ""), *([texts["department"]] if texts.get("department") else [])]
        lines.append(content_line("ORG", ";".join(map(escaped, organization))))
    lines += [content_line(name, escaped(texts[key])) for key, name in _TEXTS.items() if texts.get(key)]
    lines += [_email(person, contact) for person in contact.emails]
    lines += [
        content_line("TEL", escaped(number), {"TYPE": phone_types(tag)}) for tag, number in contact.phones.items()
    ]
    lines += [_address(kind, address) for kind, address in contact.addresses.items()]
    lines += _day("BDAY", contact.birthday) + _day("ANNIVERSARY", contact.anniversary)
    if contact.photo:
        kind = "PNG" if contact.photo.startswith(b"\x89PNG") else "JPEG"
        lines.append(content_line("PHOTO", b64encode(contact.photo).decode(), {"ENCODING": "b", "TYPE": kind}))
    return lines + _common(contact)


def _email(person: Person, contact: Contact) -> str:
    named = {"X-CN": person.name} if person.name and person.name != contact.name else {}
    return content_line("EMAIL", escaped(person.address), {"TYPE": "INTERNET", **named})


def _address(kind: str, address: Address) -> str:
    parts = (address.box, "", address.street, address.city, address.state, address.postal_code, address.country)
    types = {HOME: {"TYPE": "HOME"}, WORK: {"TYPE": "WORK"}}.get(kind, {})
    return content_line("ADR", ";".join(map(escaped, parts)), dict(types))


def _day(name: str, day: date | None) -> list[str]:
    if day is None:
        return []
    omitted: dict[str, str | list[str]] = {"X-APPLE-OMIT-YEAR": str(_NO_YEAR)} if day.year == _NO_YEAR else {}
    return [content_line(name, day.isoformat(), omitted)]


def _group(group: DistributionList) -> list[str]:
    lines = ["VERSION:4.0", "KIND:group", content_line("FN", escaped(group.name))]
    lines += [content_line("MEMBER", f"mailto:{each.address}", {"CN": each.name}) for each in group.members]
    return lines + _common(group)


def _common(item: Item) -> list[str]:
    lines = [content_line("UID", escaped(item.uid))] if item.uid else []
    lines += [content_line("NOTE", escaped(item.body))] if item.body else []
    lines += [content_line("CATEGORIES", ",".join(map(escaped, item.categories)))] if item.categories else []
    lines += [content_line("CLASS", "CONFIDENTIAL" if item.sensitivity == 3 else "PRIVATE")] if item.sensitivity else []
    lines += [content_line("REV", utc(item.modified))] if item.modified else []
    lines += [folded(line) for line in item.unmapped]
    return lines + [content_line("X-SKYFLYTT-LOSS", escaped(loss)) for loss in item.losses]
