"""The keeper of a bucket's drops, by what the customer gets."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from skyflytt.deadline.clock import Clock
from skyflytt.drop.keeper import AccountKeeper
from skyflytt.drop.presigned_index import open_presigned_index
from skyflytt.drop.s3.own_user import open_own_user
from skyflytt.drop.s3.temporary import open_temporary
from skyflytt.project.servers import S3Server


@contextmanager
def open_s3_keeper(server: S3Server, secret: str | None, clock: Clock) -> Iterator[AccountKeeper]:
    """`secret` is the secret half of the operator's access key."""
    if server.hand_out == "temporary":
        with open_temporary(server, secret, clock) as temporary:
            yield temporary
    elif server.hand_out == "user":
        with open_own_user(server, secret, clock) as own:
            yield own
    else:
        with open_presigned_index(server, secret, clock) as links:
            yield links
