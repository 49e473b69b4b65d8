"""An Exchange read by IMAP."""

from __future__ import annotations

import pytest

from skyflytt.concern.mailbox_facts import Route, RouteState
from tests.concern.given import facts, found, mailbox, project

ANSWERS = Route("Exchange Web Services", RouteState.ANSWERS, "at https://old.example.com/EWS; nobody signed in")


def test_the_other_service_answers() -> None:
    (concern,) = found("mail_exchange_by_imap", facts(mailbox(other_routes=(ANSWERS,))))
    assert concern.subject == "mailbox anna"
    assert concern.found == "Exchange Web Services answers at https://old.example.com/EWS; nobody signed in."


@pytest.mark.parametrize("state", [RouteState.ABSENT, RouteState.FAILED])
def test_it_does_not(state: RouteState) -> None:
    assert not found("mail_exchange_by_imap", facts(mailbox(other_routes=(Route("Exchange Web Services", state),))))
    assert not found("mail_exchange_by_imap", facts(mailbox()))


def test_an_exchange_that_speaks_imap_too_is_no_concern() -> None:
    data = project().model_dump(mode="json", include={"servers", "mailboxes"})
    anna = next(one for one in data["mailboxes"] if one["name"] == "anna")
    data["servers"][anna["source"]["server"]] = {"kind": "ews", "url": "https://old.example.com/EWS/Exchange.asmx"}
    imap = Route("IMAP", RouteState.ANSWERS, "at old.example.com:993")
    assert not found("mail_exchange_by_imap", facts(mailbox(other_routes=(imap,)), of=project(**data)))
