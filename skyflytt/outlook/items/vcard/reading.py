"""vCards as contacts and distribution lists."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date
from itertools import zip_longest

from skyflytt.outlook.errors import NotAVcard
from skyflytt.outlook.items.contact import HOME, OTHER, WORK, Address, Contact, contact_message
from skyflytt.outlook.items.distribution_list import DistributionList, list_message
from skyflytt.outlook.items.icalendar.lines import Component, Line, components, decoded, unfolded
from skyflytt.outlook.items.icalendar.text import fields, unescaped
from skyflytt.outlook.items.icalendar.times import Zones
from skyflytt.outlook.items.item import Item
from skyflytt.outlook.items.losses import keep_source, losses_of
from skyflytt.outlook.items.people import Person
from skyflytt.outlook.items.unread import unread_item
from skyflytt.outlook.items.vcard.lines import binary_value, joined, plain
from skyflytt.outlook.items.vcard.phones import phone_property
from skyflytt.outlook.mapi import Message

_MIME = "text/vcard"
_EXPECTED = (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError)
_DAY = re.compile(r"(\d{4}|--)-?(\d\d)-?(\d\d)(?:T.*)?", re.S)
_NO_YEAR = 1604
"""The year that stands for "unknown" in address books, a leap year."""
_TEXTS = {
    "NICKNAME": "nickname", "TITLE": "title", "ROLE": "profession", "URL": "web", "IMPP": "im", "X-MANAGER": "manager",
    "X-ASSISTANT": "assistant", "X-SPOUSE": "spouse", "X-OFFICE": "office", "X-MS-MANAGER": "manager", "X-MS-ASSISTANT": "assistant",
    "X-MS-SPOUSE": "spouse",
}  # fmt: skip
_DAYS = {
    "BDAY": "birthday",
    "ANNIVERSARY": "anniversary",
    "X-ANNIVERSARY": "anniversary",
    "X-MS-ANNIVERSARY": "anniversary",
}
_PLAIN = frozenset(
    {"BEGIN", "END", "VERSION", "PRODID", "KIND", "X-ADDRESSBOOKSERVER-KIND", "UID", "REV", "X-SKYFLYTT-LOSS"}
)
_GROUP_MEMBER = frozenset({"MEMBER", "X-ADDRESSBOOKSERVER-MEMBER"})


def from_vcard(data: bytes | str, *, name: str = "the address book") -> list[Message]:
    """The cards of a text, one message each: contacts, and distribution lists for groups.

    A fourth e-mail address and other things that a contact has no room for are said in the item's `losses.LOSSES` and kept as lines;
    lines that mean nothing to Outlook are kept. Raises `NotAVcard`, of `name`, for data without a card; nothing else.
    """
    cards = [each for each in components(joined(unfolded(decoded(data)))) if each.name == "VCARD"]
    if not cards:
        raise NotAVcard(name, "it has no BEGIN:VCARD")
    for card in cards:
        card.lines = [plain(line) for line in card.lines]
    known = {card.text("UID").lower().removeprefix("urn:uuid:"): card for card in cards if card.text("UID")}
    return [_guarded(card, known) for card in cards]


def _guarded(card: Component, known: dict[str, Component]) -> Message:
    try:
        message = list_message(_group(card, known)) if _is_group(card) else contact_message(_contact(card))
    except _EXPECTED as wrong:
        return unread_item(card.text("FN"), f"the card cannot be read: {wrong}", card.source, "contact.vcf", _MIME)
    if losses_of(message):
        keep_source(message, card.source, "contact.vcf", _MIME)
    return message


def _is_group(card: Component) -> bool:
    return "group" in {card.text("KIND").lower(), card.text("X-ADDRESSBOOKSERVER-KIND").lower()}


def _contact(card: Component) -> Contact:
    contact = Contact(uid=card.text("UID"), name=_line(card.text("FN")))
    _common(contact, card)
    for line in card.lines:
        if not _read(contact, line) and line.name not in _PLAIN:
            contact.unmapped.append(line.raw)
    contact.unmapped += card.unread
    contact.losses += [f"its part {part.name} is left out" for part in card.children]
    return contact


def _common(item: Item, card: Component) -> None:
    revised = Zones(None).when(card.first("REV"))
    item.modified = revised and revised.moment
    item.body = "\r\n\r\n".join(line.text for line in card.all("NOTE"))
    names = (unescaped(each).strip() for line in card.all("CATEGORIES") for each in fields(line.value, ","))
    item.categories = tuple(dict.fromkeys(each for each in names if each))
    item.sensitivity = {"PRIVATE": 2, "CONFIDENTIAL": 3}.get(card.text("CLASS").upper(), 0)


def _read(contact: Contact, line: Line) -> bool:
    """Whether the line is in the contact now; one that has no room is a loss, and kept."""
    if line.name in {"FN", "NOTE", "CATEGORIES", "CLASS"}:
        return line.name != "FN" or contact.name == _line(line.text)
    if line.name in _DAYS:
        return _day(contact, _DAYS[line.name], line)
    if line.name in _READERS:
        return _READERS[line.name](contact, line)
    key = _TEXTS.get(line.name)
    if key is None or key in contact.texts:
        return False
    contact.texts[key] = _line(line.text)
    return True


def _line(value: str) -> str:
    return " ".join(value.split())


def _types(line: Line) -> set[str]:
    return {each.strip().upper() for value in line.params.get("TYPE", []) for each in value.split(",")}


def _structured(line: Line) -> list[str]:
    return [_line(unescaped(part)) for part in fields(line.value, ";")]


def _put(contact: Contact, keys: Iterable[str], values: Iterable[str]) -> None:
    contact.texts |= {key: value for key, value in zip(keys, values, strict=False) if value}


def _name(contact: Contact, line: Line) -> bool:
    _put(contact, ("surname", "given", "middle", "prefix", "suffix"), _structured(line))
    return True


def _organization(contact: Contact, line: Line) -> bool:
    if "company" in contact.texts:
        return False
    parts = _structured(line)
    _put(contact, ("company", "department"), (parts[0], ", ".join(filter(None, parts[1:]))))
    return True


def _address(contact: Contact, line: Line) -> bool:
    types = _types(line)
    kind = HOME if "HOME" in types else WORK if "WORK" in types else OTHER
    if kind in contact.addresses:
        contact.losses.append(f"a second {kind} address is left out")
        return False
    parts = [unescaped(part).strip() for part in fields(line.value, ";")]
    box, extended, street, city, state, code, country = (
        part for part, _ in zip_longest(parts[:7], range(7), fillvalue="")
    )
    lines = "\r\n".join(each for each in (str(extended), str(street)) if each)
    contact.addresses[kind] = Address(str(box), lines, str(city), str(state), str(code), str(country))
    return True


def _email(contact: Contact, line: Line) -> bool:
    address = line.text.strip()
    if not address:
        return True
    if len(contact.emails) == 3:
        contact.losses.append(f"the e-mail address {address} is left out: Outlook's contacts have three")
        return False
    contact.emails.append(Person(line.param("CN") or line.param("X-CN") or contact.name, address))
    return True


def _phone(contact: Contact, line: Line) -> bool:
    number = _line(line.text)
    number = number[4:] if number[:4].lower() == "tel:" else number
    tag = phone_property(_types(line), set(contact.phones))
    if tag is None:
        contact.losses.append(f"the telephone number {number} is left out: every place it fits is taken")
        return False
    contact.phones[tag] = number
    return True


def _photo(contact: Contact, line: Line) -> bool:
    data = binary_value(line)
    if data is None or contact.photo or line.name == "LOGO":
        contact.losses.append(f"its {line.name} is left out: a contact has one picture, inside of it")
        return False
    contact.photo = data
    return True


_READERS: dict[str, Callable[[Contact, Line], bool]] = {
    "N": _name,
    "ORG": _organization,
    "ADR": _address,
    "EMAIL": _email,
    "TEL": _phone,
    "PHOTO": _photo,
    "LOGO": _photo,
}


def _day(contact: Contact, field: str, line: Line) -> bool:
    found = _DAY.fullmatch(line.text.strip())
    if found is None or getattr(contact, field) is not None:
        contact.losses.append(f"the date {line.text[:60]} of its {field} is left out")
        return False
    unknown = found[1] == "--" or found[1] == line.param("X-APPLE-OMIT-YEAR")
    setattr(contact, field, date(_NO_YEAR if unknown else int(found[1]), int(found[2]), int(found[3])))
    return True


def _group(card: Component, known: dict[str, Component]) -> DistributionList:
    group = DistributionList(uid=card.text("UID"), name=_line(card.text("FN")))
    _common(group, card)
    for line in card.lines:
        if line.name in _GROUP_MEMBER:
            _member(group, line, known)
        elif line.name not in _PLAIN | {"FN", "N", "NOTE", "CATEGORIES", "CLASS"}:
            group.unmapped.append(line.raw)
    return group


def _member(group: DistributionList, line: Line, known: dict[str, Component]) -> None:
    target = line.text.strip()
    if target[:7].lower() == "mailto:":
        group.members.append(Person(line.param("CN"), target[7:]))
        return
    card = known.get(target.lower().removeprefix("urn:uuid:"))
    address = card.text("EMAIL") if card is not None else ""
    if card is None or not address:
        group.losses.append(f"the member {target} is left out: it is not here, or has no e-mail address")
        group.unmapped.append(line.raw)
        return
    group.members.append(Person(_line(card.text("FN")), address))
