"""Contacts: IPM.Contact ([MS-OXOCNTC] 2.2.1)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time

from skyflytt.outlook.items.classes import CONTACT, is_a
from skyflytt.outlook.items.item import ICALENDAR_UID, Item, common_message, read_common
from skyflytt.outlook.items.losses import file_attachment
from skyflytt.outlook.items.people import Person, one_off_entry_id
from skyflytt.outlook.items.values import binary, flag, text
from skyflytt.outlook.items.values import time as time_of
from skyflytt.outlook.mapi import Attachment, Message, Properties, tags
from skyflytt.outlook.mapi.named import PSETID_ADDRESS, Named
from skyflytt.outlook.mapi.times import filetime

FILE_UNDER = Named(PSETID_ADDRESS, 0x8005, 0x001F)
FILE_UNDER_ID = Named(PSETID_ADDRESS, 0x8006, 0x0003)
HAS_PICTURE = Named(PSETID_ADDRESS, 0x8015, 0x000B)
HOME_ADDRESS = Named(PSETID_ADDRESS, 0x801A, 0x001F)
WORK_ADDRESS = Named(PSETID_ADDRESS, 0x801B, 0x001F)
OTHER_ADDRESS = Named(PSETID_ADDRESS, 0x801C, 0x001F)
POSTAL_ADDRESS_ID = Named(PSETID_ADDRESS, 0x8022, 0x0003)
EMAIL_LIST = Named(PSETID_ADDRESS, 0x8028, 0x1003)
ARRAY_TYPE = Named(PSETID_ADDRESS, 0x8029, 0x0003)
WEB_PAGE = Named(PSETID_ADDRESS, 0x802B, 0x001F)
WORK_STREET = Named(PSETID_ADDRESS, 0x8045, 0x001F)
WORK_CITY = Named(PSETID_ADDRESS, 0x8046, 0x001F)
WORK_STATE = Named(PSETID_ADDRESS, 0x8047, 0x001F)
WORK_POSTAL_CODE = Named(PSETID_ADDRESS, 0x8048, 0x001F)
WORK_COUNTRY = Named(PSETID_ADDRESS, 0x8049, 0x001F)
WORK_POST_OFFICE_BOX = Named(PSETID_ADDRESS, 0x804A, 0x001F)
INSTANT_MESSAGING = Named(PSETID_ADDRESS, 0x8062, 0x001F)
BIRTHDAY_LOCAL = Named(PSETID_ADDRESS, 0x80DE, 0x0040)
ANNIVERSARY_LOCAL = Named(PSETID_ADDRESS, 0x80DF, 0x0040)

_SLOTS = (0x8080, 0x8090, 0x80A0)
"""The LIDs of the three e-mail addresses begin here: display name, then at +2 type, +3 address, +4 SMTP address, +5 entry id."""
_ICON = 0x200
_FILE_AS_GIVEN = -1
_PHOTO = "ContactPicture.jpg"
HOME, WORK, OTHER = "home", "work", "other"

ADDRESS_PROPERTIES: dict[str, tuple[Named | int, ...]] = {
    HOME: (
        *(tags.HOME_ADDRESS_POST_OFFICE_BOX, tags.HOME_ADDRESS_STREET, tags.HOME_ADDRESS_CITY),
        *(tags.HOME_ADDRESS_STATE_OR_PROVINCE, tags.HOME_ADDRESS_POSTAL_CODE, tags.HOME_ADDRESS_COUNTRY, HOME_ADDRESS),
    ),
    WORK: (WORK_POST_OFFICE_BOX, WORK_STREET, WORK_CITY, WORK_STATE, WORK_POSTAL_CODE, WORK_COUNTRY, WORK_ADDRESS),
    OTHER: (
        *(tags.OTHER_ADDRESS_POST_OFFICE_BOX, tags.OTHER_ADDRESS_STREET, tags.OTHER_ADDRESS_CITY),
        *(tags.OTHER_ADDRESS_STATE_OR_PROVINCE, tags.OTHER_ADDRESS_POSTAL_CODE, tags.OTHER_ADDRESS_COUNTRY),
        OTHER_ADDRESS,
    ),
}
"""By kind: post office box, street, city, state, postal code, country, and the whole as text."""

TEXTS: dict[str, Named | int] = {
    "prefix": tags.DISPLAY_NAME_PREFIX,
    "given": tags.GIVEN_NAME,
    "middle": tags.MIDDLE_NAME,
    "surname": tags.SURNAME,
    "suffix": tags.GENERATION,
    "nickname": tags.NICKNAME,
    "company": tags.COMPANY_NAME,
    "department": tags.DEPARTMENT_NAME,
    "title": tags.TITLE,
    "profession": tags.PROFESSION,
    "office": tags.OFFICE_LOCATION,
    "manager": tags.MANAGER_NAME,
    "assistant": tags.ASSISTANT,
    "spouse": tags.SPOUSE_NAME,
    "web": WEB_PAGE,
    "im": INSTANT_MESSAGING,
}


@dataclass(frozen=True)
class Address:
    """A postal address; `street` may have several lines."""

    box: str = ""
    street: str = ""
    city: str = ""
    state: str = ""
    postal_code: str = ""
    country: str = ""

    @property
    def whole(self) -> str:
        """As one writes it on a letter, in the order of most of Europe."""
        place = " ".join(each for each in (self.postal_code, self.city) if each)
        lines = (self.box, self.street, place, self.state, self.country)
        return "\r\n".join(line for line in lines if line)


@dataclass(kw_only=True)
class Contact(Item):
    """`texts` by the keys of `TEXTS`, `phones` by tag of the telephone property, `addresses` by HOME, WORK, OTHER; at most three `emails`."""

    name: str = ""
    file_under: str = ""
    texts: dict[str, str] = field(default_factory=dict)
    phones: dict[int, str] = field(default_factory=dict)
    emails: list[Person] = field(default_factory=list)
    addresses: dict[str, Address] = field(default_factory=dict)
    birthday: date | None = None
    anniversary: date | None = None
    photo: bytes = b""


PHONES = (
    *(tags.BUSINESS_TELEPHONE_NUMBER, tags.BUSINESS2_TELEPHONE_NUMBER, tags.HOME_TELEPHONE_NUMBER),
    *(tags.HOME2_TELEPHONE_NUMBER, tags.MOBILE_TELEPHONE_NUMBER, tags.PAGER_TELEPHONE_NUMBER),
    *(tags.BUSINESS_FAX_NUMBER, tags.HOME_FAX_NUMBER, tags.PRIMARY_FAX_NUMBER, tags.CAR_TELEPHONE_NUMBER),
    *(tags.RADIO_TELEPHONE_NUMBER, tags.TELEX_NUMBER, tags.ISDN_NUMBER, tags.ASSISTANT_TELEPHONE_NUMBER),
    *(tags.COMPANY_MAIN_TELEPHONE_NUMBER, tags.PRIMARY_TELEPHONE_NUMBER, tags.OTHER_TELEPHONE_NUMBER),
)


def contact_message(contact: Contact) -> Message:
    """The message with the properties that Outlook expects."""
    name = contact.name or " ".join(filter(None, map(contact.texts.get, ("given", "middle", "surname"))))
    name = name or contact.texts.get("company", "") or next((each.shown for each in contact.emails), "")
    contact.subject = name
    message = common_message(contact, CONTACT)
    message.properties |= {
        tags.DISPLAY_NAME: name,
        FILE_UNDER: contact.file_under or _filed(contact, name),
        FILE_UNDER_ID: _FILE_AS_GIVEN,
        HAS_PICTURE: bool(contact.photo),
        tags.ICON_INDEX: _ICON,
    }
    message.properties |= {TEXTS[key]: value for key, value in contact.texts.items() if value}
    message.properties |= {tag: number for tag, number in contact.phones.items() if number}
    message.properties |= _emails(contact) | _addresses(contact) | _days(contact)
    if contact.photo:
        message.attachments.append(_picture(contact.photo))
    if contact.uid:
        message.properties[ICALENDAR_UID] = contact.uid
    return message


def is_contact(message: Message) -> bool:
    """Whether a message is a contact."""
    return is_a(text(message.properties, tags.MESSAGE_CLASS), CONTACT)


def read_contact(message: Message) -> Contact:
    """Every message of the class is a contact; what it does not have is empty."""
    bag = message.properties
    contact = Contact()
    read_common(contact, message)
    contact.name = text(bag, tags.DISPLAY_NAME) or contact.subject
    contact.file_under = text(bag, FILE_UNDER)
    contact.texts = {key: value for key, tag in TEXTS.items() if (value := text(bag, tag))}
    contact.texts.setdefault("web", text(bag, tags.BUSINESS_HOME_PAGE) or text(bag, tags.PERSONAL_HOME_PAGE))
    contact.phones = {tag: value for tag in PHONES if (value := text(bag, tag))}
    contact.emails = [person for slot in _SLOTS if (person := _email(bag, slot)) is not None]
    for kind, names in ADDRESS_PROPERTIES.items():
        address = Address(*(text(bag, name) for name in names[:6]))
        if address.whole or text(bag, names[6]):
            contact.addresses[kind] = address if address.whole else Address(street=text(bag, names[6]))
    birthday, anniversary = time_of(bag, tags.BIRTHDAY), time_of(bag, tags.WEDDING_ANNIVERSARY)
    contact.birthday, contact.anniversary = _date(birthday), _date(anniversary)
    photos = [each for each in message.attachments if _is_photo(each)]
    contact.photo = binary(photos[0].properties, tags.ATTACH_DATA) if photos else b""
    contact.attachments = [each for each in contact.attachments if not _is_photo(each)]
    return contact


def _filed(contact: Contact, name: str) -> str:
    surname, given = contact.texts.get("surname"), contact.texts.get("given")
    return f"{surname}, {given}" if surname and given else name


def _emails(contact: Contact) -> Properties:
    properties: Properties = {}
    for slot, person in zip(_SLOTS, contact.emails, strict=False):
        shown = f"{person.name} ({person.address})" if person.name and person.name != person.address else person.address
        properties |= {
            Named(PSETID_ADDRESS, slot, 0x001F): shown,
            Named(PSETID_ADDRESS, slot + 2, 0x001F): person.address_type,
            Named(PSETID_ADDRESS, slot + 3, 0x001F): person.address,
            Named(PSETID_ADDRESS, slot + 4, 0x001F): person.address or person.name,
            Named(PSETID_ADDRESS, slot + 5, 0x0102): one_off_entry_id(person),
        }
    count = min(len(contact.emails), len(_SLOTS))
    if count:
        properties |= {EMAIL_LIST: tuple(range(count)), ARRAY_TYPE: (1 << count) - 1}
    return properties


def _email(bag: Properties, slot: int) -> Person | None:
    kind = text(bag, Named(PSETID_ADDRESS, slot + 2, 0x001F)) or "SMTP"
    address = text(bag, Named(PSETID_ADDRESS, slot + 3, 0x001F))
    original = text(bag, Named(PSETID_ADDRESS, slot + 4, 0x001F))
    if not address and not original:
        return None
    shown = text(bag, Named(PSETID_ADDRESS, slot, 0x001F))
    if kind != "SMTP" and "@" in original:
        kind, address = "SMTP", original
    name = shown.removesuffix(f" ({address})") if address else original
    return Person("" if name == address else name, address, kind)


def _addresses(contact: Contact) -> Properties:
    properties: Properties = {}
    for kind, address in contact.addresses.items():
        values = (
            address.box,
            address.street,
            address.city,
            address.state,
            address.postal_code,
            address.country,
            address.whole,
        )
        properties |= {name: value for name, value in zip(ADDRESS_PROPERTIES[kind], values, strict=True) if value}
    mailing = next((kind for kind in (WORK, HOME, OTHER) if kind in contact.addresses), None)
    if mailing is not None:
        address = contact.addresses[mailing]
        properties[POSTAL_ADDRESS_ID] = {HOME: 1, WORK: 2, OTHER: 3}[mailing]
        properties |= {
            tag: value
            for tag, value in (
                (tags.POST_OFFICE_BOX, address.box),
                (tags.STREET_ADDRESS, address.street),
                (tags.LOCALITY, address.city),
                (tags.STATE_OR_PROVINCE, address.state),
                (tags.POSTAL_CODE, address.postal_code),
                (tags.COUNTRY, address.country),
            )
            if value
        }
        properties[tags.POSTAL_ADDRESS] = address.whole
    return properties


def _days(contact: Contact) -> Properties:
    properties: Properties = {}
    days = (
        (contact.birthday, tags.BIRTHDAY, BIRTHDAY_LOCAL),
        (contact.anniversary, tags.WEDDING_ANNIVERSARY, ANNIVERSARY_LOCAL),
    )
    for day, tag, local in days:
        if day is not None and day.year > 1601:
            properties[tag] = properties[local] = filetime(datetime.combine(day, time(), UTC))
    return properties


def _date(moment: datetime | None) -> date | None:
    """Outlook's own birthdays are midnight of some zone in UTC: the nearest midnight is the day."""
    return (
        None
        if moment is None
        else (moment if moment.hour < 12 else datetime.fromtimestamp(moment.timestamp() + 43200, UTC)).date()
    )


def _picture(photo: bytes) -> Attachment:
    attachment = file_attachment(photo, _PHOTO, "image/png" if photo.startswith(b"\x89PNG") else "image/jpeg")
    attachment.properties |= {tags.ATTACHMENT_CONTACT_PHOTO: True, tags.ATTACHMENT_HIDDEN: False}
    return attachment


def _is_photo(attachment: Attachment) -> bool:
    return flag(attachment.properties, tags.ATTACHMENT_CONTACT_PHOTO)
