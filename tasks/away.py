"""Prefect's server may be away for some time: it is being started again, or its machine is. What a run does then is wait, and begin anew."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import httpx
from prefect.exceptions import PrefectHTTPStatusError
from prefect.settings import PREFECT_API_URL

PATIENCE_S = 900.0
POLL_S = 2.0


def is_away(error: BaseException) -> bool:
    """Whether the error, or one that it came of, is that Prefect's server did not answer."""
    return any(_of_the_server(one) for one in _chain(error))


def wait_for_server(patience_s: float = PATIENCE_S, sleep: Callable[[float], None] = time.sleep) -> bool:
    """Until it is healthy again; False when it was not in that time."""
    deadline = time.monotonic() + patience_s
    while not _healthy():
        if time.monotonic() > deadline:
            return False
        sleep(POLL_S)
    return True


def _healthy() -> bool:
    try:
        return httpx.get(f"{PREFECT_API_URL.value()}/health", timeout=5.0, trust_env=False).is_success
    except httpx.TransportError:
        return False


def _of_the_server(error: BaseException) -> bool:
    if isinstance(error, PrefectHTTPStatusError):
        return error.response.is_server_error
    if not isinstance(error, httpx.TransportError):
        return False
    try:
        url = str(error.request.url)
    except RuntimeError:
        return False
    return url.startswith(str(PREFECT_API_URL.value()))


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__
