"""A server that wants to be left alone: short times are waited for and told, long ones end the pass."""

from __future__ import annotations

import pytest

from skyflytt.errors.connection import ConnectionLost, ServerBusy
from skyflytt.mail.ews.patience import spoken
from skyflytt.mail.identity import fingerprint
from skyflytt.mail.port import Fetched
from skyflytt.sandbox.exchange.faults import Rule
from tests.contract.mail_messages import message, new
from tests.mail.ews.conftest import Server

INBOX = ("INBOX",)


def filled(server: Server, name: str, count: int) -> list[str]:
    with server.target(name) as target:
        return [str(ref) for ref in target.append(INBOX, [new(message(number)) for number in range(count)])]


def fetched(server: Server, name: str, refs: list[str], **values: object) -> list[str]:
    with server.source(name, **values) as source:
        return [fingerprint(one.raw).fingerprint for one in source.fetch(INBOX, refs) if isinstance(one, Fetched)]


@pytest.mark.parametrize("in_body", [True, False])
def test_a_back_off_is_obeyed_and_told(server: Server, name: str, in_body: bool) -> None:
    refs = filled(server, name, 3)
    server.rules(
        Rule(kind="server-busy", operations=("ExportItems",), milliseconds=280_000, skip=1, times=2, in_body=in_body)
    )
    assert len(fetched(server, name, refs, connections=1)) == 3
    assert server.slept == [280.0, 280.0]
    assert server.sentences == [f"localhost:{server.exchange.port} asks us to wait 5 min"] * 2


@pytest.mark.parametrize("in_body", [True, False])
def test_a_long_back_off_ends_the_pass(server: Server, name: str, in_body: bool) -> None:
    refs = filled(server, name, 3)
    server.rules(Rule(kind="server-busy", operations=("ExportItems",), milliseconds=900_000, in_body=in_body))
    with pytest.raises(ServerBusy) as caught:
        fetched(server, name, refs)
    assert caught.value.retry_after_s == 900.0
    assert server.slept == []


def test_it_is_not_asked_for_ever(server: Server, name: str) -> None:
    refs = filled(server, name, 1)
    server.rules(Rule(kind="server-busy", operations=("ExportItems",), milliseconds=2_000, times=None))
    with pytest.raises(ServerBusy) as caught:
        fetched(server, name, refs, connections=1)
    assert caught.value.retry_after_s == 2.0
    assert server.slept == [2.0] * 4


def test_retry_after_of_a_503(server: Server, name: str) -> None:
    refs = filled(server, name, 2)
    server.rules(Rule(kind="unavailable", operations=("ExportItems",), milliseconds=17_000))
    assert len(fetched(server, name, refs)) == 2
    assert server.slept == [17.0]
    server.rules(Rule(kind="unavailable", operations=("ExportItems",), milliseconds=4_000_000))
    with pytest.raises(ServerBusy) as caught:
        fetched(server, name, refs)
    assert caught.value.retry_after_s == 4000.0


def test_too_many_connections(server: Server, name: str) -> None:
    refs = filled(server, name, 2)
    server.rules(Rule(kind="connection-count", operations=("ExportItems",), times=2))
    assert len(fetched(server, name, refs, connections=1)) == 2
    assert len(server.slept) == 2
    server.rules(Rule(kind="connection-count", operations=("ExportItems",), times=None))
    with pytest.raises(ServerBusy):
        fetched(server, name, refs)


def test_an_account_that_was_let_in_is_refused_for_a_while(server: Server, name: str) -> None:
    refs = filled(server, name, 2)
    server.rules(Rule(kind="unauthorized", operations=("ExportItems",), times=1))
    assert len(fetched(server, name, refs)) == 2
    assert len(server.slept) == 1
    server.exchange.clear_faults()
    server.rules(Rule(kind="unauthorized", operations=("ExportItems",), times=None))
    with pytest.raises(ServerBusy):
        fetched(server, name, refs, connections=1)
    # Twice and no more: it might be the wrong password by now.
    assert [fault["fired"] for fault in server.exchange.faults()] == [2]


