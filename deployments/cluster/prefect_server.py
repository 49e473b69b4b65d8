"""The Prefect server of a cluster: its history in PostgreSQL, its messages in Redis."""

from __future__ import annotations

from deployments.cluster.place import HISTORY_DATABASE, ClusterPlace
from deployments.stack import place as stack_place
from deployments.stack import server, settings
from deployments.stack.process import Process
from deployments.stack.server import Server


def start(place: ClusterPlace) -> Server:
    """Kept when it is healthy, started (again) when not. Raises `DidNotStart`."""
    home = stack_place.prepared(place.prefect)
    settings.use_outside(home, outside(place))
    # Below the range of outgoing connections: one of those could have the port when the server comes back.
    if not (home / "port").exists():
        (home / "port").write_text(f"{place.port('prefect')}\n")
    return server.start(home)


def outside(place: ClusterPlace) -> dict[str, str]:
    """The server's settings beyond those of one that stands alone."""
    return {
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": place.database(HISTORY_DATABASE, "asyncpg"),
        "PREFECT_REDIS_MESSAGING_URL": place.broker_url,
        **MESSAGES,
    }


MESSAGES = {
    "PREFECT_SERVER_EVENTS_MESSAGING_BROKER": "prefect_redis.messaging",
    "PREFECT_SERVER_EVENTS_MESSAGING_CACHE": "prefect_redis.messaging",
    "PREFECT_SERVER_EVENTS_CAUSAL_ORDERING": "prefect_redis.ordering",
    "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": "prefect_redis.lease_storage",
    # One by one: what waits in the server for a fuller batch is lost when it is killed, and nobody sends it again.
    "PREFECT_REDIS_MESSAGING_PUBLISHER_BATCH_SIZE": "1",
}
"""Both the local cluster and `deployments/compose.yaml` and `deployments/systemd` use these; a test holds them equal."""


def process(place: ClusterPlace) -> Process | None:
    """The server's process, healthy or not; None when there is none."""
    return server.process(place.prefect)


def stop(place: ClusterPlace) -> bool:
    return place.prefect.exists() and server.stop(place.prefect)
