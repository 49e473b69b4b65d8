"""Exchange Web Services at Exchange Online, by the day."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import yaml

from skyflytt.project.model import Project
from tests.concern.given import EXAMPLE, facts, found, project


def online(**changes: Any) -> Project:
    servers = yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))["servers"]
    return project(servers={**servers, "old-mail": {"kind": "ews", **changes}})


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (
            datetime(2026, 9, 1, tzinfo=UTC),
            "blocked by default from 2026-10-01; 212 days are left until it ends on 2027-04-01",
        ),
        (datetime(2026, 11, 22, tzinfo=UTC), "blocked by default; 130 days are left until it ends on 2027-04-01"),
        (datetime(2027, 4, 1, tzinfo=UTC), "switched off on 2027-04-01"),
    ],
)
def test_by_the_day(at: datetime, words: str) -> None:
    of = online(url="https://outlook.office365.com/EWS/Exchange.asmx")
    (concern,) = found("mail_exchange_online", facts(of=of, at=at))
    assert concern.found == f"2 mailboxes over Exchange Web Services of Exchange Online, {words}."
    assert (concern.subject, concern.examples) == ("server old-mail", ("anna", "bengt"))


def test_autodiscover_leads_there_too() -> None:
    assert found("mail_exchange_online", facts(of=online(autodiscover="autodiscover-s.outlook.com")))


def test_a_hosted_exchange_goes_on() -> None:
    assert not found("mail_exchange_online", facts(of=online(url="https://mail.hosted.example/EWS/Exchange.asmx")))
    assert not found("mail_exchange_online", facts())
