"""The company's mail: which message lies where, and its bytes. The plan is cheap; only what is asked for is written out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import cache
from importlib.resources import files
from random import Random

from skyflytt.sandbox.company import SEED, attachments
from skyflytt.sandbox.company.people import ANNA, BENGT, CECILIA, CORRESPONDENTS, DOMAIN, INFO, STAFF, Person
from skyflytt.sandbox.company.words_sv_nb import letter, subject

# Folder and number of generated messages; `/` between levels. Names with å, ø, & and a full stop are meant to be awkward.
FOLDERS: dict[str, dict[str, int]] = {
    ANNA.key: {
        "INBOX": 42, "Sent": 22, "Drafts": 3, "Trash": 6, "Junk": 5, "Projekt": 2, "Projekt/Kvarteret Älgen": 12,
        "Projekt/Kvarteret Älgen/Ritningar & bygglov": 7, "Projekt/2.5 Källare & grund": 4, "Gammalt": 8, "Gammalt/2019": 6,
        "Ekonomi & löner": 9, "Tom mapp": 0,
    },
    BENGT.key: {
        "INBOX": 34, "Sent": 16, "Drafts": 2, "Trash": 5, "Junk": 4, "Arbetsplatser/Östra Ersboda": 9,
        "Arbetsplatser/Sjö&Skog": 6, "Leverantörer": 8, "Säkerhet": 4,
    },
    CECILIA.key: {
        "INBOX": 30, "Sent": 14, "Drafts": 2, "Trash": 4, "Junk": 3, "Prosjekter/Bodø/Sjøgata 12": 9,
        "Prosjekter/Tømrer & betong": 6, "Økonomi": 5,
    },
    INFO.key: {"INBOX": 32, "Sent": 8, "Trash": 3, "Junk": 9, "Förfrågningar": 8},
}  # fmt: skip
CORPUS_FOLDER = "Gammalt/Från gamla servern"
DUPLICATES = {ANNA.key: 3, BENGT.key: 2, CECILIA.key: 1, INFO.key: 0}
OLDEST = datetime(2016, 1, 11, 7, 0, tzinfo=UTC)
NEWEST = datetime(2026, 7, 31, 16, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Letter:
    """A message as it lies in a mailbox; `received` is its INTERNALDATE."""

    folder: str
    raw: bytes
    flags: frozenset[str]
    received: datetime


@dataclass(frozen=True)
class Slot:
    """The place of one generated message: `number` counts over the whole mailbox and names the Message-ID."""

    person: Person
    folder: str
    number: int
    message_id: str


@cache
def slots(person: Person) -> tuple[Slot, ...]:
    places = [folder for folder, count in FOLDERS[person.key].items() for _ in range(count)]
    return tuple(
        Slot(person, folder, number, f"<{number:04}.{person.local}@{DOMAIN}>")
        for number, folder in enumerate(places, 1)
    )


def letters(person: Person, seed: int = SEED) -> Iterator[Letter]:
    """Everything in the person's mailbox, in the order in which it was stored."""
    written = [write(slot, seed) for slot in slots(person)]
    yield from written
    yield from written[5 : 5 + DUPLICATES[person.key]]
    if person is ANNA:
        yield from corpus(seed)


def corpus(seed: int = SEED) -> Iterator[Letter]:
    """Real messages, many of them malformed, that an older server left behind."""
    random = Random(f"{seed}:corpus")
    found = [
        entry
        for origin in ("mime4j", "ruby-mail")
        for entry in (files("skyflytt.sandbox") / "data" / "mail" / origin).iterdir()
        if entry.name.endswith((".eml", ".msg"))
    ]
    for entry in sorted(found, key=lambda entry: entry.name):
        received = datetime(2005, 3, 1, 9, tzinfo=UTC) + timedelta(seconds=random.randrange(6 * 365 * 86400))
        yield Letter(CORPUS_FOLDER, entry.read_bytes(), frozenset({"\\Seen"}), received)


def write(slot: Slot, seed: int = SEED, received: datetime | None = None, added: Sequence[str] = ()) -> Letter:
    """The message of a slot; received at some time in the company's past unless told when. `added` are later paragraphs of a draft."""
    random = Random(f"{seed}:{slot.message_id}")
    received = received or _received(random)
    message = EmailMessage(policy=SMTP)
    _head(message, slot, received, random)
    _body(message, slot, random, added)
    _settle_boundaries(message, slot.message_id)
    return Letter(slot.folder, message.as_bytes(), _flags(slot.folder, random), received)


