"""What the demo must come to, reckoned from the company's data and life alone, against what the servers' own data say.

Nothing here asks the ledger, the archive, the adapters or the pass engines: mail is read over IMAP with imapclient at the new home and
straight from the old Exchange's store, files straight from the disk of the new file server, the domain's records from both name
servers, and who still signs in from the lines that the old servers wrote.
"""

from __future__ import annotations

import hashlib
import socket
import ssl
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email import message_from_bytes, policy
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import dns.message
import dns.query
import dns.rdatatype
import dns.tsig
import dns.zone
from imapclient import IMAPClient

from deployments.demo.events import EVENTS, FIRST_MAIL, LATE_MAIL
from skyflytt.outlook.fasttransfer import read_stream, write_stream
from skyflytt.outlook.mapi import Message as MapiMessage
from skyflytt.outlook.mapi import tags
from skyflytt.outlook.mime import Delivery, delivery_of, to_mime
from skyflytt.sandbox import file_changes, lifecycle
from skyflytt.sandbox.acts import ACTS, Act
from skyflytt.sandbox.company import files as company_files
from skyflytt.sandbox.company.domain import records
from skyflytt.sandbox.company.exchange import ROLES, default_name, mailbox, place
from skyflytt.sandbox.company.internet import NAME_SERVERS, zones
from skyflytt.sandbox.company.items import MADE, items, met_in, put_off
from skyflytt.sandbox.company.mail import CORPUS_FOLDER, letters, slots, write
from skyflytt.sandbox.company.people import ANNA, DOMAIN, STAFF, Person
from skyflytt.sandbox.devices import DEVICES
from skyflytt.sandbox.exchange.best_body import keep_one_body
from skyflytt.sandbox.exchange.mimecontent import message_of
from skyflytt.sandbox.exchange.store import folders, open_store
from skyflytt.sandbox.exchange.store import items as stored
from skyflytt.sandbox.exchange.store.items import Item
from skyflytt.sandbox.mail_changes import FILED, draft_after, draft_of, hour_after, new_slots
from skyflytt.sandbox.nameserver.zones import read
from skyflytt.sandbox.state import Sandbox

LEFT_BEHIND = (".tmp", "Thumbs.db")
OF_THE_SESSION = frozenset({"\\Recent"})
OTHER_FOLDERS = {default_name(person, role) for person in STAFF for role in ("calendar", "contacts", "tasks", "notes")}


class Message(NamedTuple):
    """One message at one place; `flags` without \\Recent, `received` aware, in whole seconds.

    `content` of what the company wrote is a digest of what it says, however an Exchange encoded it anew; of the malformed mail and of
    what is no mail, a digest of the form that an Exchange gives it.
    """

    folder: str
    content: str
    flags: frozenset[str]
    received: datetime


class File(NamedTuple):
    """One file; `path` below the file server's root, `mtime` in whole seconds since 1970."""

    path: str
    sha256: str
    mtime: int


def differences(home: Path) -> list[str]:
    """Everything at the new home that is missing, doubled, altered or too much, and what was not erased at the old one; starts the servers."""
    sandbox = lifecycle.up(home / "sandbox")
    try:
        found = [line for person in STAFF for line in _mailbox(sandbox, person)]
        found += _files(sandbox)
        found += [line for person in STAFF for line in _old_mailbox(sandbox, person)]
        found += _old_files(sandbox)
        found += [line for server in NAME_SERVERS for line in _records(sandbox, server)]
    finally:
        lifecycle.down(home / "sandbox")
    return found + still_calling(sandbox)


@cache
def expected_mail(person: Person) -> Counter[Message]:
    """The person's mailbox after all acts, at its new places, without what arrives after the cutover."""
    wanted: Counter[Message] = Counter()
    moves, gone, flags = _mail_acts(person)
    for letter in letters(person):
        # The broken mail of the real world has Message-IDs of its own, or none; nothing ever happens to it.
        message_id = _slot_id(person, letter.raw)
        if message_id in gone or letter.folder.split("/")[0] == "Junk":
            continue
        folder = moves.get(message_id, letter.folder)
        add, remove = flags.get(message_id, (frozenset(), frozenset()))
        kept = (letter.flags | add) - remove
        raw = _written_on(person, message_id) or letter.raw
        if letter.folder == CORPUS_FOLDER:
            raw = as_exchange_has_it(message_of(raw, Delivery(letter.received, letter.flags)))
        wanted[_message(new_place(person, place(person, folder)), raw, kept, letter.received)] += 1
    for act in ACTS.values():
        for slot in new_slots(act, person):
            letter = write(slot, received=act.minute(slot.number))
            there = new_place(person, place(person, letter.folder))
            wanted[_message(there, letter.raw, letter.flags, letter.received)] += 1
    return wanted + _beside_mail(person)


