"""A lease is renewed for as long as it is held, given back at once, and no reason for a step to fail."""

from __future__ import annotations

from itertools import count
from uuid import UUID

import httpx
import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import GlobalConcurrencyLimitCreate, GlobalConcurrencyLimitUpdate

from blocks import lease
from blocks.lease import lent
from tests.flows.history import wait_until

pytestmark = [pytest.mark.prefect, pytest.mark.usefixtures("prefect_harness")]

NUMBERS = count(1)


@pytest.fixture
def name() -> str:
    name = f"probe-lease-{next(NUMBERS)}"
    with get_client(sync_client=True) as client:
        client.create_global_concurrency_limit(GlobalConcurrencyLimitCreate(name=name, limit=3))
    return name


def taken(name: str) -> int:
    with get_client(sync_client=True) as client:
        return client.read_global_concurrency_limit_by_name(name).active_slots


def test_all_or_none(name: str) -> None:
    with lent([name], 2) as first, lent([name], 2) as second, lent([name], 1) as third:
        assert (first, second, third) == (True, False, True)
        assert taken(name) == 3
    assert taken(name) == 0


def test_more_than_there_are_is_none_and_one_of_nothing_is_an_error(name: str) -> None:
    with lent([name], 4) as all_of_them:
        assert all_of_them is False
    with get_client(sync_client=True) as client:
        client.update_global_concurrency_limit(name, GlobalConcurrencyLimitUpdate(limit=0))
    with pytest.raises(httpx.HTTPStatusError), lent([name], 1):
        pass


def test_what_is_held_is_renewed_and_what_is_given_back_is_not(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    renewed: list[UUID] = []
    monkeypatch.setattr(lease, "RENEW_AFTER_S", 0.05)
    monkeypatch.setattr(lease, "_renewals", lease._Renewals())
    renew = lease._renew
    monkeypatch.setattr(lease, "_renew", lambda one: renewed.append(one) or renew(one))
    with lent([name], 1):
        (held,) = lease._renewals._held
        wait_until(lambda: renewed.count(held) >= 2)
    assert lease._renewals._held == {}
    assert renew(held), "the server knows it no more, and says so"


def test_a_server_that_is_away_is_told_to_nobody_but_the_log(
    name: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with lent([name], 1):
        monkeypatch.setattr(lease, "get_client", away)
    assert "ends by itself" in caplog.text


def away(**_given: object) -> object:
    raise httpx.ConnectError("nobody answers")
