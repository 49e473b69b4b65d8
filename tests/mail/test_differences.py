"""Two mailboxes against each other."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import cast

from skyflytt.errors.mail import MessageUnreadable
from skyflytt.mail.differences import Contents, Difference, Kind, contents, differences, places
from skyflytt.mail.memory import MemoryMailbox
from skyflytt.mail.port import FolderPath, FolderRole, MailSource, NewMessage
from skyflytt.mail.rewritten import between

INBOX, SENT = ("INBOX",), ("Sent",)
RECEIVED = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)


def message(number: int, *flags: str) -> NewMessage:
    date = f"Date: Mon, 2 Mar 2026 09:{number % 60:02}:00 +0100\r\n"
    raw = f"From: a@example.com\r\nSubject: Brev {number}\r\n{date}Message-ID: <{number}@example.com>\r\n\r\nHej {number}\r\n"
    return NewMessage(raw.encode(), frozenset(flags), RECEIVED)


def mailbox(**folders: list[NewMessage]) -> MemoryMailbox:
    box = MemoryMailbox()
    for name, messages in folders.items():
        box.ensure_folder((name,), None)
        box.append((name,), messages)
    return box


def compared(one: MemoryMailbox, other: MemoryMailbox, *, flags: bool = False) -> list[Difference]:
    return differences(*both(one, other), flags=flags)


def both(one: MemoryMailbox, other: MemoryMailbox) -> tuple[Contents, Contents]:
    place = places(one.folders(), other.folders())
    return contents(cast(MailSource, one), one.folders(), place), contents(
        cast(MailSource, other), other.folders(), lambda folder: folder
    )


def test_equal_with_duplicates_and_rewritten_mime() -> None:
    one = mailbox(INBOX=[message(1), message(1), message(2)])
    rewritten = NewMessage(message(2).raw.replace(b"\r\n", b"\n"), frozenset(), RECEIVED)
    assert compared(one, mailbox(INBOX=[rewritten, message(1), message(1)])) == []


def test_missing_extra_and_in_another_folder() -> None:
    one = mailbox(INBOX=[message(1), message(2), message(2), message(3)], Arkiv=[message(4)])
    other = mailbox(INBOX=[message(2), message(5)], Arkiv=[message(3), message(4)])
    found = [(one.kind, one.folder, one.subject, one.detail) for one in compared(one, other)]
    assert found == [
        (Kind.ELSEWHERE, "INBOX", "Brev 3", "it is in Arkiv"),
        (Kind.EXTRA, "INBOX", "Brev 5", ""),
        (Kind.MISSING, "INBOX", "Brev 1", ""),
        (Kind.MISSING, "INBOX", "Brev 2", ""),
    ]
    assert compared(one, other)[2].date == datetime(2026, 3, 2, 8, 1, tzinfo=UTC)


def test_folders_of_a_role_are_the_same_under_any_name() -> None:
    one, other = mailbox(Skickat=[message(1)]), mailbox(**{"Sent Items": [message(1)]})
    assert compared(one, other) == []
    assert places(one.folders(), other.folders())(("Skickat",)) == ("Sent Items",)


def test_names_that_the_other_server_cannot_hold() -> None:
    one, other = mailbox(**{"Kund 1.2": [message(1)]}), mailbox(**{"Kund 1_2": [message(1)]})
    assert compared(one, other) == []


def test_a_folder_that_is_not_there_at_all() -> None:
    (found,) = compared(mailbox(Arkiv=[message(1)]), mailbox())
    assert (found.kind, found.folder) == (Kind.MISSING, "Arkiv")


def test_flags_when_asked_for() -> None:
    one, other = mailbox(INBOX=[message(1, r"\Seen", "projekt-x"), message(2)]), mailbox(INBOX=[message(1), message(2)])
    assert compared(one, other) == []
    (found,) = compared(one, other, flags=True)
    assert (found.kind, found.subject, found.detail) == (Kind.FLAGS, "Brev 1", r"\Seen here, no flags there")


def test_what_cannot_be_read_on_either_side_is_named() -> None:
    one = MemoryMailbox(refuse_fetch=lambda ref, raw: MessageUnreadable(ref, "broken") if b"Brev 1" in raw else None)
    one.append(INBOX, [message(1), message(2)])
    found = [(one.kind, one.folder) for one in compared(one, mailbox(INBOX=[message(1), message(2)]))]
    assert found == [(Kind.EXTRA, "INBOX"), (Kind.UNREADABLE, "INBOX")]


class Forgetful(MemoryMailbox):
    """Its folder Sent went away after it was listed, and of every batch it answers for all but the first."""

    def folders(self):  # type: ignore[no-untyped-def]
        from skyflytt.mail.port import Folder  # noqa: PLC0415

        return [*super().folders(), Folder(SENT, FolderRole.SENT, 1)]

    def fetch(self, folder: FolderPath, refs):  # type: ignore[no-untyped-def]
        return super().fetch(folder, refs[1:])


def test_a_folder_that_went_away_and_a_server_that_does_not_answer() -> None:
    one = Forgetful()
    one.append(INBOX, [message(1), message(2)])
    found = contents(cast(MailSource, one), one.folders(), lambda folder: folder)
    assert [held.subject for held in found.held] == ["Brev 2"]
    assert [(each.folder, each.kind) for each in found.unreadable] == [
        ("INBOX", Kind.UNREADABLE),
        ("Sent", Kind.UNREADABLE),
    ]
    assert "no answer" in found.unreadable[0].detail


def picture(*, named: bool) -> NewMessage:
    """A message with an attachment, to which a server may have given a name."""
    name = '; name="ATT00001.png"' if named else ""
    raw = (
        "From: a@example.com\r\nSubject: Bild\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n\r\nHej\r\n'
        f"--b\r\nContent-Type: image/png{name}\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n--b--\r\n"
    )
    return NewMessage(raw.encode(), frozenset(), RECEIVED)


def test_a_message_that_a_server_wrote_anew_is_one_difference_with_its_reason() -> None:
    one, other = mailbox(INBOX=[picture(named=False), message(1)]), mailbox(INBOX=[picture(named=True), message(2)])
    explain = between(cast(MailSource, one), cast(MailSource, other))
    found = differences(*both(one, other), explain=explain)
    assert [(one.kind, one.subject, one.detail) for one in found] == [
        (Kind.EXTRA, "Brev 2", ""),
        (Kind.MISSING, "Brev 1", ""),
        (Kind.REWRITTEN, "Bild", "an attachment without a name got one"),
    ]
    assert {one.kind for one in differences(*both(one, other))} == {Kind.MISSING, Kind.EXTRA}


def test_namesakes_are_told_apart_by_their_content() -> None:
    """Without an id and with one subject, in another order than on the other side."""

    def dark(*, named: bool) -> NewMessage:
        bright = picture(named=named)
        return NewMessage(bright.raw.replace(b"iVBOR", b"jVBOR"), bright.flags, bright.received)

    one = mailbox(INBOX=[picture(named=False), dark(named=False)])
    other = mailbox(INBOX=[dark(named=True), picture(named=True)])
    explain = between(cast(MailSource, one), cast(MailSource, other))
    assert [one.kind for one in differences(*both(one, other), explain=explain)] == [Kind.REWRITTEN] * 2
