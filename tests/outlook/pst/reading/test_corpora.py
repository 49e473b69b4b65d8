"""Real files read here and by the independent readers: the same folders, subjects, recipients, bodies and attachments."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from skyflytt.outlook.mapi import Message, Named, tags
from skyflytt.outlook.mapi.named import KEYWORDS, PSETID_APPOINTMENT, PSETID_COMMON
from skyflytt.outlook.pst.reading import FolderRole, open_pst
from tests.outlook.pst.reading.corpora import ALL, DATA, messages
from tests.outlook.readers import pffexport, pst_extractor, readpst
from tests.outlook.readers.meant import by_pffexport, by_pst_extractor, by_readpst, meant
from tests.outlook.readers.seen import SeenMessage

COUNTS = {
    "alpha-beta-gamma-delta.pst": {(): 1, ("削除済みアイテム",): 0},
    "ansi-32-bit.pst": {(): 0, ("Deleted Items",): 0, ("Calendar",): 1},
    "empty.pst": {(): 0, ("Deleted Items",): 0},
    "sample1.pst": {(): 0, ("Deleted Items",): 0, ("Sample1",): 1},
    "submessage.pst": {(): 0, ("Deleted Items",): 0, ("submessage",): 1},
}
READ_BY_PST_EXTRACTOR = [path for path in ALL if path.name != "ansi-32-bit.pst"]
"""Of the ANSI file it reads the B-trees wrongly ("findBtreeItem Unable to find 102")."""
READ_BY_PFFEXPORT = [path for path in ALL if path.name != "alpha-beta-gamma-delta.pst"]
"""Our way of calling it knows the top of the mailbox by its English name; that file has a Japanese one."""


def name(path: Path) -> str:
    return path.name


@pytest.mark.parametrize("path", ALL, ids=name)
def test_folders_and_counts(path: Path) -> None:
    with open_pst(path) as reader:
        counts = {folder.path: folder.message_count for folder in reader.folders()}
        assert not reader.damaged
        assert not reader.password_protected
        assert reader.damaged_folders() == ()
        assert list(reader.orphans()) == []
    if path.name in COUNTS:
        assert counts == COUNTS[path.name]


@pytest.mark.parametrize("path", READ_BY_PST_EXTRACTOR, ids=name)
def test_as_pst_extractor_reads_it(path: Path, pst_extractor_modules: Path) -> None:
    ours = [by_pst_extractor(meant(folder, message)) for folder, message in messages(path)]
    # It goes through folders outside the mailbox, too.
    seen = pst_extractor.read(pst_extractor_modules, path)
    theirs = [one for one in seen if one.message_class != "IPM.Microsoft.ScheduleData.FreeBusy"]
    # It goes by the folder's table, whose rows stand in the order of writing, not of their ids.
    assert Counter(map(comparable, ours)) == Counter(map(comparable, theirs))


@pytest.mark.parametrize("path", READ_BY_PFFEXPORT, ids=name)
def test_as_pffexport_reads_it(path: Path, tmp_path: Path, require_debian: Callable[..., str]) -> None:
    require_debian("pff-tools", binary="pffexport")
    ours = [by_pffexport(meant(folder, message)) for folder, message in messages(path)]
    assert [comparable(one) for one in ours] == [comparable(one) for one in pffexport.read(path, tmp_path)]


@pytest.mark.parametrize("path", ALL, ids=name)
def test_as_readpst_reads_it(path: Path, tmp_path: Path, require_debian: Callable[..., str]) -> None:
    require_debian("pst-utils", binary="readpst")
    ours = [by_readpst(meant(folder, message)) for folder, message in messages(path)]
    theirs = [comparable(one) for one in readpst.read(path, tmp_path)]
    assert [comparable(one) for one in ours if one] == theirs


def comparable(seen: SeenMessage) -> SeenMessage:
    """Line ends are every reader's own, and HTML was not looked for."""
    attachments = tuple(
        replace(one, embedded=comparable(one.embedded)) if one.embedded else one for one in seen.attachments
    )
    body = seen.body.replace("\r\n", "\n") if seen.body is not None else None
    return replace(seen, body=body, html=None, attachments=attachments)


