"""The mail servers, through an ordinary client."""

from __future__ import annotations

import ssl
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError, LoginError

from skyflytt.sandbox.company.exchange import levels
from skyflytt.sandbox.company.mail import CORPUS_FOLDER, corpus, letters
from skyflytt.sandbox.company.people import ANNA, BENGT, CECILIA, INFO, STAFF, Person
from skyflytt.sandbox.state import Sandbox

OpenMail = Callable[[Sandbox, Person], Any]


def mailbox(client: IMAPClient) -> Counter[tuple[str, bytes, frozenset[str], datetime]]:
    """Everything in a mailbox: folder, bytes, flags, INTERNALDATE."""
    client.normalise_times = False
    found: Counter[tuple[str, bytes, frozenset[str], datetime]] = Counter()
    for _, _, folder in client.list_folders():
        client.select_folder(folder, readonly=True)
        for data in client.fetch(client.search(), ["BODY.PEEK[]", "FLAGS", "INTERNALDATE"]).values():
            flags = frozenset(flag.decode() for flag in data[b"FLAGS"]) - {"\\Recent"}
            found[folder, data[b"BODY[]"], flags, data[b"INTERNALDATE"]] += 1
    return found


@pytest.fixture(scope="module")
def filled(sandbox: Sandbox, open_mail: OpenMail) -> Counter[tuple[str, bytes, frozenset[str], datetime]]:
    """A mailbox that the company's mail was put into as it is; what went in."""
    wanted = [letter for letter in letters(INFO) if letter.folder != "INBOX"] + list(corpus())
    with open_mail(sandbox, INFO) as client:
        for folder in levels([letter.folder for letter in wanted]):
            client.create_folder(folder)
        for letter in wanted:
            # Unlike APPEND, which imaplib gives other line ends, this leaves the bytes alone.
            message = {"msg": letter.raw, "flags": sorted(letter.flags), "date": letter.received}
            client.multiappend(letter.folder, [message])
    return Counter((letter.folder, letter.raw, letter.flags, letter.received) for letter in wanted)


def test_every_message_comes_back_byte_for_byte(
    sandbox: Sandbox, open_mail: OpenMail, filled: Counter[tuple[str, bytes, frozenset[str], datetime]]
) -> None:
    with open_mail(sandbox, INFO) as client:
        assert mailbox(client) == filled


def test_the_company_has_some_400_messages_with_duplicates_and_malformed_ones() -> None:
    everything = [letter for person in STAFF for letter in letters(person)]
    assert 390 <= len(everything) <= 440
    assert len(everything) - len({(letter.folder, letter.raw) for letter in everything}) == 6
    assert sum(letter.folder == CORPUS_FOLDER for letter in everything) == 68
    assert max(letter.received for letter in everything) < datetime(2026, 8, 8, tzinfo=UTC)
    assert len({letter.received.year for letter in everything}) > 8


def test_the_same_seed_gives_the_same_mail() -> None:
    assert list(letters(CECILIA)) == list(letters(CECILIA))


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    "asked",
    [
        "ENVELOPE",
        "BODYSTRUCTURE",
        "BODY.PEEK[HEADER]",
        "BODY.PEEK[1]",
        "RFC822.SIZE",
        "BODY.PEEK[HEADER.FIELDS (DATE)]",
    ],
)
def test_malformed_messages_never_end_the_session(sandbox: Sandbox, open_mail: OpenMail, asked: str) -> None:
    with open_mail(sandbox, INFO) as client:
        client.select_folder(CORPUS_FOLDER, readonly=True)
        uids = client.search()
        # The client's own parser chokes on a few ENVELOPEs, so the answer is only counted here.
        _, answer = (
            client._raw_command_untagged(
                b"FETCH", [b"1:*", b"(UID " + asked.encode() + b")"], uid=True, response_name="FETCH"
            ),
            uids,
        )
        assert client.noop()[0] == b"NOOP completed."
        assert len(answer) == 68


