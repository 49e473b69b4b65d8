"""Start, stop, restart; autodiscover."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import exchangelib
import pytest
import requests
from exchangelib import Message
from exchangelib.autodiscover.protocol import AutodiscoverProtocol
from exchangelib.services import GetUserSettings

from skyflytt.deadline.clock import FileClock
from skyflytt.sandbox import processes
from skyflytt.sandbox.exchange import running
from skyflytt.sandbox.exchange.running import Exchange
from skyflytt.sandbox.failures import ServerDidNotStart

from .conftest import ANNA, BENGT, PASSWORD, SETTINGS, impersonated

pytestmark = pytest.mark.real
POX = """<?xml version="1.0"?><Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006">
<Request><EMailAddress>{}</EMailAddress></Request></Autodiscover>"""


def test_a_restart_keeps_everything(launch: Callable[..., Exchange], tmp_path: Path) -> None:
    first = launch(SETTINGS, tmp_path)
    account = impersonated(first, ANNA)
    item = Message(account=account, folder=account.inbox, subject="kept").save()
    ((_, before),) = account.inbox.sync_items()
    state = account.inbox.item_sync_state
    assert running.stop(first)
    assert processes.find(first.process) is None
    assert not running.stop(first)
    again = impersonated(launch(SETTINGS, tmp_path), ANNA)
    assert list(again.inbox.sync_items(sync_state=state)) == []
    assert [found.id for found in again.inbox.all()] == [item.id] == [before.id]


def test_a_server_that_cannot_start_says_why(launch: Callable[..., Exchange], exchange: Exchange) -> None:
    with pytest.raises(ServerDidNotStart, match="is taken"):
        launch(SETTINGS, port=exchange.port)


def test_the_hour_is_that_of_the_clock_file(launch: Callable[..., Exchange], tmp_path: Path) -> None:
    clock = tmp_path / "clock"
    FileClock(clock).move_to(datetime(2026, 9, 1, 8, 0, tzinfo=UTC))
    account = impersonated(launch(SETTINGS, clock_file=clock), BENGT)
    Message(account=account, folder=account.inbox, subject="s").save()
    (item,) = account.inbox.all()
    assert item.datetime_received == exchangelib.EWSDateTime(2026, 9, 1, 8, 0, tzinfo=exchangelib.UTC)


def test_autodiscover_by_soap_names_the_endpoint(exchange: Exchange) -> None:
    protocol = AutodiscoverProtocol(
        config=exchangelib.Configuration(
            service_endpoint=f"https://localhost:{exchange.port}/autodiscover/autodiscover.svc",
            credentials=exchangelib.Credentials(ANNA, PASSWORD),
            auth_type=exchangelib.BASIC,
            version=exchangelib.Version(exchangelib.Build(15, 1)),
            retry_policy=exchangelib.protocol.FailFast(),
        )
    )
    found = GetUserSettings(protocol=protocol).get(
        users=[ANNA], settings=["user_dn", "auto_discover_smtp_address", "external_ews_url", "ews_supported_schemas"]
    )
    assert found.ews_url == exchange.url
    assert found.autodiscover_smtp_address == ANNA


def test_autodiscover_by_pox_names_the_endpoint(exchange: Exchange, certificates: Path) -> None:
    def ask(address: str) -> str:
        return requests.post(
            f"https://localhost:{exchange.port}/autodiscover/autodiscover.xml",
            data=POX.format(address),
            auth=(ANNA, PASSWORD.encode()),
            verify=str(certificates / "ca.pem"),
            timeout=10,
        ).text

    assert exchange.url in ask(ANNA)
    assert "ErrorCode>500" in ask("nobody@sandbox.example")


def test_a_server_may_keep_the_bytes_until_an_item_is_changed(launch: Callable[..., Exchange]) -> None:
    account = impersonated(launch(SETTINGS.model_copy(update={"mime": "kept"})), BENGT)
    raw = b"Subject: s\r\nFrom: a@b.example\r\nX-Last: 1\r\n\r\ntext\r\n"
    Message(account=account, folder=account.inbox, mime_content=raw).save()
    (item,) = account.inbox.all()
    assert item.mime_content == raw
    item.subject = "t"
    item.save(update_fields=["subject"])
    assert b"Subject: t" in account.inbox.get(subject="t").mime_content