def test_messages_embedded_in_each_other() -> None:
    (_, message), *_ = messages(DATA / "alpha-beta-gamma-delta.pst")
    subjects = []
    while message:
        subjects.append(message.properties[tags.SUBJECT])
        message = next((one.embedded for one in message.attachments if one.embedded), None)  # type: ignore[assignment]
    assert subjects == ["Alpha", "Beta", "Gamma", "Delta"]


def test_ansi_strings_and_prefix_are_decoded() -> None:
    ((folder, message),) = messages(DATA / "ansi-32-bit.pst")
    assert folder == ("Calendar",)
    assert message.properties[tags.MESSAGE_CLASS] == "IPM.Appointment"
    assert message.properties[tags.SUBJECT] == "Updated: Olympus training for new hires"
    assert message.properties[tags.SUBJECT_PREFIX] == "Updated: "
    time_zone = Named(PSETID_APPOINTMENT, 0x8234, 0x001F)
    assert message.properties[time_zone] == "(GMT-06:00) Central Time (US & Canada)"
    assert len(message.recipients) == 7
    assert all(one[tags.DISPLAY_NAME] and one[tags.RECIPIENT_TYPE] in (1, 2, 3) for one in message.recipients)
    assert not [tag for tag in message.properties if isinstance(tag, int) and tag & 0xFFFF == 0x001E]


def test_named_properties_by_set_and_name() -> None:
    ((_, message),) = messages(DATA / "sample1.pst")
    assert message.properties[KEYWORDS] == ("Green Category", "Blue Category")
    assert message.properties[Named(PSETID_COMMON, 0x8506, 0x000B)] is False  # PidLidPrivate
    assert not [tag for tag in message.properties if isinstance(tag, int) and tag >> 16 >= 0x8000]


def test_roles_and_associated_items() -> None:
    with open_pst(DATA / "dist-list.pst") as reader:
        roles = {folder.role: folder.path for folder in reader.folders() if folder.role}
        (views,) = [folder for folder in reader.outside() if folder.associated_count]
        links = [read for _, read in reader.messages(views, associated=True)]
        assert list(reader.messages(views)) == []
    assert roles == {
        FolderRole.INBOX: ("Inbox",),
        FolderRole.OUTBOX: ("Outbox",),
        FolderRole.SENT: ("Sent Items",),
        FolderRole.DELETED: ("Deleted Items",),
        FolderRole.DRAFTS: ("Drafts",),
        FolderRole.JUNK: ("Junk E-mail",),
        FolderRole.CALENDAR: ("Calendar",),
        FolderRole.CONTACTS: ("Contacts",),
        FolderRole.JOURNAL: ("Journal",),
        FolderRole.NOTES: ("Notes",),
        FolderRole.TASKS: ("Tasks",),
    }
    assert views.path == ("IPM_COMMON_VIEWS",)
    assert all(isinstance(link, Message) for link in links)
    assert [link.properties[tags.SUBJECT] for link in links if isinstance(link, Message)] == [
        "My Contacts",
        "Contacts",
        "test group",
    ]


def test_by_nid_and_headers() -> None:
    with open_pst(DATA / "dist-list.pst") as reader:
        whole = dict(reader.messages(("Contacts",)))
        assert dict(reader.messages_by_nid(("Contacts",), [0x200064, 0x99999999 >> 4, 0x200024])) == whole
        for nid, read in reader.headers(("Contacts",)):
            assert isinstance(read, Message)
            assert read.properties == whole[nid].properties  # type: ignore[union-attr]
        with pytest.raises(KeyError):
            reader.messages(("Missing",))
