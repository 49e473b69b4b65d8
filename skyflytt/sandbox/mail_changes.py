"""An act's mail, as the people of the company would do it in Outlook: new, read, flagged, moved, deleted; a new appointment each,
another one put off, and a draft that is written on.

What happens is written into the old provider's store, with the same changes to its sync states as if a client had asked for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from skyflytt.outlook.items.appointment import START_WHOLE
from skyflytt.outlook.mapi import Message, tags
from skyflytt.outlook.mapi.named import KEYWORDS
from skyflytt.outlook.mime import Delivery, delivery_of
from skyflytt.outlook.mime.inbound.flags import state_of
from skyflytt.sandbox.acts import ACTS, Act
from skyflytt.sandbox.company import exchange
from skyflytt.sandbox.company.items import DENTIST_AT, met_in, put_off
from skyflytt.sandbox.company.mail import Letter, Slot, slots, write
from skyflytt.sandbox.company.people import ANNA, BENGT, CECILIA, DOMAIN, INFO, STAFF, Person
from skyflytt.sandbox.exchange.mimecontent import message_of
from skyflytt.sandbox.exchange.running import store_file
from skyflytt.sandbox.exchange.store import items, open_store
from skyflytt.sandbox.exchange.store.database import Database
from skyflytt.sandbox.exchange.store.items import Item
from skyflytt.sandbox.state import Sandbox

# Where each person files what is done with; made when it is not there yet.
FILED = {
    ANNA.key: "Projekt/Flytten 2026",
    BENGT.key: "Arbetsplatser/Sjö&Skog",
    CECILIA.key: "Prosjekter/Bodø/Sjøgata 12",
    INFO.key: "Förfrågningar",
}
_OF_FLAGS = (
    *(tags.FLAG_STATUS, tags.FOLLOWUP_ICON, tags.TODO_ITEM_FLAGS, tags.LAST_VERB_EXECUTED, tags.ICON_INDEX),
    KEYWORDS,
)
_STATE_BITS = 0x09


def apply(sandbox: Sandbox, act: Act) -> tuple[dict[str, int], int]:
    """What the act comprises, and how much of it was not yet so."""
    done = 0
    for person in STAFF:
        with opened(sandbox, person) as box:
            done += sum([_new(box, act), _flag(box, act), _file(box, act), _delete(box, act), _meet(box, act)])
            done += _put_off(box, act) + _write_on(box, act)
    people = len(STAFF)
    comprised = {"new": act.new_mail * people, "flagged": 3 * people, "moved": 2 * people, "deleted": people}
    edited = sum(person is not INFO for person in STAFF) + sum(draft_of(person) is not None for person in STAFF)
    return comprised | {"appointments": people, "edited": edited}, done


@dataclass(frozen=True)
class OldMailbox:
    """A person's mailbox at the old provider, whose server may run meanwhile; folders are named as in the company's plan."""

    database: Database
    person: Person

    def find(self, folder: str, message_id: str) -> list[Item]:
        """The items of this Message-ID."""
        return [
            item
            for item in self.items(folder)
            if self.message(item).properties.get(tags.INTERNET_MESSAGE_ID) == message_id
        ]

    def items(self, folder: str) -> list[Item]:
        rows = self.database.rows("SELECT * FROM item WHERE folder = ? ORDER BY id", self._folder(folder))
        return [Item(*row) for row in rows]

    def message(self, item: Item) -> Message:
        return items.message_in(self.database, item)

    def deliver(self, folder: str, raw: bytes, flags: frozenset[str], at: datetime) -> None:
        items.deliver(self.database, self._folder(folder), raw, Delivery(at, flags), at)

    def set_flags(self, item: Item, flags: frozenset[str], at: datetime) -> bool:
        """Give the item these flags; whether it had others."""
        message = self.message(item)
        before = delivery_of(message).flags
        if before == flags:
            return False
        bag, state = message.properties, state_of(flags)
        others, own = bag.get(tags.MESSAGE_FLAGS, 0), state.pop(tags.MESSAGE_FLAGS)
        for tag in _OF_FLAGS:
            bag.pop(tag, None)
        bag |= state | {tags.MESSAGE_FLAGS: _number(others) & ~_STATE_BITS | _number(own)}
        items.replace(self.database, item, message, at, only_read=before ^ flags == {"\\Seen"})
        return True

    def edit(self, item: Item, message: Message, at: datetime) -> None:
        """Another content in the item's place, under the id that it has."""
        before = self.message(item).properties
        for tag in (tags.SEARCH_KEY, tags.CREATION_TIME):
            message.properties[tag] = before[tag]
        items.replace(self.database, item, message, at)

    def appointments(self, subject: str) -> list[Item]:
        rows = self.database.rows(
            "SELECT * FROM item WHERE folder = ? AND subject = ? ORDER BY id", self._calendar(), subject
        )
        return [Item(*row) for row in rows]

    def move(self, item: Item, folder: str) -> None:
        items.move(self.database, item, self._folder(folder))

    def delete(self, item: Item) -> None:
        items.delete(self.database, item)

    def add_appointment(self, appointment: Message, at: datetime) -> bool:
        """Put it into the calendar unless one of the same name is there."""
        if self.appointments(str(appointment.properties[tags.SUBJECT])):
            return False
        items.add(self.database, self._calendar(), appointment, at)
        return True

    def _calendar(self) -> int:
        return exchange.default_folder(self.database, exchange.mailbox(self.database, self.person), "calendar").id

    def _folder(self, name: str) -> int:
        return exchange.find_folder(self.database, exchange.mailbox(self.database, self.person), name).id