def test_new_mailboxes_hold_an_empty_inbox(sandbox: Sandbox, open_mail: OpenMail) -> None:
    with open_mail(sandbox, CECILIA) as client:
        assert [name for _, _, name in client.list_folders()] == ["INBOX"]
        assert client.folder_status("INBOX")[b"MESSAGES"] == 0


def test_append_keeps_flags_keywords_and_date_and_names_the_uid(sandbox: Sandbox, open_mail: OpenMail) -> None:
    when = datetime(2011, 7, 9, 23, 59, 58, tzinfo=UTC)
    with open_mail(sandbox, ANNA) as client:
        client.normalise_times = False
        client.create_folder("Å&Ö/日本")
        answer = client.append(
            "Å&Ö/日本", b"Subject: x\r\n\r\ny\r\n", flags=["\\Seen", "$Forwarded", "Ny"], msg_time=when
        )
        assert b"APPENDUID" in answer
        client.select_folder("Å&Ö/日本")
        data = client.fetch([1], ["FLAGS", "INTERNALDATE"])[1]
        assert {b"\\Seen", b"$Forwarded", b"Ny"} <= set(data[b"FLAGS"])
        assert data[b"INTERNALDATE"] == when


def test_multiappend_move_and_uid_expunge(sandbox: Sandbox, open_mail: OpenMail) -> None:
    with open_mail(sandbox, BENGT) as client:
        client.create_folder("Till")
        client.create_folder("Från")
        client.multiappend("Från", [{"msg": b"Subject: %d\r\n\r\n" % number, "flags": []} for number in range(20)])
        client.select_folder("Från")
        client.move([3, 4], "Till")
        client.delete_messages([7])
        client.delete_messages([8])
        client.uid_expunge([7])
        assert client.search() == [1, 2, 5, 6, *range(8, 21)]
        assert client.folder_status("Till")[b"MESSAGES"] == 2
        client.expunge()
        assert 8 not in client.search()


def test_a_failed_multiappend_leaves_nothing(sandbox: Sandbox, open_mail: OpenMail) -> None:
    with open_mail(sandbox, BENGT) as client:
        with pytest.raises(IMAPClientError):
            client.append("Finns inte", b"Subject: x\r\n\r\n")
        before = client.folder_status("INBOX")[b"MESSAGES"]
        assert before == 0


def test_one_session_sees_what_another_does(sandbox: Sandbox, open_mail: OpenMail) -> None:
    with open_mail(sandbox, BENGT) as one, open_mail(sandbox, BENGT) as other:
        one.create_folder("Delad")
        one.select_folder("Delad")
        other.append("Delad", b"Subject: hej\r\n\r\n")
        assert (1, b"EXISTS") in one.noop()[1]


def test_a_folder_cannot_be_made_twice(sandbox: Sandbox, open_mail: OpenMail) -> None:
    with open_mail(sandbox, BENGT) as client:
        client.create_folder("En gång")
        with pytest.raises(IMAPClientError, match="ALREADYEXISTS"):
            client.create_folder("En gång")


def test_a_folder_made_anew_gets_another_uidvalidity(sandbox: Sandbox, open_mail: OpenMail) -> None:
    with open_mail(sandbox, BENGT) as client:
        client.create_folder("Om igen")
        first = client.select_folder("Om igen")[b"UIDVALIDITY"]
        client.select_folder("INBOX")
        client.delete_folder("Om igen")
        client.create_folder("Om igen")
        assert client.select_folder("Om igen")[b"UIDVALIDITY"] > first


def test_wrong_password_and_untrusted_certificate_are_refused(sandbox: Sandbox) -> None:
    server = sandbox.servers["new-mail"]
    trust = ssl.create_default_context(cafile=str(sandbox.ca_file))
    with IMAPClient(server.host, port=server.port, ssl_context=trust) as client, pytest.raises(LoginError):
        client.login(ANNA.address, "fel")
    with pytest.raises(ssl.SSLCertVerificationError):
        IMAPClient(server.host, port=server.port)
