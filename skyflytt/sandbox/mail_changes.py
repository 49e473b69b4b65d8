"""An act's mail, over IMAP as the people of the company would do it: new, read, flagged, moved, deleted."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from imapclient import IMAPClient

from skyflytt.sandbox.acts import Act
from skyflytt.sandbox.company.mail import Slot, slots, write
from skyflytt.sandbox.company.people import ANNA, BENGT, CECILIA, DOMAIN, INFO, STAFF, Person
from skyflytt.sandbox.state import Sandbox

# Where each person files what is done with; made when it is not there yet.
FILED = {
    ANNA.key: "Projekt/Flytten 2026",
    BENGT.key: "Arbetsplatser/Sjö&Skog",
    CECILIA.key: "Prosjekter/Bodø/Sjøgata 12",
    INFO.key: "Förfrågningar",
}


def apply(sandbox: Sandbox, act: Act) -> tuple[dict[str, int], int]:
    """What the act comprises, and how much of it was not yet so."""
    done = 0
    for person in STAFF:
        with connect(sandbox, person) as client:
            done += sum([_new(client, act, person), _flag(client, act, person), _file(client, act, person)])
            done += _delete(client, act, person)
    people = len(STAFF)
    return {"new": act.new_mail * people, "flagged": 3 * people, "moved": 2 * people, "deleted": people}, done


@contextmanager
def connect(sandbox: Sandbox, person: Person) -> Iterator[Any]:
    """A client logged in to the person's old mailbox."""
    server = sandbox.servers["old-mail"]
    trust = ssl.create_default_context(cafile=str(sandbox.ca_file))
    with IMAPClient(server.host, port=server.port, ssl=True, ssl_context=trust, timeout=30) as client:
        # imaplib writes a message and the line's end apart; without this each APPEND waits 40 ms for an acknowledgement.
        client.socket().setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client.login(person.address, sandbox.secret(f"mailboxes.{person.key}.source"))
        yield client


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


def _find(client: Any, folder: str, message_id: str) -> list[int]:
    client.select_folder(folder)
    return list(client.search(["HEADER", "MESSAGE-ID", message_id]))


def _new(client: Any, act: Act, person: Person) -> int:
    done = 0
    for slot in new_slots(act, person):
        if not _find(client, slot.folder, slot.message_id):
            letter = write(slot, received=act.minute(slot.number))
            client.append(slot.folder, letter.raw, flags=sorted(letter.flags), msg_time=letter.received)
            done += 1
    return done


def _flag(client: Any, act: Act, person: Person) -> int:
    """One read and starred, one marked with a word, one made unread again."""
    starred, marked, unread = _share(act, person)[:3]
    return sum(
        [
            _set(client, starred, add=["\\Seen", "\\Flagged"]),
            _set(client, marked, add=["$Forwarded", f"flytt-{act.name}"]),
            _set(client, unread, remove=["\\Seen"]),
        ]
    )


def _set(client: Any, message_id: str, *, add: list[str] | None = None, remove: list[str] | None = None) -> int:
    done = 0
    for uid in _find(client, "INBOX", message_id):
        has = {flag.decode() for flag in client.get_flags([uid])[uid]}
        if add and not set(add) <= has:
            client.add_flags([uid], add)
            done = 1
        if remove and set(remove) & has:
            client.remove_flags([uid], remove)
            done = 1
    return done


def _file(client: Any, act: Act, person: Person) -> int:
    """One filed in a folder, one thrown into Trash."""
    filed, thrown = _share(act, person)[3:5]
    folder = FILED[person.key]
    if not client.folder_exists(folder):
        client.create_folder(folder)
    done = 0
    for message_id, destination in ((filed, folder), (thrown, "Trash")):
        uids = _find(client, "INBOX", message_id)
        if uids:
            client.move(uids, destination)
            done += 1
    return done


def _delete(client: Any, act: Act, person: Person) -> int:
    uids = _find(client, "INBOX", _share(act, person)[5])
    if uids:
        client.delete_messages(uids)
        client.uid_expunge(uids)
    return len(uids)