@contextmanager
def opened(sandbox: Sandbox, person: Person) -> Iterator[OldMailbox]:
    """The person's old mailbox."""
    database = open_store(store_file(sandbox.root / "old-mail"))
    try:
        yield OldMailbox(database, person)
    finally:
        database.close()


def new_slots(act: Act, person: Person) -> list[Slot]:
    """The act's new messages: one sent, one filed at once, the rest in the INBOX."""
    places = ["INBOX", "Sent", *["INBOX"] * (act.new_mail - 2)]
    return [
        Slot(person, folder, number, f"<{act.name}-{number:02}.{person.local}@{DOMAIN}>")
        for number, folder in enumerate(places, 1)
    ]


def _share(act: Act, person: Person) -> list[str]:
    """The Message-IDs of the six INBOX messages that the act touches."""
    inbox = [slot.message_id for slot in slots(person) if slot.folder == "INBOX"]
    return inbox[act.inbox : act.inbox + 6]


def _new(box: OldMailbox, act: Act) -> int:
    done = 0
    for slot in new_slots(act, box.person):
        if not box.find(slot.folder, slot.message_id):
            letter = write(slot, received=act.minute(slot.number))
            box.deliver(slot.folder, letter.raw, letter.flags, letter.received)
            done += 1
    return done


def _flag(box: OldMailbox, act: Act) -> int:
    """One read and starred, one marked with a word, one made unread again."""
    starred, marked, unread = _share(act, box.person)[:3]
    return sum(
        [
            _set(box, act, starred, add={"\\Seen", "\\Flagged"}),
            _set(box, act, marked, add={"$Forwarded", f"flytt-{act.name}"}),
            _set(box, act, unread, remove={"\\Seen"}),
        ]
    )


def _set(
    box: OldMailbox, act: Act, message_id: str, *, add: set[str] | None = None, remove: set[str] | None = None
) -> int:
    done = False
    for item in box.find("INBOX", message_id):
        flags = delivery_of(box.message(item)).flags
        done = box.set_flags(item, frozenset(flags | (add or set())) - (remove or set()), act.begins) or done
    return int(done)


def _file(box: OldMailbox, act: Act) -> int:
    """One filed in a folder, one thrown into Trash."""
    filed, thrown = _share(act, box.person)[3:5]
    done = 0
    for message_id, destination in ((filed, FILED[box.person.key]), (thrown, "Trash")):
        for item in box.find("INBOX", message_id):
            box.move(item, destination)
            done += 1
    return done


def _delete(box: OldMailbox, act: Act) -> int:
    there = box.find("INBOX", _share(act, box.person)[5])
    for item in there:
        box.delete(item)
    return len(there)


def _meet(box: OldMailbox, act: Act) -> int:
    return int(box.add_appointment(met_in(act.name, act.begins, box.person), act.begins))


def hour_after(act: Act) -> int:
    """The hour to which the act puts the appointment off."""
    return DENTIST_AT + 1 + list(ACTS).index(act.name)


def _put_off(box: OldMailbox, act: Act) -> int:
    """Only ever to a later hour, however often and in which order acts are applied."""
    done = 0
    wanted = put_off(hour_after(act), act.begins, box.person)
    for item in box.appointments(str(wanted.properties[tags.SUBJECT])):
        if _number(box.message(item).properties.get(START_WHOLE)) < _number(wanted.properties[START_WHOLE]):
            box.edit(item, wanted, act.begins)
            done += 1
    return done


def draft_of(person: Person) -> Slot | None:
    """The draft that the person writes on."""
    return next((slot for slot in slots(person) if slot.folder == "Drafts"), None)


def draft_after(slot: Slot, act: Act) -> Letter:
    """The draft as it is after this act and those before it."""
    names = list(ACTS)[: list(ACTS).index(act.name) + 1]
    return write(slot, added=[f"Tillägg ({name})." for name in names])


def _write_on(box: OldMailbox, act: Act) -> int:
    done, slot = 0, draft_of(box.person)
    for item in box.find("Drafts", slot.message_id) if slot else ():
        if slot and f"({act.name})" not in str(box.message(item).properties.get(tags.BODY, "")):
            letter = draft_after(slot, act)
            box.edit(item, message_of(letter.raw, Delivery(letter.received, letter.flags)), act.begins)
            done += 1
    return done


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0
