"""The limits of Outlook: kept by the gate, and measured by the service."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from skyflytt.deadline.clock import MovableClock
from skyflytt.mail.graph import open_graph_mailbox
from skyflytt.mail.graph.limits import OUTLOOK, Limits, MailboxGate, gate_of
from skyflytt.patience import Patience
from skyflytt.sandbox.servers.graph.mailbox_limits import Meter
from skyflytt.sandbox.servers.graph.mailbox_settings import MailLimits
from tests.contract.mail_messages import message, new
from tests.graph.simulator import BEGIN, SECRET
from tests.mail.graph.simulator import Online, running_online

INBOX = ("INBOX",)
SMALL = Limits(at_once=4, requests=30, requests_window_s=600, upload_bytes=60_000, upload_window_s=300)


class Hours:
    """Time that passes by sleeping alone."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self.slept: list[float] = []
        self._lock = threading.Lock()

    def time(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.now += seconds
            self.slept.append(seconds)


def test_the_documented_limits() -> None:
    service = MailLimits()
    assert (OUTLOOK.at_once, OUTLOOK.requests, OUTLOOK.requests_window_s) == (4, 10_000, 600)
    assert (OUTLOOK.upload_bytes, OUTLOOK.upload_window_s) == (150_000_000, 300)
    assert service.model_dump() == {name: getattr(OUTLOOK, name) for name in OUTLOOK.__slots__}


def test_one_gate_for_an_application_at_a_mailbox() -> None:
    first = gate_of("https://graph.example", "tenant", "app", "Anna@Example.com")
    assert gate_of("https://graph.example", "TENANT", "app", "anna@example.com") is first
    assert gate_of("https://graph.example", "tenant", "app", "bengt@example.com") is not first


def test_requests_wait_for_the_window() -> None:
    hours = Hours()
    gate = MailboxGate(SMALL, hours.time, hours.sleep)
    told: list[str] = []
    for number in range(31):
        with gate.passed(1, 0, told.append, "anna@example.com"):
            hours.now += 1
            assert (hours.slept == []) == (number < 30)
    assert hours.slept == [pytest.approx(600 - 29)]
    assert told == [
        "Microsoft Graph takes 0 MB in 5 min and 30 requests in 10 min for anna@example.com: we wait 10 min"
    ]


def test_uploads_wait_for_their_window_and_one_that_is_larger_goes_alone() -> None:
    hours = Hours()
    gate = MailboxGate(SMALL, hours.time, hours.sleep)
    for size in (40_000, 20_000, 90_000, 1):
        with gate.passed(1, size):
            pass
    assert hours.slept == [300, 300]


def test_a_batch_takes_all_places() -> None:
    gate = MailboxGate(Limits())
    inside = threading.Event()

    def one() -> None:
        with gate.passed(1, 0):
            inside.set()

    with gate.passed(20, 0):
        other = threading.Thread(target=one)
        other.start()
        assert not inside.wait(0.05)
    other.join()
    assert inside.is_set()


def test_nobody_passes_while_the_service_wants_rest() -> None:
    gate = MailboxGate()
    inside, resting, over = threading.Event(), threading.Event(), threading.Event()

    def sleeping(_seconds: float) -> None:
        resting.set()
        over.wait(30)

    def one() -> None:
        with gate.passed(1, 0):
            inside.set()

    threads = [threading.Thread(target=gate.rest, args=(sleeping, 5.0)), threading.Thread(target=one)]
    threads[0].start()
    assert resting.wait(30)
    threads[1].start()
    assert not inside.wait(0.05)
    over.set()
    for thread in threads:
        thread.join()
    assert inside.is_set()


def moved(online: Online, name: str, gate: MailboxGate, messages: int) -> None:
    """A mailbox filled and read, by as many requests as it takes."""
    patience = Patience(sleep=gate._sleep)
    with open_graph_mailbox(online.settings(), name, SECRET, patience, gate) as target:
        refs = target.append(INBOX, [new(message(number, text="x" * 2_000)) for number in range(messages)])
        assert len(list(target.fetch(INBOX, [str(ref) for ref in refs]))) == messages
        assert {entry.ref for entry in target.changes(INBOX, None).entries} == set(refs)


@pytest.mark.parametrize(
    ("many", "messages", "limits"),
    [
        (3, 4, Limits(at_once=2, requests=8, requests_window_s=600, upload_bytes=15_000, upload_window_s=300)),
        pytest.param(20, 60, SMALL, marks=pytest.mark.heavy),
    ],
    ids=("three", "twenty"),
)
def test_mailboxes_stay_within_what_the_service_measures(
    tmp_path: Path, many: int, messages: int, limits: Limits
) -> None:
    """Both sides have the same small limits and the same hours; the service refuses nothing, and finds nobody beyond them."""
    same = MailLimits(**{name: getattr(limits, name) for name in limits.__slots__})
    with running_online(tmp_path, many, limits=same, page=4) as online:
        clock, lock = online.simulator.clock, threading.Lock()
        slept: list[float] = []

        def sleep(seconds: float) -> None:
            with lock:
                slept.append(seconds)
                clock.move_to(clock.now() + timedelta(seconds=seconds))

        gates = {name: MailboxGate(limits, lambda: clock.now().timestamp(), sleep) for name in online.addresses}
        with ThreadPoolExecutor(many) as pool:
            list(pool.map(lambda name: moved(online, name, gates[name], messages), online.addresses))
        told = online.simulator.site.mailboxes.told_now()
    assert set(told) == set(online.addresses)
    assert slept
    for use in told.values():
        assert use["refused"] == {}
        assert use["most_at_once"] <= limits.at_once
        assert use["most_requests"] <= limits.requests
        assert 0 < use["most_bytes"] <= limits.upload_bytes


def test_the_service_notices_who_keeps_to_nothing() -> None:
    """The measure of the test above."""
    meter = Meter(MailLimits(requests=6, upload_bytes=100), MovableClock(BEGIN))
    assert [meter.enter("anna", 1, 10) for _ in range(4)] == [None] * 4
    fifth = meter.enter("anna", 1, 10)
    assert fifth is not None
    assert (fifth.answer.status, fifth.answer.headers["Retry-After"]) == (429, "1")
    for _ in range(5):
        meter.leave("anna", 1)
    assert meter.enter("anna", 20, 0) is not None
    meter.leave("anna", 20)
    assert meter.enter("bengt", 1, 90) is None
    assert meter.enter("bengt", 1, 11) is not None
    told = meter.told()
    assert told["anna"] == {
        "most_at_once": 5, "most_requests": 25, "most_bytes": 50, "refused": {"MailboxConcurrency": 1, "requests": 1},
    }  # fmt: skip
    assert told["bengt"]["refused"] == {"upload": 1}