def test_an_account_that_was_shut_out_does_not_knock_with_all_its_connections(server: Server, name: str) -> None:
    refs = filled(server, name, 60)
    with server.source(name, connections=3) as source:
        server.rules(Rule(kind="unauthorized", skip=1, times=None))
        with pytest.raises(ServerBusy):
            list(source.fetch(INBOX, refs))
    assert server.exchange.faults()[0]["fired"] <= 4


def test_a_batch_halves_until_it_comes_in_time(server: Server, name: str) -> None:
    refs = filled(server, name, 40)
    server.exchange.forget_requests()
    server.rules(Rule(kind="timeout", operations=("ExportItems",), above=3, times=None))
    assert len(fetched(server, name, refs, connections=1)) == 40
    fired = server.exchange.faults()[0]["fired"]
    assert 0 < fired <= 6  # what it learned it keeps for the next batches
    assert server.slept == []


def test_a_timeout_of_one_item_is_answered_by_mime(server: Server, name: str) -> None:
    refs = filled(server, name, 3)
    server.rules(Rule(kind="timeout", operations=("ExportItems",), skip=1, times=None))
    with server.source(name, connections=1) as source:
        answers = list(source.fetch(INBOX, refs))
    assert [answer.stream for answer in answers if isinstance(answer, Fetched)] == [None] * 3


def test_connections_that_break_end_the_pass(server: Server, name: str) -> None:
    refs = filled(server, name, 30)
    server.rules(Rule(kind="cut-off", operations=("ExportItems",), skip=1))
    with pytest.raises(ConnectionLost):
        fetched(server, name, refs)
    assert len(fetched(server, name, refs)) == 30


def test_busy_while_writing_writes_nothing_twice(server: Server, name: str) -> None:
    server.rules(
        Rule(kind="server-busy", operations=("UploadItems",), milliseconds=1_000, skip=1, times=2, in_body=True),
        Rule(kind="unavailable", operations=("UploadItems",), milliseconds=1_000, skip=4, times=2),
    )
    refs = filled(server, name, 25)
    with server.source(name) as source:
        assert {entry.ref for entry in source.changes(INBOX, None).entries} == set(refs)
    assert len(set(refs)) == 25
    assert server.slept


def test_threads_wait_together(server: Server, name: str) -> None:
    refs = filled(server, name, 60)
    server.rules(Rule(kind="server-busy", operations=("ExportItems",), milliseconds=3_000, skip=1, times=3))
    server.exchange.set_latency(30)
    assert len(fetched(server, name, refs, connections=3)) == 60
    assert 1 <= len(server.slept) <= 2


def test_one_connection_less_after_too_many(server: Server, name: str) -> None:
    refs = filled(server, name, 80)
    server.exchange.set_latency(20)
    server.rules(Rule(kind="connection-count", operations=("ExportItems",), skip=1, times=1))
    with server.source(name, connections=2) as source:
        assert len(list(source.fetch(INBOX, refs[:40]))) == 40
        server.exchange.forget_requests()
        assert len(list(source.fetch(INBOX, refs[40:]))) == 40
    assert server.exchange.requests()["most_at_once"][name] == 1


def test_all_connections_are_used_and_no_more(server: Server, name: str) -> None:
    refs = filled(server, name, 100)
    server.exchange.forget_requests()
    server.exchange.set_latency(40)
    assert len(fetched(server, name, refs, connections=3)) == 100
    assert server.exchange.requests()["most_at_once"][name] == 3


def test_times_are_spoken_as_people_do() -> None:
    assert [spoken(seconds) for seconds in (0.2, 45, 90, 280, 4_800)] == ["1 s", "45 s", "2 min", "5 min", "80 min"]
    assert spoken(6_000) == "1 h 40 min"
