"""PostgreSQL and Redis of the local cluster: started, found again, killed, started again with everything that they had."""

from __future__ import annotations

import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from deployments.cluster import postgresql, redis
from deployments.cluster.killing import strike, victim
from deployments.cluster.members import members
from deployments.cluster.place import ClusterPlace, prepared


@pytest.fixture
def place(require_debian: Callable[..., str]) -> Iterator[ClusterPlace]:
    require_debian("postgresql", binary="postgres")
    require_debian("redis-server", binary="redis-server")
    home = Path(tempfile.mkdtemp(prefix="skyflytt-cluster-"))
    made = prepared(home)
    yield made
    redis.stop(made)
    postgresql.stop(made)
    shutil.rmtree(home)


@pytest.mark.long
def test_what_was_committed_outlives_a_killing(place: ClusterPlace) -> None:
    first = postgresql.start(place)
    assert postgresql.start(place) == first
    where = place.ledger_url.replace("+psycopg", "")
    with psycopg.connect(where) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS one")
    member = victim("postgresql", members(place, 0))
    assert member is not None
    assert strike("postgresql", member) > 1
    assert postgresql.running(place) is None

    assert postgresql.start(place) != first

    with psycopg.connect(where) as connection:
        assert connection.execute("SELECT one FROM kept").fetchone() == (1,)
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(where.replace(place.password("postgresql"), "guessed"))


def test_a_message_that_redis_took_outlives_a_killing(place: ClusterPlace) -> None:
    redis.start(place)
    assert said(place, "XADD events * data told") != "-"
    member = victim("redis", members(place, 0))
    assert member is not None
    strike("redis", member)
    assert redis.running(place) is None

    redis.start(place)

    assert said(place, "XLEN events") == ":1"
    assert redis.stop(place)
    assert not redis.stop(place)


def said(place: ClusterPlace, command: str) -> str:
    with socket.create_connection(("127.0.0.1", place.port("redis")), timeout=5) as asked:
        asked.sendall(f"AUTH {place.password('redis')}\r\n{command}\r\n".encode())
        with asked.makefile() as answer:
            assert answer.readline() == "+OK\n"
            return answer.readline().strip()
