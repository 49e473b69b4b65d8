"""A directory against the project's mailboxes."""

from __future__ import annotations

from datetime import timedelta

from skyflytt.concern.directory_count import count_directory
from skyflytt.concern.directory_facts import DirectoryFacts
from skyflytt.directory.memory import MemoryDirectory
from skyflytt.directory.port import Account, Licence, Organisation
from tests.concern.given import AT, project

ANNA = Account("1", "anna.astrom@norrskenbygg.example", "Anna", licences=("m",), last_active=AT - timedelta(days=3))
OTHER = Account("2", "ny@norrskenbygg.example", "Ny Person", licences=("m",), last_active=AT - timedelta(days=200))
SHUT_OUT = Account("3", "gammal@norrskenbygg.example", enabled=False, licences=("c",), last_active=AT)
LICENCES = (Licence("m", "Meetings", total=10), Licence("c", "Calling", total=1), Licence("f", "Free", metered=False))


def counted(*accounts: Account) -> DirectoryFacts:
    return count_directory("webex", MemoryDirectory(Organisation("o", "Norrsken"), accounts, LICENCES), project(), AT)


def test_who_is_missing_on_either_side() -> None:
    facts = counted(ANNA, OTHER, SHUT_OUT)
    assert facts.accounts == 3
    assert facts.without_mailbox.examples == ("Ny Person <ny@norrskenbygg.example>",)
    # `info` is the name of a folder, not an address.
    assert facts.without_account.examples == ("bengt.oberg@norrskenbygg.example (mailbox bengt)",)


def test_licences_and_who_sleeps_on_them() -> None:
    told = {one.name: (one.total, one.held, one.idle.examples) for one in counted(ANNA, OTHER, SHUT_OUT).licences}
    assert told == {
        "Meetings": (10, 2, ("Ny Person <ny@norrskenbygg.example>",)),
        "Calling": (1, 1, ("gammal@norrskenbygg.example",)),
        "Free": (None, 0, ()),
    }


def test_where_no_activity_is_told_nobody_is_silent() -> None:
    silent = Account("2", "anna.astrom@norrskenbygg.example", licences=("m",))
    assert not any(one.idle for one in counted(silent).licences)


def test_a_directory_of_other_people_says_nothing_of_our_mailboxes() -> None:
    assert not counted(OTHER).without_account
