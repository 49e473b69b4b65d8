"""The old mail provider: what the company has there comes out of it over EWS."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path

import pytest
import trustme

from skyflytt.errors.connection import CertificateNotTrusted, PasswordRefused
from skyflytt.mail.ews import EwsSource
from skyflytt.mail.port import Fetched, FolderPath, FolderRole
from skyflytt.outlook.fasttransfer import read_stream
from skyflytt.outlook.items.appointment_reading import read_appointment
from skyflytt.outlook.mapi import tags
from skyflytt.sandbox.company.exchange import default_name, place
from skyflytt.sandbox.company.items import appointments, items
from skyflytt.sandbox.company.mail import CORPUS_FOLDER, FOLDERS, letters
from skyflytt.sandbox.company.people import ANNA, BENGT, CECILIA, INFO, STAFF, Person
from skyflytt.sandbox.state import Sandbox
from tests.sandbox.conftest import old_mailbox

BESIDE_MAIL = ("calendar", "contacts", "tasks", "notes")


def messages(source: EwsSource, folder: FolderPath) -> list[tuple[Fetched, frozenset[str], datetime]]:
    entries = {entry.ref: entry for entry in source.changes(folder, None).entries}
    found = []
    for one in source.fetch(folder, list(entries)):
        assert isinstance(one, Fetched)
        found.append((one, entries[one.ref].flags, entries[one.ref].received))
    return found


def named(raw: bytes) -> tuple[str, str]:
    """Message-ID and subject, decoded."""
    message = message_from_bytes(raw, policy=policy.default)
    return str(message["Message-ID"] or "").strip(), " ".join(str(message["Subject"] or "").split())


@pytest.mark.parametrize("person", STAFF, ids=lambda person: person.key)
def test_all_mail_is_there_with_its_flags_and_dates(sandbox: Sandbox, person: Person) -> None:
    wanted = Counter(
        (place(person, letter.folder), named(letter.raw), letter.flags, letter.received)
        for letter in letters(person)
        if letter.folder != CORPUS_FOLDER
    )
    with old_mailbox(sandbox, person) as source:
        other = {(default_name(person, role),) for role in BESIDE_MAIL} | {tuple(CORPUS_FOLDER.split("/"))}
        folders = [folder.path for folder in source.folders() if folder.path not in other]
        found = Counter(
            ("/".join(folder), named(one.raw), flags, received)
            for folder in folders
            for one, flags, received in messages(source, folder)
        )
    assert found == wanted


def test_malformed_mail_is_there(sandbox: Sandbox) -> None:
    with old_mailbox(sandbox, ANNA) as source:
        found = Counter(received for _, _, received in messages(source, tuple(CORPUS_FOLDER.split("/"))))
    assert found == Counter(letter.received for letter in letters(ANNA) if letter.folder == CORPUS_FOLDER)
    assert found.total() == 68


def test_folders_are_called_as_in_the_persons_language_and_have_their_roles(sandbox: Sandbox) -> None:
    for person, sent, junk in ((ANNA, "Skickat", "Skräppost"), (CECILIA, "Sent Items", "Junk Email")):
        with old_mailbox(sandbox, person) as source:
            roles = {folder.role: folder.path for folder in source.folders() if folder.role}
            paths = {"/".join(folder.path) for folder in source.folders()}
        assert roles[FolderRole.SENT] == (sent,)
        assert roles[FolderRole.JUNK] == (junk,)
        assert {place(person, folder) for folder in FOLDERS[person.key]} <= paths


@pytest.mark.parametrize("person", STAFF, ids=lambda person: person.key)
def test_appointments_contacts_tasks_and_notes_come_whole(sandbox: Sandbox, person: Person) -> None:
    wanted = {role: Counter[tuple[object, object]]() for role in BESIDE_MAIL}
    for role, message in items(person):
        wanted[role][message.properties[tags.MESSAGE_CLASS], message.properties.get(tags.SUBJECT)] += 1
    with old_mailbox(sandbox, person) as source:
        for role in BESIDE_MAIL:
            found = [read_stream(one.stream or b"") for one, _, _ in messages(source, (default_name(person, role),))]
            assert (
                Counter((one.properties[tags.MESSAGE_CLASS], one.properties.get(tags.SUBJECT)) for one in found)
                == wanted[role]
            )


def test_a_series_keeps_its_changed_and_its_cancelled_date(sandbox: Sandbox) -> None:
    planned = next(appointments(BENGT))
    with old_mailbox(sandbox, BENGT) as source:
        found = [read_appointment(read_stream(one.stream or b"")) for one, _, _ in messages(source, ("Kalender",))]
    (series,) = (one for one in found if one.subject == planned.subject)
    assert (series.start, series.end) == (planned.start, planned.end)
    assert series.series is not None
    assert planned.series is not None
    assert (series.series.days, series.series.occurrence_count) == (
        planned.series.days,
        planned.series.occurrence_count,
    )
    assert series.deleted == planned.deleted
    assert [(one.original, one.becomes.start, one.becomes.location) for one in series.changes] == [
        (one.original, one.becomes.start, one.becomes.location) for one in planned.changes
    ]
    assert len(series.attendees) == len(STAFF) - 1


def test_the_shared_mailbox_has_no_absences(sandbox: Sandbox) -> None:
    with old_mailbox(sandbox, INFO) as source:
        assert len(messages(source, ("Kalender",))) == 1


def test_wrong_password_and_untrusted_certificate_are_refused(sandbox: Sandbox, tmp_path: Path) -> None:
    with pytest.raises(PasswordRefused), old_mailbox(sandbox, ANNA, "fel"):
        pass
    stranger = tmp_path / "ca.pem"
    trustme.CA().cert_pem.write_to_path(str(stranger))
    with pytest.raises(CertificateNotTrusted), old_mailbox(sandbox, ANNA, ca_file=stranger):
        pass


def test_nothing_is_from_after_the_notice(sandbox: Sandbox) -> None:
    with old_mailbox(sandbox, BENGT) as source:
        times = [entry.received for folder in source.folders() for entry in source.changes(folder.path, None).entries]
    assert max(times) < datetime(2026, 8, 8, tzinfo=UTC)
