"""Asking: pages, waits, batches with errors inside, answers that are none, and tokens that go nowhere else."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest

from skyflytt.errors.connection import ConnectionLost, ServerBusy
from skyflytt.errors.graph import GraphAnswerWrong
from skyflytt.graph import GraphClient, Refused, open_graph
from skyflytt.graph.client import BATCH, Ask
from skyflytt.graph.refusal import refusal
from skyflytt.sandbox.servers.graph.faults import Fault
from tests.graph.simulator import SECRET, Simulator, number


@pytest.fixture
def client(graph: Simulator) -> Iterator[GraphClient]:
    with open_graph(graph.settings(), SECRET, graph.patience) as opened:
        yield opened


def test_pages_are_followed_with_what_was_asked_for(graph: Simulator, client: GraphClient) -> None:
    found = list(client.pages("/users", {"$select": "id,displayName", "$top": "2"}))
    assert [one["id"] for one in found] == [number(index) for index in range(1, 8)]
    assert all(set(one) == {"id", "displayName"} for one in found)
    assert graph.site.asked["GET /users"] == 4


@pytest.mark.parametrize("status", [429, 503, 504])
def test_a_busy_service_is_waited_for(graph: Simulator, client: GraphClient, status: int) -> None:
    graph.faults(Fault(request="GET /users", status=status, retry_after="7", skip=1, times=2))
    assert len(list(client.pages("/users"))) == 7
    assert graph.waits == [7, 7]


@pytest.mark.parametrize(("said", "tried"), [("7", 3), ("3600", 1)])
def test_waiting_ends(graph: Simulator, client: GraphClient, said: str, tried: int) -> None:
    graph.faults(Fault(request="GET /users", retry_after=said, times=9))
    with pytest.raises(ServerBusy, match="TooManyRequests") as told:
        list(client.pages("/users"))
    assert told.value.retry_after_s == float(said)
    assert graph.site.asked["GET /users"] == tried


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "12"}, 12),
        ({"retry-after": "-3"}, 0),
        ({"Retry-After": "Sun, 22 Nov 2026 09:00:30 GMT", "Date": "Sun, 22 Nov 2026 09:00:00 GMT"}, 30),
        ({"Retry-After": "soon"}, None),
        ({}, None),
    ],
)
def test_how_long_a_busy_service_asks_to_wait(headers: dict[str, str], seconds: float | None) -> None:
    assert refusal(429, headers, None).retry_after_s == seconds


def test_a_refusal_has_its_innermost_code_and_its_request(client: GraphClient) -> None:
    with pytest.raises(Refused) as told:
        client.get("/users/nobody@norrsken.example")
    assert (told.value.status, told.value.code) == (404, "Request_ResourceNotFound")
    assert told.value.request_id in str(told.value)
    inner = {"error": {"code": "outer", "message": "m", "innerError": {"code": "inner"}}}
    assert refusal(400, {}, inner).code == "inner"


@pytest.mark.parametrize("body", [None, [], {"error": "text"}, {"error": {"innerError": 7}}, "<html>"])
def test_a_refusal_in_another_form_is_told_by_its_status(body: Any) -> None:
    assert str(refusal(500, {}, body)) == "HTTP 500, it gives no reason"


@pytest.mark.parametrize("kind", ["no-json", "error-200", "cut"])
def test_answers_that_say_success_and_are_none(graph: Simulator, client: GraphClient, kind: Any) -> None:
    graph.faults(Fault(kind=kind, request="GET /users", code="UnknownError", skip=1))
    failure = {"no-json": GraphAnswerWrong, "error-200": Refused, "cut": ConnectionLost}[kind]
    with pytest.raises(failure):
        list(client.pages("/users"))


def test_the_token_goes_to_no_other_host(graph: Simulator, client: GraphClient) -> None:
    graph.faults(Fault(kind="link", request="GET /users", to="https://graph.example.net/v1.0/users?$skiptoken=3"))
    with pytest.raises(GraphAnswerWrong, match=r"graph\.example\.net"):
        list(client.pages("/users"))


def test_pages_that_go_round_end(graph: Simulator, client: GraphClient) -> None:
    graph.faults(Fault(kind="link", request="GET /users", to=f"{graph.url}/v1.0/users?$skiptoken=0", times=9))
    with pytest.raises(GraphAnswerWrong, match="circle"):
        list(client.pages("/users"))


def test_a_batch_answers_each_by_itself_in_the_order_asked(graph: Simulator, client: GraphClient) -> None:
    asks = [Ask(f"/users/{number(index % 8)}?$select=id") for index in range(BATCH + 5)]
    answers = client.batch(asks)
    assert [one.status if isinstance(one, Refused) else one["id"] for one in answers] == [
        404 if index % 8 == 0 else number(index % 8) for index in range(BATCH + 5)
    ]
    assert graph.site.asked["POST /$batch"] == 2


def test_only_what_was_too_much_in_a_batch_is_asked_again(graph: Simulator, client: GraphClient) -> None:
    graph.faults(Fault(request=f"GET /users/{number(2)}", inside=True, retry_after="4"))
    answers = client.batch([Ask(f"/users/{number(index)}") for index in (1, 2, 3)])
    assert [one["id"] for one in answers if isinstance(one, dict)] == [number(index) for index in (1, 2, 3)]
    assert graph.waits == [4]
    assert graph.site.asked[f"$batch: GET /users/{number(1)}"] == 1
    assert graph.site.asked[f"$batch: GET /users/{number(2)}"] == 2


def test_a_batch_that_stays_too_much_is_told(graph: Simulator, client: GraphClient) -> None:
    graph.faults(Fault(request="GET /users/.*", inside=True, times=99))
    with pytest.raises(ServerBusy):
        client.batch([Ask(f"/users/{number(1)}")])


def test_a_batch_carries_bodies(graph: Simulator, client: GraphClient) -> None:
    body = {"addLicenses": [], "removeLicenses": [graph.state.users[number(1)].licences[0]]}
    first, second = client.batch([Ask(f"/users/{number(1)}/assignLicense", "POST", body)] * 2)
    assert not isinstance(first, Refused)
    assert isinstance(second, Refused)
    assert "corresponding license" in second.words


@pytest.mark.parametrize(("status", "named", "tried"), [(429, None, 2), (503, "5", 2), (503, None, 1), (504, "5", 1)])
def test_what_may_have_been_carried_out_is_not_sent_again(
    graph: Simulator, client: GraphClient, status: int, named: str | None, tried: int
) -> None:
    path = f"/users/{number(1)}/assignLicense"
    graph.faults(Fault(request=f"POST {path}", status=status, retry_after=named))
    body = {"addLicenses": [], "removeLicenses": []}
    if tried == 1:
        with pytest.raises(ServerBusy, match="may have been carried out"):
            client.post(path, body)
        graph.faults(Fault(request=f"POST {path}", status=status, retry_after=named))
        client.post(path, body, again=True)
    else:
        client.post(path, body)
        assert graph.waits == [10 if named is None else float(named)]


def test_logs_have_no_token_in_them(graph: Simulator, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with open_graph(graph.settings(), SECRET, graph.patience) as client:
        list(client.pages("/users"))
    assert "/v1.0/users" in caplog.text
    assert SECRET not in caplog.text
    assert not any(token in caplog.text for token in graph.tokens.issued)
