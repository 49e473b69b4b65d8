"""The same small company in every directory that is tested: three people, three licences."""

from __future__ import annotations

from datetime import UTC, datetime

from skyflytt.directory.memory import MemoryDirectory
from skyflytt.directory.port import Account, Licence, Organisation
from skyflytt.sandbox.servers.webex_organisation import Held, License, Person
from skyflytt.sandbox.servers.webex_organisation import Organisation as WebexOrganisation

NOW = datetime(2026, 6, 10, 12, tzinfo=UTC)
IT, ANNA, BO = "it@norrskenbygg.example", "anna@norrskenbygg.example", "bo@norrskenbygg.example"
MEETINGS = License(name="Meeting - Webex Meeting Center", total=3, subscription="Sub-avtal1", site="norrsken.webex.com")
CALLING = License(name="Webex Calling - Professional", total=2, workspaces=1, subscription="Sub-prov1")
HYBRID = License(name="Hybrid Services - Exchange Calendar", total=1)
TRIALS = ("Sub-prov1",)


def company(**more: object) -> Held:
    """Anna has a meeting and a calendar, Bo a meeting, IT all three; one telephone stands in a room."""
    people = [
        Person(email=IT, licenses=[MEETINGS.id, CALLING.id, HYBRID.id], administrator=True),
        Person(email=ANNA, name="Anna Åström", licenses=[MEETINGS.id, HYBRID.id], last_activity=NOW),
        Person(email=BO, licenses=[MEETINGS.id]),
    ]
    norrsken = WebexOrganisation(name="Norrsken Bygg", people=people, licenses=[MEETINGS, CALLING, HYBRID])
    return Held.model_validate({"token_of": IT, "organisations": [norrsken], **more})


def in_memory(old_reads: int = 0) -> MemoryDirectory:
    accounts = [
        Account("1", IT, licences=("calling", "meetings"), administrator=True),
        Account("2", ANNA, "Anna Åström", licences=("meetings",), last_active=NOW),
        Account("3", BO, licences=("meetings",)),
    ]
    licences = [
        Licence("meetings", "Meetings", 3, 3, subscription="Sub-avtal1"),
        Licence("calling", "Calling", 2, 2, used_elsewhere=1, trial=True, subscription="Sub-prov1"),
    ]
    return MemoryDirectory(Organisation("norrsken", "Norrsken Bygg", ()), accounts, licences, old_reads=old_reads)
