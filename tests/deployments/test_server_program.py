"""The server on SQLite, asked by several at once: nobody is sent away to come again later."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from deployments.stack import api, server

pytestmark = pytest.mark.prefect

LIMIT = "probe-in-turn"
TIMES = 15


def test_writers_wait_for_their_turn(prefect_harness: server.Server) -> None:
    """`httpx` comes again for nobody; Prefect's own client would hide a 503 behind a wait of two seconds."""
    with api.client(prefect_harness.home, prefect_harness.url, timeout_s=60.0) as calls:
        calls.post("/v2/concurrency_limits/", json={"name": LIMIT, "limit": 32}).raise_for_status()

        def take_and_give_back(_turn: int) -> list[int]:
            body = {"names": [LIMIT], "slots": 1, "mode": "concurrency", "lease_duration": 60}
            taken = calls.post("/v2/concurrency_limits/increment-with-lease", json=body)
            if taken.status_code != httpx.codes.OK:
                return [taken.status_code]
            lease = {"lease_id": taken.json()["lease_id"]}
            given = calls.post("/v2/concurrency_limits/decrement-with-lease", json=lease)
            return [taken.status_code, given.status_code]

        with ThreadPoolExecutor(8) as pool:
            answers = Counter(code for codes in pool.map(take_and_give_back, range(8 * TIMES)) for code in codes)

        assert answers == {httpx.codes.OK: 8 * TIMES, httpx.codes.NO_CONTENT: 8 * TIMES}