def _beside_mail(person: Person) -> Counter[Message]:
    """Appointments, contacts and others, which a server that keeps mail alone gets as messages."""
    last = list(ACTS.values())[-1]
    later = put_off(hour_after(last), last.begins, person)
    beside = [
        (role, later if item.properties[tags.SUBJECT] == later.properties[tags.SUBJECT] else item)
        for role, item in items(person)
    ]
    everything = [*beside, *(("calendar", met_in(act.name, act.begins, person)) for act in ACTS.values())]
    return Counter(
        _message(default_name(person, role), as_exchange_has_it(item), delivery_of(item).flags, MADE)
        for role, item in everything
    )


def _written_on(person: Person, message_id: str) -> bytes | None:
    """The draft that the person wrote on in every act."""
    slot = draft_of(person)
    if slot is None or slot.message_id != message_id:
        return None
    return draft_after(slot, list(ACTS.values())[-1]).raw


def as_exchange_has_it(message: MapiMessage) -> bytes:
    """The message after it lay in an Exchange, and was exported from there."""
    keep_one_body(message)
    return to_mime(read_stream(write_stream(message), "expected"))


@cache
def expected_files() -> Counter[File]:
    """Both shares after all acts, without what the project file excludes."""
    plan = {file.path: (file.content(), file.mtime) for file in company_files.plan()}
    for act in ACTS.values():
        plan |= _changed(act)
        for before, after in file_changes.moved(act):
            plan[after] = plan.pop(before)
        for path in file_changes.deleted(act):
            del plan[path]
    return Counter(
        File(path, hashlib.sha256(content).hexdigest(), mtime)
        for path, (content, mtime) in plan.items()
        if not path.endswith(LEFT_BEHIND)
    )


def found_files(root: Path) -> Counter[File]:
    """Every file on the disk, unfinished and hidden ones too."""
    return Counter(
        File(
            path.relative_to(root).as_posix(),
            hashlib.sha256(path.read_bytes()).hexdigest(),
            int(path.stat().st_mtime),
        )
        for path in root.rglob("*")
        if path.is_file()
    )


def found_mail(sandbox: Sandbox, person: Person) -> Iterator[tuple[Message, str]]:
    """Every message of every folder of the new mailbox that its own LIST names, with its Message-ID."""
    with _login(sandbox, person) as client:
        for _, _, folder in client.list_folders():
            client.select_folder(folder, readonly=True)
            uids = client.search("ALL")
            answers = client.fetch(uids, ["RFC822", "FLAGS", "INTERNALDATE"]) if uids else {}
            assert sorted(answers) == sorted(uids), f"{folder}: {len(answers)} answers for {len(uids)} messages"
            for answer in answers.values():
                raw = answer[b"RFC822"]
                flags = frozenset(flag.decode() for flag in answer[b"FLAGS"]) - OF_THE_SESSION
                message_id = next((one for one in (FIRST_MAIL, LATE_MAIL) if one.encode() in raw), "")
                yield _message(folder, raw, flags, answer[b"INTERNALDATE"]), message_id


def found_old_mail(sandbox: Sandbox, person: Person) -> Iterator[Message]:
    """Every item of every folder in the old mailbox, by the Exchange's own store."""
    database = open_store(sandbox.root / "old-mail" / "exchange.sqlite")
    try:
        store = mailbox(database, person)
        top = folders.by_role(database, store, "msgfolderroot")
        assert top is not None
        for folder in folders.below(database, top):
            path = "/".join(folders.path_of(database, folder))
            shown = "INBOX" if folder.role == ROLES["INBOX"] else path
            for row in database.rows("SELECT * FROM item WHERE folder = ?", folder.id):
                item = stored.message_in(database, Item(*row))
                known = delivery_of(item)
                yield _message(shown, to_mime(item), known.flags, known.received or datetime.min.replace(tzinfo=UTC))
    finally:
        database.close()


