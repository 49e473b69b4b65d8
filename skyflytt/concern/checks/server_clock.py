"""Servers whose clock is not ours."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.concern.concern import Category, Concern
from skyflytt.concern.facts import Facts
from skyflytt.concern.words import hours

ID = "server.clock-differs"
CATEGORY = Category.WARNING
TITLE = "A server's clock is wrong"
MEANING = (
    "The server's clock and this machine's differ by more than two minutes. Sign-ins that go by the hour fail (S3, "
    "Kerberos, one-time codes), and times of modification mislead passes that go by them."
)
ADVICE = (
    "See which of the two is wrong, and have it take its time from a time server. This machine's can be compared "
    "with any public clock."
)

MOST_S = 120


def check(facts: Facts) -> Iterator[Concern]:
    for server in facts.around.servers:
        if server.ahead_s is not None and abs(server.ahead_s) > MOST_S:
            sense = "ahead of" if server.ahead_s > 0 else "behind"
            found = f"Its clock is {hours(abs(server.ahead_s) / 3600)} {sense} this machine's."
            yield Concern(ID, CATEGORY, f"server {server.name}", found)
