"""vCards to contacts and distribution lists, and back."""

from __future__ import annotations

import random
from base64 import b64encode

import pytest

from skyflytt.outlook.errors import NotAVcard
from skyflytt.outlook.items import from_vcard, to_vcard
from skyflytt.outlook.items.contact import read_contact
from skyflytt.outlook.items.distribution_list import MEMBERS, STREAM, DistributionList, list_message, read_list
from skyflytt.outlook.items.losses import losses_of, unmapped_of
from skyflytt.outlook.items.people import Person
from skyflytt.outlook.mapi import Message, Named, tags
from skyflytt.outlook.mapi.named import PSETID_ADDRESS
from tests.outlook.items.calendars import CARDS


def only(lines: str) -> Message:
    (message,) = from_vcard(f"BEGIN:VCARD\nVERSION:3.0\n{lines}\nEND:VCARD\n")
    return message


def test_a_card_of_version_2_1() -> None:
    contact, group = from_vcard(CARDS)
    read = read_contact(contact)
    assert (read.name, read.texts["surname"], read.texts["prefix"]) == ("Anna Öberg", "Öberg", "Dr")
    assert contact.properties[tags.BUSINESS_TELEPHONE_NUMBER] == "+46 8 1"
    assert contact.properties[tags.MOBILE_TELEPHONE_NUMBER] == "+46 70"
    assert read.emails == [Person("Anna Öberg", "anna@example.com")]
    assert unmapped_of(contact) == ("X-ZZ:1",)
    assert losses_of(contact) == losses_of(group) == ()
    assert [each.address for each in read_list(group).members] == ["a@b.example", "c@d.example"]


@pytest.mark.parametrize("index", [0, 1])
def test_written_and_read_again_it_is_the_same(index: int) -> None:
    message = from_vcard(CARDS)[index]
    written = to_vcard(message)
    assert written is not None
    (again,) = from_vcard(written)
    assert again.properties == message.properties


def test_a_fourth_address_is_named_and_kept() -> None:
    message = only("FN:x\n" + "\n".join(f"EMAIL:a{index}@x.example" for index in range(4)))
    assert "a3@x.example" in losses_of(message)[0]
    assert "EMAIL:a3@x.example" in unmapped_of(message)
    assert b"a3@x.example" in bytes(message.attachments[0].properties[tags.ATTACH_DATA])


@pytest.mark.parametrize(
    "form", ["PHOTO;ENCODING=b;TYPE=JPEG:{}", "PHOTO:data:image/jpeg;base64,{}", "PHOTO;JPEG;ENCODING=BASE64:{}"]
)
def test_a_photo(form: str) -> None:
    data = b"\xff\xd8\xff\xe0photo" * 30
    message = only("FN:x\n" + form.format(b64encode(data).decode()))
    (attachment,) = message.attachments
    assert attachment.properties[tags.ATTACHMENT_CONTACT_PHOTO] is True
    assert read_contact(message).photo == data
    written = to_vcard(message)
    assert written is not None
    assert read_contact(from_vcard(written)[0]).photo == data


@pytest.mark.parametrize(
    ("text", "day"),
    [("BDAY:--0229", "1604-02-29"), ("BDAY:19800102", "1980-01-02"), ("BDAY:1980-01-02T00:00:00Z", "1980-01-02")],
)
def test_birthdays(text: str, day: str) -> None:
    message = only(f"FN:x\n{text}")
    assert str(read_contact(message).birthday) == day
    assert losses_of(message) == ()


def test_lists_beyond_the_limit_are_in_a_stream() -> None:
    group = DistributionList(
        name="all", members=[Person(f"Person {index}", f"p{index}@x.example") for index in range(500)]
    )
    message = list_message(group)
    assert STREAM in message.properties
    assert sum(map(len, message.properties[MEMBERS])) < 15_000
    assert read_list(message).members == group.members


def test_broken_cards_raise_nothing_else() -> None:
    chance = random.Random(3)
    for _ in range(2000):
        data = bytearray(CARDS.encode())
        for _ in range(chance.randint(1, 8)):
            at = chance.randrange(len(data))
            data[at : at + chance.randint(0, 6)] = bytes(chance.randrange(256) for _ in range(chance.randint(0, 3)))
        try:
            messages = from_vcard(bytes(data))
        except NotAVcard:
            continue
        for message in messages:
            to_vcard(message)
    with pytest.raises(NotAVcard):
        from_vcard("nothing")


def test_the_original_display_name_of_an_address_is_the_address() -> None:
    """[MS-OXOCNTC] 2.2.1.2.4: readers take a contact's SMTP address from there."""
    message = only("FN:Åke Öst\nN:Öst;Åke;;;\nEMAIL:ake@norrsken.example")
    assert message.properties[Named(PSETID_ADDRESS, 0x8084, 0x001F)] == "ake@norrsken.example"
    card = to_vcard(message)
    assert card is not None
    assert b"ake@norrsken.example" in card
