"""A PST file as a source of mail, beyond the contract of `MailSource`."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from skyflytt.errors.mail import FolderRefused, MessageVanished
from skyflytt.mail.port import Fetched, FetchFailure, FolderRole
from skyflytt.mail.pst import open_pst_source
from skyflytt.outlook.errors import ItemDamaged, NotAPst
from skyflytt.outlook.fasttransfer import read_stream
from skyflytt.outlook.mapi import Message, Named, PropertyType, tags
from skyflytt.outlook.mapi.named import PSETID_APPOINTMENT
from skyflytt.outlook.pst.permute import encode
from skyflytt.outlook.pst.reading import PstReader
from skyflytt.outlook.pst.writer import create_pst

DATA = Path(__file__).parents[2] / "data" / "pst"


def test_a_real_mailbox() -> None:
    with open_pst_source(DATA / "sample1.pst") as source:
        folders = {folder.path: folder for folder in source.folders()}
        assert folders["Deleted Items",].role is FolderRole.TRASH
        assert folders["Sample1",].message_count == 1
        (entry,) = source.changes(("Sample1",), None).entries
        (answer,) = source.fetch(("Sample1",), [entry.ref])
    assert entry.ref == "200024"
    assert entry.flags == {r"\Seen", r"\Flagged", "Blue_Category", "Green_Category"}
    assert entry.received == datetime(2010, 3, 15, 17, 12, 7, 951519, UTC)
    assert isinstance(answer, Fetched)
    mail = message_from_bytes(answer.raw, policy=default)
    assert mail["Subject"] == "Here is a sample message"
    (attachment,) = mail.iter_attachments()
    assert attachment.get_filename() == "leah_thumper.jpg"
    assert len(attachment.get_content()) == 93142


def test_inbox_and_roles_by_entry_ids() -> None:
    with open_pst_source(DATA / "dist-list.pst") as source:
        roles = {folder.path: folder.role for folder in source.folders()}
    assert roles["INBOX",] is FolderRole.INBOX
    assert roles["Sent Items",] is FolderRole.SENT
    assert roles["Drafts",] is FolderRole.DRAFTS
    assert roles["Junk E-mail",] is FolderRole.JUNK
    assert roles["Deleted Items",] is FolderRole.TRASH
    assert roles["Calendar",] is None
    assert ("Inbox",) not in roles


def test_appointments_come_with_all_their_properties(tmp_path: Path) -> None:
    """What MIME has no words for; mail needs no more than its MIME."""
    path = tmp_path / "a.pst"
    busy = Named(PSETID_APPOINTMENT, 0x8205, PropertyType.INTEGER_32)
    with create_pst(path, name="a", seed=b"a") as writer:
        writer.folder(("Calendar",), container_class="IPF.Appointment")
        writer.add(("Calendar",), Message({tags.MESSAGE_CLASS: "IPM.Appointment", tags.SUBJECT: "Möte", busy: 3}))
        writer.add(("Calendar",), Message({tags.MESSAGE_CLASS: "IPM.Note", tags.SUBJECT: "Brev"}))
    with open_pst_source(path) as source:
        refs = [entry.ref for entry in source.changes(("Calendar",), None).entries]
        appointment, mail = source.fetch(("Calendar",), refs)
    assert isinstance(appointment, Fetched)
    assert appointment.stream is not None
    assert read_stream(appointment.stream).properties[busy] == 3
    assert isinstance(mail, Fetched)
    assert mail.stream is None


def test_messages_at_the_very_top_have_a_folder() -> None:
    with open_pst_source(DATA / "alpha-beta-gamma-delta.pst") as source:
        folders = {folder.path: folder.message_count for folder in source.folders()}
    assert folders == {("alpha-beta-gamma-delta",): 1, ("削除済みアイテム",): 0}


def test_a_damaged_folder_is_listed_and_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was in it is not passed over in silence."""
    lost = ItemDamaged("Projekt/[8082]", "its block cannot be read")
    monkeypatch.setattr(PstReader, "damaged_folders", lambda _: (lost,))
    with open_pst_source(DATA / "sample1.pst") as source:
        assert ("Projekt", "[8082]") in {folder.path for folder in source.folders()}
        with pytest.raises(FolderRefused, match="its block cannot be read"):
            source.changes(("Projekt", "[8082]"), None)


def test_folder_below_the_inbox(tmp_path: Path) -> None:
    path = tmp_path / "deep.pst"
    with create_pst(path, name="Test", seed=b"x") as writer:
        writer.add(("Inbox", "Projekt / A"), Message({tags.SUBJECT: "x"}))
    with open_pst_source(path) as source:
        assert [folder.path for folder in source.folders() if folder.message_count] == [("INBOX", "Projekt / A")]


@pytest.mark.parametrize("ref", ["", "0x200024", "200024 ", "-1", "200025", "00200024", "zz", "1" * 40])
def test_refs_that_name_nothing(ref: str) -> None:
    with open_pst_source(DATA / "sample1.pst") as source:
        (answer,) = source.fetch(("Sample1",), [ref])
        assert isinstance(answer, FetchFailure)
        assert isinstance(answer.failure, MessageVanished)
        with pytest.raises(FolderRefused):
            source.changes(("Missing",), None)


def test_damaged_message_is_listed_and_fails_alone(tmp_path: Path) -> None:
    path = tmp_path / "damaged.pst"
    with create_pst(path, name="Test", seed=b"x") as writer:
        refs = [
            f"{writer.add(('Inbox',), Message({tags.SUBJECT: str(number), tags.BODY: f'{number}' * 4000})):x}"
            for number in range(3)
        ]
    data = bytearray(path.read_bytes())
    at = data.find(encode("1".encode("utf-16-le") * 100))
    data[at : at + 3] = b"xyz"
    path.write_bytes(data)
    with open_pst_source(path) as source:
        assert [entry.ref for entry in source.changes(("INBOX",), None).entries] == refs
        answers = list(source.fetch(("INBOX",), refs))
    assert [type(answer) for answer in answers] == [Fetched, FetchFailure, Fetched]
    assert isinstance(answers[1], FetchFailure)
    assert isinstance(answers[1].failure, ItemDamaged)
    assert answers[1].failure.item == refs[1]


def test_no_pst(tmp_path: Path) -> None:
    with pytest.raises(NotAPst), open_pst_source(tmp_path / "missing.pst"):
        pass
