"""Try whether mail flows for the customer's domains, in both directions, and tidy up after."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial

from skyflytt.errors.mailflow import NoMailTest
from skyflytt.ledger import projects
from skyflytt.ledger.schema import Mode
from skyflytt.mail.port import MailSource
from skyflytt.mailflow.inwards import Accepted, hand_over
from skyflytt.mailflow.letter import Letter, letter, new_token
from skyflytt.mailflow.outwards import submit
from skyflytt.mailflow.record import note_flow, note_letter, tokens
from skyflytt.mailflow.route import Names, route_to
from skyflytt.mailflow.tidy import remove_letters
from skyflytt.mailflow.trial import Direction, Errand, Flow, Patience, attempt
from skyflytt.phase.mailboxes import open_to_read, open_unguarded
from skyflytt.phase.migration import Migration
from skyflytt.project.domains import CustomerDomain
from skyflytt.project.mail_test import MailTest
from skyflytt.project.mailboxes import MailboxPlace
from skyflytt.project.places import Place, mail_place
from skyflytt.project.secret_keys import mail_test_keys, mailbox_keys, server_key
from skyflytt.project.secrets import SecretMissing
from skyflytt.project.servers import SmtpServer

ACTOR = "skyflytt"
OLD, NEW, OUTSIDE = "old home", "new home", "mailbox outside"


@dataclass(frozen=True, slots=True)
class End:
    """A mailbox that letters may arrive at. `ours`: nobody but the trial uses it, so that letters are removed again."""

    name: str
    place: MailboxPlace
    keys: tuple[str, ...]
    ours: bool


def mail_domains(migration: Migration, wanted: str | None = None) -> list[CustomerDomain]:
    """The domains whose mail can be tried. Raises `NoMailTest` for one that was asked for and says nothing of it."""
    found = [one for one in migration.project.domains if one.mail_test and wanted in {None, "", one.name}]
    if wanted and not found:
        raise NoMailTest(wanted, "the project file does not say how")
    return found


def try_mail(
    migration: Migration,
    domain: CustomerDomain,
    names: Names,
    *,
    expected: str | None = None,
    patience: Patience | None = None,
) -> list[Flow]:
    """Both directions, one after the other. Without `expected`, letters from outside belong where the project is: cut over or not."""
    test = domain.mail_test
    if test is None:
        raise NoMailTest(domain.name, "the project file does not say how")
    cut_over = projects.mode(migration.ledger, migration.name) is Mode.APPEND
    ends = ends_of(migration, domain.name, test)
    trial = _Trial(migration, domain.name, test, ends)
    flows = []
    for errand in (trial.inwards(names, expected or (NEW if cut_over else OLD)), trial.outwards()):
        note_letter(migration.ledger, migration.name, domain.name, errand.direction, errand.letter.token, by=ACTOR)
        flow = attempt(errand, migration.clock, patience)
        note_flow(migration.ledger, migration.name, domain.name, flow, by=ACTOR)
        flows.append(flow)
    return flows


def tidy_up(migration: Migration, domain: CustomerDomain) -> int:
    """Remove every letter of the domain's trials from the mailboxes that were made for them; how many."""
    test = domain.mail_test
    if test is None:
        return 0
    sent = tokens(migration.ledger, migration.name, domain.name)
    removed = 0
    for end in ends_of(migration, domain.name, test).values():
        if end.ours and sent:
            with open_unguarded(migration, end.place, end.keys) as mailbox:
                removed += remove_letters(mailbox, sent)
    return removed


def ends_of(migration: Migration, domain: str, test: MailTest) -> dict[str, End]:
    """A mailbox that is moved too, under whatever name of its server, is the customer's: nothing is ever removed there."""
    places = {OLD: ("old", test.old), NEW: ("new", test.new), OUTSIDE: ("outside", test.outside.mailbox)}
    moved = dict(_moved(migration))
    ends = {}
    for name, (end, place) in places.items():
        own = mail_test_keys(domain, end, place.server)  # type: ignore[arg-type]
        theirs = moved.get(_really(migration, place))
        ends[name] = End(name, place, (*own, *(theirs or ())), theirs is None)
    return ends


def _moved(migration: Migration) -> Iterator[tuple[Place | None, tuple[str, ...]]]:
    for one in migration.project.mailboxes:
        yield _really(migration, one.source), mailbox_keys(one.name, "source", one.source.server)
        yield _really(migration, one.target), mailbox_keys(one.name, "target", one.target.server)


def _really(migration: Migration, place: MailboxPlace) -> Place | None:
    server = migration.project.server(place.server).model_dump(mode="json")
    return mail_place({place.server: server}, place.model_dump())


def left_letters(ends: Mapping[str, End], flows: Sequence[Flow]) -> list[str]:
    """Where a letter stays, since the mailbox is the customer's own."""
    return [f"{one.arrived}: {one.token}" for one in flows if one.arrived and not ends[one.arrived].ours]


@dataclass(frozen=True, slots=True)
class _Trial:
    migration: Migration
    domain: str
    test: MailTest
    ends: Mapping[str, End]

    def inwards(self, names: Names, expected: str) -> Errand:
        one = letter(new_token(), self.test.outside.address, self.test.address, self.migration.clock.now())
        return Errand(
            Direction.INWARDS,
            one,
            lambda: hand_over(one, route_to(self.domain, names), self.test.port),
            self._opened(OLD, NEW),
            expected,
        )

    def outwards(self) -> Errand:
        name = self.test.submission
        server = self.migration.project.server(name)
        if not isinstance(server, SmtpServer):
            raise TypeError(f"{name} takes no mail")
        one = letter(new_token(), server.sender, self.test.outside.address, self.migration.clock.now())
        send = partial(_submitted, self.migration, name, server, one)
        return Errand(Direction.OUTWARDS, one, send, self._opened(OUTSIDE), OUTSIDE)

    def _opened(self, *names: str) -> dict[str, Callable[[], AbstractContextManager[MailSource]]]:
        found = {name: self.ends[name] for name in names}
        return {name: partial(open_to_read, self.migration, end.place, end.keys) for name, end in found.items()}


def _submitted(migration: Migration, name: str, server: SmtpServer, one: Letter) -> Accepted:
    try:
        secret = migration.secrets.get(server_key(name))
    except SecretMissing:
        secret = None
    return submit(one, server, secret)
