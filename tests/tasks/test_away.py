"""Prefect's server away, told from any other silence."""

from __future__ import annotations

import httpx
import pytest
from prefect.exceptions import PrefectHTTPStatusError
from prefect.settings import PREFECT_API_URL, temporary_settings

from skyflytt.sandbox import ports
from tasks.away import is_away, wait_for_server

API = "http://127.0.0.1:4299/api"


@pytest.fixture(autouse=True)
def _at_this_server() -> object:
    with temporary_settings({PREFECT_API_URL: API}):
        yield


def status(code: int) -> PrefectHTTPStatusError:
    request = httpx.Request("GET", f"{API}/flows")
    answer = httpx.Response(code, request=request)
    return PrefectHTTPStatusError.from_httpx_error(httpx.HTTPStatusError("no", request=request, response=answer))


def test_the_server_does_not_answer() -> None:
    assert is_away(httpx.ConnectError("refused", request=httpx.Request("GET", f"{API}/flows")))
    assert is_away(status(503))


def test_another_error_may_come_of_it() -> None:
    error = RuntimeError("Unable to load the block")
    error.__cause__ = status(502)
    assert is_away(error)


def test_somebody_else_does_not_answer() -> None:
    assert not is_away(
        httpx.ConnectError("refused", request=httpx.Request("GET", "https://graph.microsoft.com/v1.0/me"))
    )
    assert not is_away(status(404))
    assert not is_away(ValueError("something else"))


def test_waiting_ends_with_the_patience() -> None:
    with temporary_settings({PREFECT_API_URL: f"http://127.0.0.1:{ports.choose(())}/api"}):
        assert not wait_for_server(0.0, sleep=lambda _: None)