def _received(random: Random) -> datetime:
    """Spread over years, in Swedish winter or summer time; drafts and mail of the last month lie at the end."""
    at = OLDEST + (NEWEST - OLDEST) * random.betavariate(4, 1.3)
    summer = 4 <= at.month <= 10
    return at.replace(microsecond=0).astimezone(timezone(timedelta(hours=2 if summer else 1)))


def _head(message: EmailMessage, slot: Slot, received: datetime, random: Random) -> None:
    other = random.choice(CORRESPONDENTS[slot.person.language])
    own = (slot.person.name, slot.person.address)
    outgoing = slot.folder in {"Sent", "Drafts"}
    sender, to = (own, other) if outgoing else (other, own)
    message["From"] = _address(*sender)
    message["To"] = _address(*to)
    if random.random() < 0.25:
        colleagues = [person for person in STAFF if person is not slot.person]
        message["Cc"] = [_address(person.name, person.address) for person in random.sample(colleagues, 2)]
    topic = subject(slot.person.language, random)
    message["Date"] = format_datetime(received - timedelta(seconds=random.randrange(3, 90)))
    message["Message-ID"] = slot.message_id
    previous = _thread(slot, random)
    if previous:
        message["In-Reply-To"] = previous[-1]
        message["References"] = " ".join(previous)
        topic = ("SV: " if slot.person.language == "sv" else "Re: ") + topic
    message["Subject"] = topic
    if slot.folder == "Junk":
        message["X-Spam-Flag"] = "YES"
    message["X-Mailer"] = random.choice(["Microsoft Outlook 16.0", "Apple Mail (2.3445)", "Thunderbird 115"])


def _address(name: str, address: str) -> Address:
    return Address(name, addr_spec=address)


def _thread(slot: Slot, random: Random) -> list[str]:
    before = [other.message_id for other in slots(slot.person)[max(0, slot.number - 4) : slot.number - 1]]
    return before if before and random.random() < 0.35 else []


def _body(message: EmailMessage, slot: Slot, random: Random, added: Sequence[str]) -> None:
    name = slot.person.name
    text = "\n\n".join((letter(slot.person.language, name, random.choice(STAFF).name, random), *added))
    message.set_content(text, cte=random.choice(["quoted-printable", "8bit", "base64"]))
    style = slot.number % 6
    if style in {1, 2}:
        paragraphs = "".join(f"<p>{part}</p>" for part in text.split("\n\n"))
        picture = '<img src="cid:logga@norrskenbygg.example" alt="Logga">' if style == 2 else ""
        message.add_alternative(f"<html><body>{paragraphs}{picture}</body></html>", subtype="html")
    if style == 2:
        html = message.get_payload()[1]  # type: ignore[index]
        html.add_related(attachments.png(random), "image", "png", cid="<logga@norrskenbygg.example>")  # type: ignore[union-attr]
    if slot.number % 5 == 0:
        _attach(message, slot, random)


def _attach(message: EmailMessage, slot: Slot, random: Random) -> None:
    kind = slot.number // 5 % 4
    number = random.randrange(100, 999)
    if kind == 0:
        name, data, types = (
            f"Ritning Å-{number} köksö.pdf",
            attachments.pdf(f"Ritning {number}"),
            ("application", "pdf"),
        )
    elif kind == 1:
        name, data, types = f"Bild från bygget {number}.png", attachments.png(random), ("image", "png")
    elif kind == 2:
        name, data, types = (
            f"Tilbud {number} – råbygg og støping.docx",
            attachments.docx(letter(slot.person.language, "Alla", slot.person.name, random)),
            ("application", "vnd.openxmlformats-officedocument.wordprocessingml.document"),
        )
    else:
        name, types = f"Mätdata {number} (fukt).bin", ("application", "octet-stream")
        data = random.randbytes(random.choice([2_000, 20_000, 150_000]))
    message.add_attachment(data, maintype=types[0], subtype=types[1], filename=name)


def _settle_boundaries(message: EmailMessage, message_id: str) -> None:
    """Python draws boundaries at random when it writes a message out; ours must be the same every time."""
    mark = message_id.strip("<>").replace("@", "-")
    for number, part in enumerate(message.walk()):
        if part.is_multipart():
            part.set_boundary(f"=_{mark}_{number}")


def _flags(folder: str, random: Random) -> frozenset[str]:
    flags = {"\\Seen"} if random.random() < 0.8 else set()
    if folder == "Drafts":
        return frozenset({"\\Seen", "\\Draft"})
    if random.random() < 0.15:
        flags.add("\\Flagged")
    if random.random() < 0.25:
        flags |= {"\\Answered", "\\Seen"}
    if random.random() < 0.1:
        flags.add("$Forwarded")
    if random.random() < 0.05:
        flags |= {"Viktigt", "$label1"}
    if folder == "Junk":
        flags.add("$Junk")
    return frozenset(flags)