def _mailbox(sandbox: Sandbox, person: Person) -> list[str]:
    found: Counter[Message] = Counter()
    arrived: Counter[tuple[str, str]] = Counter()
    for message, message_id in found_mail(sandbox, person):
        if message_id:
            arrived[message.folder, message_id] += 1
        else:
            found[message] += 1
    after_cutover = Counter({("INBOX", FIRST_MAIL): 1, ("INBOX", LATE_MAIL): 1} if person is ANNA else {})
    lines = _differing(f"mailbox {person.key}", expected_mail(person), found)
    return lines + _differing(f"mailbox {person.key}, after the cutover", after_cutover, arrived)


def _files(sandbox: Sandbox) -> list[str]:
    root = sandbox.root / "new-files"
    found = found_files(root)
    partial = [f"unfinished file {file.path}" for file in found if ".skyflytt" in file.path]
    folders = {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_dir()}
    empty = [*company_files.EMPTY_FOLDERS, *(f"company/Ny tom mapp ({act})" for act in ACTS)]
    missing = [f"folder {path} is missing" for path in empty if path not in folders]
    return partial + missing + _differing("files", expected_files(), found)


def _old_mailbox(sandbox: Sandbox, person: Person) -> list[str]:
    left = Counter(message.folder for message in found_old_mail(sandbox, person))
    return [f"old mailbox {person.key}: {count} messages left in {folder}" for folder, count in left.items()]


def _old_files(sandbox: Sandbox) -> list[str]:
    """What was never to be moved is erased as well: it is in the plan that two people approved."""
    return [f"old files: {file.path} is left" for file in found_files(sandbox.root / "old-files")]


def expected_records() -> Counter[tuple[str, str, int, str]]:
    """Each record of the domain with its TTL, as the company decided on it."""
    before = read(zones()[DOMAIN], DOMAIN)
    wanted = Counter(dict.fromkeys(_records_in(before), 1))
    for decided in records():
        name, kind = decided["name"], decided["type"]
        full = DOMAIN + "." if name == "@" else f"{name}.{DOMAIN}."
        part = decided.get("matching", "")
        if "keep" not in decided:
            gone = [one for one in wanted if one[:2] == (full, kind) and part in one[3]]
            for one in gone:
                del wanted[one]
        for value in decided.get("values", ()):
            text = f'"{value}"' if kind == "TXT" else value if kind == "A" else f"{value}."
            wanted[full, kind, 3600, text] += 1
    return wanted


def _records(sandbox: Sandbox, server: str) -> list[str]:
    """What the server itself has: its whole zone, but for the SOA."""
    where, zone = sandbox.servers[server], dns.zone.Zone(DOMAIN, relativize=False)
    query = dns.message.make_query(DOMAIN, "AXFR")
    query.use_tsig(dns.tsig.Key("skyflytt.", sandbox.secret("servers.ns1"), dns.tsig.HMAC_SHA256))
    dns.query.inbound_xfr(where.host, zone, query, where.port, timeout=20)
    return _differing(f"zone at {server}", expected_records(), Counter(_records_in(zone)))


def _records_in(zone: dns.zone.Zone) -> list[tuple[str, str, int, str]]:
    return [
        (name.to_text(), dns.rdatatype.to_text(sets.rdtype), sets.ttl, value.to_text())
        for name in zone
        for sets in zone[name]
        if sets.rdtype != dns.rdatatype.SOA
        for value in sets
    ]


def still_calling(sandbox: Sandbox) -> list[str]:
    """Lines of the company's devices at the old servers, from when they were changed on."""
    told = next(event.at for event in EVENTS if event.name == "devices-told")
    lines = [line for file in sandbox.old_logs.rglob("*.log") for line in file.read_text().splitlines()]
    late = [
        line
        for line in lines
        if line[:1].isdigit() and datetime.fromisoformat(line[:19].replace(" ", "T")).replace(tzinfo=UTC) >= told
    ]
    return [
        f"still calls: {line}"
        for line in late
        for device in DEVICES
        if f"{device.address}]" in line or f" {device.address} " in line
    ]


