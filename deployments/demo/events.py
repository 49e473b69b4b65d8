"""What happens while the exit runs: work goes on at the old provider, a name server falls behind, devices call where they always did,
and mail arrives after the cutover.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime

from skyflytt.callers.standing import standing
from skyflytt.mail.identity import fingerprint
from skyflytt.mail.port import Fetched, MailTarget
from skyflytt.phase.mailboxes import open_target
from skyflytt.phase.migration import Migration
from skyflytt.sandbox import changes, devices, strangers
from skyflytt.sandbox.company.people import ANNA, DOMAIN
from skyflytt.sandbox.mail_changes import opened
from skyflytt.sandbox.nameserver import lagging
from skyflytt.sandbox.state import Sandbox

FIRST_MAIL = "<first-at-the-new-home@leverantor.example>"
LAG_SECONDS = 1.5
LATE_MAIL = "<sent-to-the-old-address@leverantor.example>"


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Event:
    """At this hour (of the demo's clock) something happens; happening twice is as good as once."""

    name: str
    at: datetime
    tell: str
    happen: Callable[[Sandbox, Migration], str]


def _counts(changes_by_kind: dict[str, int]) -> str:
    return ", ".join(f"{count} {kind}" for kind, count in changes_by_kind.items() if count)


def _act(name: str) -> Callable[[Sandbox, Migration], str]:
    def happen(sandbox: Sandbox, _migration: Migration) -> str:
        done = changes.apply(sandbox, name)
        return f"mail: {_counts(done.mail)}; files: {_counts(done.files)}"

    return happen


def _first_mail(sandbox: Sandbox, migration: Migration) -> str:
    """Somebody's mail server asks for the domain's MX and learns the new one."""
    mailbox, at = migration.project.mailbox(ANNA.key), migration.clock.now()
    with open_target(migration, mailbox) as target:
        there = is_at_new_home(target, FIRST_MAIL)
    letter = _letter(mailbox.target.login, "Välkommen till nya adressen", FIRST_MAIL, at)
    taken = "" if there else f" by {strangers.send(sandbox, letter)}"
    return f"taken{taken} for {mailbox.name}; it was never at the old provider, and no pass may touch it"


def is_at_new_home(target: MailTarget, message_id: str) -> bool:
    """Whether the INBOX of the new home holds a message of this Message-ID."""
    answers = target.fetch(("INBOX",), target.refs(("INBOX",)))
    return any(isinstance(one, Fetched) and fingerprint(one.raw).message_id == message_id for one in answers)


def _late_mail(sandbox: Sandbox, migration: Migration) -> str:
    """Somebody's mail server has not learned the new address yet."""
    with opened(sandbox, ANNA) as box:
        if not box.find("INBOX", LATE_MAIL):
            at = migration.clock.now()
            strangers.send_the_old_way(sandbox, _letter(ANNA.address, "Sent iväg för sent", LATE_MAIL, at))
    return f"for {ANNA.key}; it is collected there"


def _letter(to: str, subject: str, message_id: str, at: datetime) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"] = "Lisa Leverantör <lisa@leverantor.example>", to
    message["Subject"], message["Date"], message["Message-ID"] = subject, format_datetime(at), message_id
    message.set_content("Hej!\n\nHär kommer offerten som vi talade om.\n\nLisa\n")
    return message


def _fall_behind(sandbox: Sandbox, _migration: Migration) -> str:
    lagging.lag(sandbox, LAG_SECONDS)
    return f"the second one follows each change of {DOMAIN} a while after the first"


def _devices(sandbox: Sandbox, _migration: Migration) -> str:
    told = devices.day(sandbox)
    return ", ".join(f"the {name} at the {provider} provider" for name, provider in told.items())


def _devices_told(sandbox: Sandbox, migration: Migration) -> str:
    """Whoever got the letter about a device does what it says."""
    for device in devices.DEVICES:
        devices.tell(sandbox, device.name)
    people = ", ".join(sorted({caller.owner.name for caller in standing(migration.ledger, migration.project)}))
    return f"{people} did what the letters say; {_devices(sandbox, migration)}"


EVENTS = (
    Event("autumn", _at("2026-10-06T14:00"), "Work goes on at the old provider", _act("autumn")),
    Event("last-week", _at("2026-10-14T14:00"), "Work goes on at the old provider", _act("last-week")),
    Event("evening-before", _at("2026-10-24T18:00"), "The evening before the cutover", _act("evening-before")),
    Event("second-lags", _at("2026-10-24T18:00"), "The registrar's name servers are no longer alike", _fall_behind),
    Event("first-mail", _at("2026-10-25T11:00"), "The first mail arrives at the new home", _first_mail),
    Event("devices", _at("2026-10-25T12:00"), "Devices sign in where they always did", _devices),
    Event("late-mail", _at("2026-10-27T09:00"), "Late mail arrives at the old provider", _late_mail),
    Event("devices-told", _at("2026-10-27T12:00"), "The forgotten devices are changed", _devices_told),
)
