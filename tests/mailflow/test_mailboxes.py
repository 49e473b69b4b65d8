"""A letter taken by a mail server is found through every kind of mailbox, lies there unread afterwards, and alone is removed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from skyflytt.deadline.clock import MovableClock
from skyflytt.decommission.absence import Verdict
from skyflytt.mailflow.inwards import hand_over
from skyflytt.mailflow.letter import letter, new_token
from skyflytt.mailflow.route import Exchanger, Route
from skyflytt.mailflow.tidy import remove_letters
from skyflytt.mailflow.trial import Direction, Errand, Patience, attempt
from tests.contract.mail_messages import message, new
from tests.contract.mail_places import Place, dovecot, dovecot_plain, ews, maildir
from tests.real.smtp_server import Desk, into, running_smtp

AT = datetime(2026, 9, 1, 20, 0, tzinfo=UTC)
ADDRESS = "flow@norrskenbygg.example"
INBOX = ("INBOX",)
MAKERS = {"dovecot": dovecot, "dovecot-plain": dovecot_plain, "ews": ews, "maildir": maildir}


@pytest.fixture(
    scope="module",
    params=[
        pytest.param("dovecot", marks=pytest.mark.real),
        pytest.param("dovecot-plain", marks=[pytest.mark.real, pytest.mark.heavy]),
        pytest.param("ews", marks=pytest.mark.heavy),
        "maildir",
    ],
)
def place(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, require_debian: Callable[..., str]
) -> Iterator[Place]:
    with MAKERS[request.param](tmp_path_factory.mktemp("place"), require_debian) as made:
        yield made


def test_a_letter_is_found_left_unread_and_removed_alone(place: Place) -> None:
    name = place.new_mailbox("full")
    one = letter(new_token(), "flow@migration-team.example", ADDRESS, AT)
    route = Route("norrskenbygg.example", (Exchanger(10, "mx.new.example", ("127.0.0.1",)),), ("ns1",), ())
    with place.target(name) as writing:
        writing.append(INBOX, [new(message(1)), new(message(2))])
        with running_smtp(Desk({ADDRESS: into(writing)})) as port:
            errand = Errand(
                Direction.INWARDS,
                one,
                lambda: hand_over(one, route, port),
                {"new home": lambda: place.source(name)},
                "new home",
            )
            flow = attempt(errand, MovableClock(AT), Patience(most_s=20.0, every_s=0.1))
        assert (flow.verdict, flow.arrived) == (Verdict.PASS, "new home"), flow.said
    with place.source(name) as source:
        flags = [entry.flags for entry in source.changes(INBOX, None).entries]
        assert len(flags) == 3
        assert not any("\\Seen" in one for one in flags)
    with place.target(name) as target:
        assert remove_letters(target, [one.token]) == 1
        assert len(target.refs(INBOX)) == 2
        assert remove_letters(target, [one.token]) == 0