def _differing(what: str, wanted: Counter[Any], found: Counter[Any]) -> list[str]:
    missing = [f"{what}: {count} × missing {one}" for one, count in (wanted - found).items()]
    return missing + [f"{what}: {count} × too many {one}" for one, count in (found - wanted).items()]


def _mail_acts(
    person: Person,
) -> tuple[dict[str, str], set[str], dict[str, tuple[frozenset[str], frozenset[str]]]]:
    """By Message-ID: where a message was filed, which were deleted, which flags were added and removed."""
    inbox = [slot.message_id for slot in slots(person) if slot.folder == "INBOX"]
    moves, gone, flags = {}, set(), {}
    for act in ACTS.values():
        starred, marked, unread, filed, thrown, deleted = inbox[act.inbox : act.inbox + 6]
        moves |= {filed: FILED[person.key], thrown: "Trash"}
        gone.add(deleted)
        flags[starred] = frozenset({"\\Seen", "\\Flagged"}), frozenset[str]()
        flags[marked] = frozenset({"$Forwarded", f"flytt-{act.name}"}), frozenset[str]()
        flags[unread] = frozenset[str](), frozenset({"\\Seen"})
    return moves, gone, flags


def _slot_id(person: Person, raw: bytes) -> str:
    return next(
        (slot.message_id for slot in slots(person) if f"\r\nMessage-ID: {slot.message_id}\r\n".encode() in raw), ""
    )


def new_place(person: Person, folder: str) -> str:
    """As the project file renames it."""
    old = person is ANNA and folder.split("/", maxsplit=1)[0] == "Gammalt"
    return f"Arkiv/{folder}" if old else folder


def _message(folder: str, raw: bytes, flags: frozenset[str], received: datetime) -> Message:
    return Message(folder, _content(folder, raw), flags, received.replace(microsecond=0))


def _content(folder: str, raw: bytes) -> str:
    plain = folder.endswith(CORPUS_FOLDER.rpartition("/")[2]) or folder in OTHER_FOLDERS
    return hashlib.sha256(raw if plain else _said(raw)).hexdigest()


def _said(raw: bytes) -> bytes:
    """Who wrote what to whom, and the decoded parts, in no order; of a text in two forms the one that an Exchange keeps."""
    message = message_from_bytes(raw, policy=policy.default)
    heads = [
        " ".join(str(message.get(name, "")).split())
        for name in ("Message-ID", "Date", "From", "To", "Cc", "Subject", "References")
    ]
    parts = []
    html = any(part.get_content_type() == "text/html" for part in message.walk())
    for part in message.walk():
        if not part.is_multipart() and not (html and part.get_content_type() == "text/plain"):
            content = part.get_content()
            text = (
                "\n".join(content.splitlines()).strip()
                if isinstance(content, str)
                else hashlib.sha256(content).hexdigest()
            )
            parts.append(f"{part.get_content_type()} {text}")
    return "\0".join([*heads, *sorted(parts)]).encode()


def _changed(act: Act) -> dict[str, tuple[bytes, int]]:
    """What the act wrote, in its own words: the same facts as `file_changes`, which writes them to the disk."""
    written = {}
    for number, path in enumerate(file_changes.new_paths(act)):
        written[path] = f"{path}\r\n".encode() * (number * 40 + 1), int(act.minute(number).timestamp())
    for number, file in enumerate(file_changes.changed(act)):
        before, mark = file.content(), f"{act.name} {number}".encode()
        after = mark + before[len(mark) :] if number % 3 == 0 else before + b"\r\n" + mark
        written[file.path] = after, int(act.minute(number).timestamp())
    return written


@contextmanager
def _login(sandbox: Sandbox, person: Person) -> Iterator[IMAPClient]:
    server = sandbox.servers["new-mail"]
    trust = ssl.create_default_context(cafile=str(sandbox.ca_file))
    with IMAPClient(server.host, port=server.port, ssl=True, ssl_context=trust, timeout=30) as client:
        client.normalise_times = False
        client.socket().setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client.login(person.address, sandbox.secret(f"mailboxes.{person.key}.target"))
        yield client


LIFE = {*ACTS, "second-lags", "devices", "first-mail", "late-mail", "devices-told"}
assert {event.name for event in EVENTS} == LIFE, "the demo's life has changed"
