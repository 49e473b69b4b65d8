"""An Exchange, here or online, without an export of items."""

from __future__ import annotations

from typing import Any

import pytest

from skyflytt.concern.measured import Measured
from skyflytt.project.model import Project
from tests.concern.given import facts, found, mailbox, project

SERVERS = (
    {"kind": "ews", "url": "https://old.example.com/EWS/Exchange.asmx"},
    {"kind": "graph", "tenant": "norrsken.example", "client_id": "app"},
)


@pytest.fixture(params=SERVERS, ids=lambda one: one["kind"])
def exchange(request: pytest.FixtureRequest) -> Project:
    data: dict[str, Any] = project().model_dump(mode="json", include={"servers", "mailboxes"})
    anna = next(one for one in data["mailboxes"] if one["name"] == "anna")
    data["servers"][anna["source"]["server"]] = request.param
    return project(**data)


def test_some_or_all_by_mime(exchange: Project) -> None:
    for measured, which in (
        (
            Measured(sampled=20, sampled_streams=3, sampled_built=5),
            "17 of 20 sampled items came without a FastTransfer stream",
        ),
        (
            Measured(sampled=17, sampled_built=5),
            "The server exported none of 17 sampled items as a FastTransfer stream",
        ),
    ):
        (concern,) = found("mail_without_streams", facts(mailbox(measured=measured), of=exchange))
        how = "5 came with the properties that it names, 12 as MIME alone."
        assert (concern.subject, concern.found) == ("mailbox anna", f"{which}: {how}")


def test_nothing_with_streams_or_nothing_read(exchange: Project) -> None:
    for measured in (Measured(sampled=20, sampled_streams=20), Measured()):
        assert not found("mail_without_streams", facts(mailbox(measured=measured), of=exchange))


def test_nobody_expects_streams_of_imap() -> None:
    assert not found("mail_without_streams", facts(mailbox(measured=Measured(sampled=20))))
