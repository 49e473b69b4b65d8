"""Certificates that end before the move does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from skyflytt.concern.concern import Category, Concern
from skyflytt.concern.facts import Facts
from skyflytt.concern.words import days
from skyflytt.deadline.notice import service_end

ID = "server.certificate-ends"
CATEGORY = Category.WARNING
TITLE = "A certificate ends soon"
MEANING = (
    "The server's certificate ends before service does. From that day on connections to it are refused, by people's "
    "programs and by passes."
)
ADVICE = (
    "Ask whoever runs the server to renew it in time; at a provider that is being left nobody may think of it any more."
)

LEAST = timedelta(days=30)


def check(facts: Facts) -> Iterator[Concern]:
    contract = facts.project.contract
    until = max(service_end(contract.notice_given, contract.notice, facts.project.zone), facts.at + LEAST)
    for server in facts.around.servers:
        ends = server.certificate_ends
        if ends is not None and ends < until:
            left = (
                f"ended on {ends:%Y-%m-%d}"
                if ends <= facts.at
                else f"ends on {ends:%Y-%m-%d}, in {days(ends - facts.at)}"
            )
            yield Concern(
                ID, CATEGORY, f"server {server.name}", f"The certificate of {server.host}:{server.port} {left}."
            )
