"""Slots of Prefect's limits, lent for a minute and renewed for as long as they are held.

Prefect's own `concurrency` makes two clients, a thread and an event loop for each: a tenth of a second in every step, where the question itself
takes fifteen milliseconds. Here the client of the step that asks is used, and one thread renews for all steps of the process.
"""

from __future__ import annotations

import contextvars
import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import UUID

import httpx
from prefect.client.orchestration import get_client
from prefect.exceptions import PrefectHTTPStatusError

LEASE_S = 60.0
"""The shortest that Prefect lends for."""
RENEW_AFTER_S, TIMEOUT_S = 30.0, 20.0
AWAY = (httpx.TransportError, PrefectHTTPStatusError)
logger = logging.getLogger("skyflytt.lease")


@contextmanager
def lent(names: list[str], slots: int) -> Iterator[bool]:
    """So many slots of each of the limits, or of none; whether there were as many."""
    lease = _take(names, slots)
    if lease is None:
        yield False
        return
    _renewals.keep(lease)
    try:
        yield True
    finally:
        _renewals.forget(lease)
        _give_back(lease)


def _take(names: list[str], slots: int) -> UUID | None:
    with get_client(sync_client=True) as client:
        try:
            answer = client.increment_concurrency_slots_with_lease(names, slots, "concurrency", LEASE_S)
        except httpx.HTTPStatusError as error:
            # The second: more than the limit has in all, which is one that somebody has lowered. Without any, nobody is let in.
            too_many = error.response.status_code == httpx.codes.UNPROCESSABLE_ENTITY and slots > 1
            if too_many or error.response.status_code == httpx.codes.LOCKED:
                return None
            raise
    return UUID(answer.json()["lease_id"])


def _give_back(lease: UUID) -> None:
    try:
        with get_client(sync_client=True) as client:
            client.release_concurrency_slots_with_lease(lease)
    except AWAY as error:
        logger.warning("A lease of connections ends by itself within %.0f s: %s", LEASE_S, error)


@dataclass
class _Renewals:
    """The leases that are held in this process, each with the settings of who holds it."""

    _held: dict[UUID, contextvars.Context] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _thread: threading.Thread | None = None

    def keep(self, lease: UUID) -> None:
        with self._lock:
            self._held[lease] = contextvars.copy_context()
            if self._thread is None:
                self._thread = threading.Thread(target=self._renew_all, name="leases", daemon=True)
                self._thread.start()

    def forget(self, lease: UUID) -> None:
        with self._lock:
            self._held.pop(lease, None)

    def _renew_all(self) -> None:
        while True:
            time.sleep(RENEW_AFTER_S)
            with self._lock:
                held = list(self._held.items())
            for lease, context in held:
                why_not = context.run(_renew, lease)
                with self._lock:
                    still_held = lease in self._held
                if why_not and still_held:
                    logger.warning("A lease of connections was not renewed: %s", why_not)


def _renew(lease: UUID) -> str:
    """What kept it from being renewed. A server that is away is asked again at the next turn; no step is ended for it."""
    try:
        # Not the client of the step, which ends with it: settings of its own make another one.
        with get_client(httpx_settings={"timeout": TIMEOUT_S}, sync_client=True) as client:
            client.renew_concurrency_lease(lease, LEASE_S)
    except AWAY as error:
        return str(error)
    return ""


_renewals = _Renewals()
