"""Faults on demand, as a client of Exchange meets them."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import exchangelib
import pytest
import requests
from exchangelib import FaultTolerance, Message
from exchangelib.errors import (
    ErrorExceededConnectionCount,
    ErrorItemCorrupt,
    ErrorQuotaExceeded,
    ErrorServerBusy,
    ErrorTimeoutExpired,
    UnauthorizedError,
)

from skyflytt.sandbox.exchange.faults import RULES, TRUNCATED, Rule
from skyflytt.sandbox.exchange.running import Exchange
from skyflytt.sandbox.exchange.settings import Limits

from .conftest import ANNA, PASSWORD, SETTINGS, impersonated

pytestmark = pytest.mark.real
SYNC = """<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"
 xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types" xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages">
<s:Body><m:SyncFolderItems><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape>
<m:SyncFolderId><t:DistinguishedFolderId Id="inbox"/></m:SyncFolderId><m:MaxChangesReturned>10</m:MaxChangesReturned>
</m:SyncFolderItems></s:Body></s:Envelope>"""


@pytest.fixture
def messages(account: exchangelib.Account) -> list[Message]:
    return [Message(account=account, folder=account.inbox, subject=f"nr {number}").save() for number in range(6)]


@pytest.mark.parametrize("in_body", [False, True])
def test_a_busy_server_says_how_long(
    account: exchangelib.Account, messages: list[Message], exchange: Exchange, in_body: bool
) -> None:
    exchange.add_faults([Rule(kind="server-busy", operations=("ExportItems",), milliseconds=7000, in_body=in_body)])
    caught = account.export(messages[:1]) if in_body else None
    if in_body:
        assert isinstance(caught[0], ErrorServerBusy)
    else:
        with pytest.raises(ErrorServerBusy) as busy:
            account.export(messages[:1])
        assert busy.value.back_off == 7
    assert isinstance(account.export(messages[:1])[0], str)


def test_a_patient_client_waits_as_long_as_it_is_told(address: str, exchange: Exchange) -> None:
    account = impersonated(exchange, address, FaultTolerance(max_wait=60))
    _ = account.inbox
    exchange.add_faults([Rule(kind="server-busy", milliseconds=1200, times=1)])
    began = time.monotonic()
    assert account.inbox.all().count() == 0
    assert 1.1 < time.monotonic() - began < 6


def test_unavailable_comes_with_retry_after(address: str, exchange: Exchange) -> None:
    account = impersonated(exchange, address, FaultTolerance(max_wait=60))
    _ = account.inbox
    exchange.add_faults([Rule(kind="unavailable", milliseconds=1000)])
    began = time.monotonic()
    assert account.inbox.all().count() == 0
    assert time.monotonic() - began > 0.9
    quick = impersonated(exchange, address)
    _ = quick.inbox
    exchange.add_faults([Rule(kind="unavailable")])
    with pytest.raises(ErrorServerBusy, match="HTTP 503"):
        quick.inbox.all().count()


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("connection-count", ErrorExceededConnectionCount),
        ("timeout", ErrorTimeoutExpired),
        ("unauthorized", UnauthorizedError),
    ],
)
def test_refusals(account: exchangelib.Account, exchange: Exchange, kind: str, error: type[Exception]) -> None:
    account.protocol.config.retry_policy = exchangelib.protocol.FailFast()
    _ = account.inbox
    exchange.add_faults([Rule(kind=kind, times=1)])  # type: ignore[arg-type]
    with pytest.raises(error):
        list(account.inbox.sync_items())


def test_batches_that_are_too_large_time_out(address: str, messages: list[Message], exchange: Exchange) -> None:
    account = impersonated(exchange, address, connections=1)
    exchange.add_faults([Rule(kind="timeout", operations=("ExportItems",), above=3, times=None)])
    with pytest.raises(ErrorTimeoutExpired):
        account.export(messages)
    assert all(isinstance(data, str) for data in account.export(messages, chunk_size=3))


@pytest.mark.parametrize("where", ["text", "bytes"])
def test_truncation_is_silent(
    account: exchangelib.Account, messages: list[Message], exchange: Exchange, where: str
) -> None:
    (whole,) = account.export(messages[:1])
    exchange.add_faults([Rule(kind="truncated", subject="nr 0", where=where)])  # type: ignore[arg-type]
    cut, other = account.export(messages[:2])
    assert isinstance(other, str)
    assert len(cut) < len(whole)
    assert cut.endswith(TRUNCATED) == (where == "text")
    assert account.export(messages[:1]) == [whole]


def test_items_fail_one_by_one(account: exchangelib.Account, messages: list[Message], exchange: Exchange) -> None:
    exchange.add_faults([Rule(kind="item", subject="nr 2", times=None), Rule(kind="item", subject="nr 4", times=None)])
    exported = account.export(messages)
    assert [isinstance(data, ErrorItemCorrupt) for data in exported] == [False, False, True, False, True, False]
    fetched = list(account.fetch(messages))
    assert [isinstance(item, ErrorItemCorrupt) for item in fetched] == [False, False, True, False, True, False]


def test_a_connection_is_closed_in_mid_answer(
    account: exchangelib.Account, messages: list[Message], exchange: Exchange
) -> None:
    exchange.add_faults([Rule(kind="cut-off", operations=("ExportItems",))])
    account.protocol.config.retry_policy = exchangelib.protocol.FailFast()
    with pytest.raises((ErrorTimeoutExpired, ErrorServerBusy, exchangelib.errors.TransportError)):
        impersonated(exchange, account.primary_smtp_address, connections=1).export(messages)
    assert len(account.export(messages)) == 6


@pytest.mark.parametrize("date", ["0001-01-01T00:00:00Z", "4501-01-01T00:00:00Z", "soon"])
def test_dates_are_odd(account: exchangelib.Account, messages: list[Message], exchange: Exchange, date: str) -> None:
    exchange.add_faults([Rule(kind="odd-date", subject="nr 1", date=date, times=None)])
    found = {item.subject: item.datetime_received for item in account.fetch(messages)}
    assert found["nr 0"].year >= 2026
    assert found["nr 1"] != found["nr 0"]


def test_latency_and_connections(address: str, messages: list[Message], exchange: Exchange) -> None:
    account = impersonated(exchange, address)
    _ = account.inbox
    exchange.forget_requests()
    exchange.set_latency(120)
    began = time.monotonic()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda item: account.export([item]), messages[:4]))
    assert time.monotonic() - began > 0.12
    told = exchange.requests()
    assert told["asked"]["ExportItems"] == 4
    assert max(told["most_at_once"].values()) == 4


def test_the_policy_limits_connections(launch: Callable[..., Exchange], certificates: Path) -> None:
    """Asked without exchangelib, whose session pool locks itself up when it is told so in several threads at once."""
    exchange = launch(SETTINGS.model_copy(update={"limits": Limits(connections=2), "latency_ms": 400}))

    def ask(_: int) -> tuple[int, bool]:
        answer = requests.post(
            exchange.url, data=SYNC, auth=(ANNA, PASSWORD), verify=str(certificates / "ca.pem"), timeout=20
        )
        return answer.status_code, "ErrorExceededConnectionCount" in answer.text

    with ThreadPoolExecutor(5) as pool:
        counted = list(pool.map(ask, range(5)))
    assert set(counted) == {(200, False), (500, True)}
    assert counted.count((200, False)) == 2


def test_the_quota_limits_a_mailbox(launch: Callable[..., Exchange]) -> None:
    exchange = launch(SETTINGS.model_copy(update={"limits": Limits(mailbox_bytes=5000)}))
    account = impersonated(exchange, ANNA)
    with pytest.raises(ErrorQuotaExceeded):
        Message(account=account, folder=account.inbox, mime_content=b"Subject: a\r\n\r\n" + b"x" * 6000).save()
    assert account.inbox.all().count() == 0


def test_rules_come_from_a_file_and_are_drawn_by_their_seed(launch: Callable[..., Exchange], tmp_path: Path) -> None:
    script = tmp_path / "faults.json"
    rules = [Rule(kind="server-busy", operations=("FindItem",), probability=0.5, seed=7, times=None)]
    script.write_bytes(RULES.dump_json(rules))
    outcomes = [_outcomes(impersonated(launch(SETTINGS, faults=script), ANNA)) for _ in range(2)]
    assert outcomes[0] == outcomes[1]
    assert set(outcomes[0]) == {"busy", "fine"}


def _outcomes(account: exchangelib.Account) -> list[str]:
    found = []
    for _ in range(12):
        try:
            account.inbox.all().count()
            found.append("fine")
        except ErrorServerBusy:
            found.append("busy")
    return found
