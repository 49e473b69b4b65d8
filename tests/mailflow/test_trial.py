"""Letters really sent over SMTP on loopback, and found in mailboxes: what each way of going wrong comes to."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial

import pytest

from skyflytt.deadline.clock import MovableClock
from skyflytt.decommission.absence import Verdict
from skyflytt.errors.connection import ServerUnreachable
from skyflytt.mail.memory import MemoryMailbox, open_memory
from skyflytt.mail.port import FolderRole, MailSource, NewMessage
from skyflytt.mailflow.inwards import hand_over
from skyflytt.mailflow.letter import letter, new_token
from skyflytt.mailflow.route import route_to
from skyflytt.mailflow.tidy import remove_letters
from skyflytt.mailflow.trial import Direction, Errand, Flow, Patience, attempt
from tests.real.smtp_server import Desk, into, running_smtp

AT = datetime(2026, 9, 1, 20, 0, tzinfo=UTC)
ADDRESS, OUTSIDE = "flow@norrskenbygg.example", "flow@migration-team.example"
OLD, NEW = "old home", "new home"


@dataclass
class Zone:
    """What every authoritative server says of the domain's mail; the hosts' addresses."""

    exchangers: tuple[str, ...] = ("10 mx.new.example.",)
    hosts: dict[str, list[str]] = field(default_factory=lambda: {"mx.new.example": ["127.0.0.1"]})
    differing: dict[str, tuple[str, ...] | None] = field(default_factory=dict)

    def authoritative(self, name: str, kind: str) -> Mapping[str, tuple[str, ...] | None]:
        assert (name, kind) == ("norrskenbygg.example", "MX")
        return {"ns1": self.exchangers, "ns2": self.exchangers, **self.differing}

    def addresses(self, host: str) -> Sequence[str]:
        return self.hosts.get(host, [])


@dataclass
class Waiting:
    """Time that passes only by waiting; `then` is done at each wait."""

    passed: float = 0.0
    then: Callable[[], object] = lambda: None

    def wait(self, seconds: float) -> None:
        self.passed += seconds
        self.then()

    def patience(self) -> Patience:
        return Patience(60.0, 5.0, self.wait, lambda: self.passed)


@dataclass
class Homes:
    """Both homes' mailboxes, with mail of other people in them."""

    old: MemoryMailbox = field(default_factory=MemoryMailbox)
    new: MemoryMailbox = field(default_factory=MemoryMailbox)

    def __post_init__(self) -> None:
        for one in (self.old, self.new):
            one.append(("INBOX",), [NewMessage(b"Subject: Faktura\r\n\r\nskyflytt-0123\r\n", frozenset(), AT)])

    def ends(self) -> dict[str, Callable[[], Iterator[MailSource]]]:
        return {OLD: partial(open_memory, self.old), NEW: partial(open_memory, self.new)}  # type: ignore[dict-item]


def tried(homes: Homes, port: int, zone: Zone | None = None, waiting: Waiting | None = None) -> Flow:
    """A letter by the domain's MX, expected at the new home."""
    one = letter(new_token(), OUTSIDE, ADDRESS, AT)
    errand = Errand(
        Direction.INWARDS,
        one,
        lambda: hand_over(one, route_to("norrskenbygg.example", zone or Zone()), port),
        homes.ends(),  # type: ignore[arg-type]
        NEW,
    )
    return attempt(errand, MovableClock(AT), (waiting or Waiting()).patience())


@pytest.fixture
def homes() -> Homes:
    return Homes()


@contextmanager
def mail_server(deliver: Callable[[bytes], None], **more: list[str]) -> Iterator[tuple[Desk, int]]:
    desk = Desk({ADDRESS: deliver}, **more)
    with running_smtp(desk) as port:
        yield desk, port


def test_a_letter_arrives_where_it_belongs(homes: Homes) -> None:
    with mail_server(into(homes.new)) as (desk, port):
        flow = tried(homes, port)
    assert (flow.verdict, flow.arrived, flow.seconds) == (Verdict.PASS, NEW, 0.0)
    assert flow.through == f"mx.new.example [127.0.0.1]:{port}"
    (taken,) = desk.taken
    assert (taken.mail_from, taken.rcpt_tos) == (OUTSIDE, [ADDRESS])
    assert flow.token.encode() in (taken.original_content or b"")
    assert len(homes.new.refs(("INBOX",))) == 2
    assert remove_letters(homes.new, [flow.token]) == 1
    assert len(homes.new.refs(("INBOX",))) == 1, "the mail of other people stays"
    assert remove_letters(homes.new, [flow.token]) == 0


def test_a_letter_that_goes_on_to_the_old_home_fails_and_says_where_it_is(homes: Homes) -> None:
    with mail_server(into(homes.old)) as (_, port):
        flow = tried(homes, port)
    assert (flow.verdict, flow.arrived) == (Verdict.FAILED, OLD)
    assert "expected at the new home" in flow.said


def test_a_letter_taken_for_junk_is_found_there(homes: Homes) -> None:
    junk = homes.new.ensure_folder(("Skräppost",), FolderRole.JUNK)
    with mail_server(into(homes.new, junk[0])) as (_, port):
        flow = tried(homes, port)
    assert flow.verdict is Verdict.PASS
    assert "in the junk folder" in flow.said


def test_a_letter_that_takes_its_time_is_waited_for(homes: Homes) -> None:
    kept: list[bytes] = []
    waiting = Waiting()
    waiting.then = lambda: waiting.passed >= 20 and kept and into(homes.new)(kept.pop())
    with mail_server(kept.append) as (_, port):
        flow = tried(homes, port, waiting=waiting)
    assert (flow.verdict, flow.seconds) == (Verdict.PASS, 20.0)


def test_a_letter_that_never_arrives_is_told_after_the_patience(homes: Homes) -> None:
    with mail_server(lambda _raw: None) as (_, port):
        flow = tried(homes, port)
    assert (flow.verdict, flow.arrived) == (Verdict.FAILED, "")
    assert "60 s later it is not at the new home" in flow.said


def test_a_grey_list_is_obeyed(homes: Homes) -> None:
    with mail_server(into(homes.new), answers=["451 4.7.1 come again later"]) as (_, port):
        flow = tried(homes, port)
    assert (flow.verdict, flow.seconds) == (Verdict.PASS, 30.0)


def test_a_server_that_is_always_busy_leaves_the_question_open(homes: Homes) -> None:
    with mail_server(into(homes.new), answers=["451 4.7.1 come again later"] * 9) as (desk, port):
        flow = tried(homes, port)
    assert flow.verdict is Verdict.UNKNOWN
    assert "come again later" in flow.said
    assert desk.taken == []


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        (Zone(exchangers=("0 .",)), "takes no mail"),
        (Zone(hosts={}), "no address is known of mx.new.example"),
        (Zone(differing={"ns3": ("10 mx.old.example.",)}), "ns3 says 10 mx.old.example."),
        (Zone(differing={"ns1": None, "ns2": None}), "none of its 2 name servers answers"),
    ],
    ids=["null-mx", "no-address", "servers-differ", "silent-servers"],
)
def test_a_zone_that_sends_mail_nowhere_fails(homes: Homes, zone: Zone, words: str) -> None:
    flow = tried(homes, 1, zone)
    assert flow.verdict is Verdict.FAILED
    assert words in flow.said


def test_an_address_that_is_not_there_yet_fails_at_once(homes: Homes) -> None:
    with running_smtp(Desk()) as port:
        flow = tried(homes, port)
    assert flow.verdict is Verdict.FAILED
    assert "550 5.1.1 no such address here" in flow.said


def test_a_server_that_cannot_be_reached_from_here_leaves_the_question_open(homes: Homes) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        flow = tried(homes, nobody.getsockname()[1])
    assert flow.verdict is Verdict.UNKNOWN
    assert flow.said.startswith("it was not sent: mx.new.example")


def test_the_next_exchanger_takes_what_the_best_one_does_not(homes: Homes) -> None:
    zone = Zone(
        ("10 away.example.", "20 mx.new.example."), {"away.example": ["127.0.0.2"], "mx.new.example": ["127.0.0.1"]}
    )
    with mail_server(into(homes.new)) as (_, port):
        flow = tried(homes, port, zone)
    assert (flow.verdict, flow.through) == (Verdict.PASS, f"mx.new.example [127.0.0.1]:{port}")


def test_a_domain_without_mx_takes_its_mail_itself() -> None:
    zone = Zone((), {"norrskenbygg.example": ["192.0.2.7"]})
    assert [one.host for one in route_to("norrskenbygg.example", zone).exchangers] == ["norrskenbygg.example"]


def test_a_mailbox_that_cannot_be_looked_at_is_no_failure_of_the_mail(homes: Homes) -> None:
    @contextmanager
    def away() -> Iterator[MailSource]:
        raise ServerUnreachable("new-mail", "refused")
        yield

    one = letter(new_token(), OUTSIDE, ADDRESS, AT)
    errand = Errand(Direction.INWARDS, one, lambda: pytest.fail("it was sent"), {NEW: away}, NEW)
    flow = attempt(errand, MovableClock(AT), Waiting().patience())
    assert flow.verdict is Verdict.UNKNOWN
