"""HTTP 200 with something that is no answer: the trouble of one request, never of the whole session."""

from __future__ import annotations

import base64

import pytest

from skyflytt.errors.mail import MessageUnreadable
from skyflytt.mail.port import Fetched, FetchFailure, Way
from skyflytt.outlook.fasttransfer import write_stream
from skyflytt.outlook.mapi import Message, tags
from tests.contract.mail_messages import message, new
from tests.mail.ews.scripted import Asked, Reply, Scripted, failed, plain_fault, response
from tests.mail.ews.test_foreign import get_item

INBOX = ("INBOX",)
REFS = [f"item-{number}" for number in range(20)]
BAD = REFS[7]
NONSENSE = Reply(b"<html><body>Please wait</body></html>")


def exported(asked: Asked) -> str:
    """A stream for each item that there is."""
    return response("ExportItems", *(stream_of(one.get("Id", "")) for one in asked.all("m:ItemIds/t:ItemId")))


def stream_of(ref: str) -> str:
    if ref not in REFS:
        return failed("ExportItems", "ErrorInvalidIdMalformed")
    stream = write_stream(Message({tags.MESSAGE_CLASS: "IPM.Note", tags.SUBJECT: ref, tags.BODY: "Hej"}))
    data = base64.b64encode(stream).decode()
    return f'<m:ItemId Id="{ref}" ChangeKey="CQAAAA=="/><m:Data>{data}</m:Data>'


def fetched(scripted: Scripted) -> dict[str, Fetched | FetchFailure]:
    with scripted.opened() as mailbox:
        answers = {answer.ref: answer for answer in mailbox.fetch(INBOX, REFS)}
    assert sorted(answers) == sorted(REFS)
    return answers


def ways(answers: dict[str, Fetched | FetchFailure]) -> dict[str, Way | None]:
    return {ref: answer.way if isinstance(answer, Fetched) else None for ref, answer in answers.items()}


@pytest.mark.parametrize("which", [0, 1, 2])
def test_one_answer_that_is_none_costs_no_stream(scripted: Scripted, which: int) -> None:
    """Whether it comes to the question for ExportItems itself or to a batch."""
    replies: list[str | Reply] = []

    def export(asked: Asked) -> str | Reply:
        replies.append(NONSENSE if len(replies) == which else exported(asked))
        return replies[-1]

    scripted.answers |= {"ExportItems": export, "GetItem": get_item}
    assert set(ways(fetched(scripted)).values()) == {Way.EXPORTED}
    assert "GetItem" not in scripted.operations()


def test_a_server_that_never_answers_it_has_no_such_operation(scripted: Scripted) -> None:
    scripted.answers |= {"ExportItems": lambda _: NONSENSE, "GetItem": get_item}
    found = ways(fetched(scripted))
    assert found.pop("item-13") is None  # which that server cannot give by any means
    assert set(found.values()) == {Way.MIME}
    assert scripted.operations().count("ExportItems") == 2


@pytest.mark.parametrize("reply", [NONSENSE, plain_fault("std::bad_alloc")], ids=["nonsense", "fault"])
@pytest.mark.parametrize("by_mime", [False, True])
def test_an_item_that_ends_the_request_of_all_comes_otherwise(scripted: Scripted, reply: Reply, by_mime: bool) -> None:
    def export(asked: Asked) -> str | Reply:
        return reply if any(one.get("Id") == BAD for one in asked.all("m:ItemIds/t:ItemId")) else exported(asked)

    def item(asked: Asked) -> str | Reply:
        content = base64.b64encode(message(7)).decode()
        made = f'<t:ItemId Id="{BAD}"/><t:MimeContent>{content}</t:MimeContent><t:ItemClass>IPM.Note</t:ItemClass>'
        return response("GetItem", f"<m:Items><t:Message>{made}</t:Message></m:Items>") if by_mime else reply

    scripted.answers |= {"ExportItems": export, "GetItem": item}
    answers = fetched(scripted)
    found = ways(answers)
    assert found.pop(BAD) is (Way.MIME if by_mime else None)
    assert set(found.values()) == {Way.EXPORTED}
    bad = answers[BAD]
    assert by_mime or (isinstance(bad, FetchFailure) and isinstance(bad.failure, MessageUnreadable))


def test_one_answer_that_is_none_does_not_take_the_streams_from_a_target(scripted: Scripted) -> None:
    replies: list[str | Reply] = []

    def upload(asked: Asked) -> str | Reply:
        items = asked.all("m:Items/t:Item")
        ok = [f'<m:ItemId Id="{REFS[place]}"/>' for place, _ in enumerate(items)]
        impossible = [failed("UploadItems", "ErrorInvalidIdMalformed")]
        replies.append(response("UploadItems", *(ok if len(replies) == 2 else impossible)) if replies else NONSENSE)
        return replies[-1]

    scripted.answers["UploadItems"] = upload
    with scripted.opened() as mailbox:
        assert mailbox.append(INBOX, [new(message(1))]) == [REFS[0]]
    assert scripted.operations().count("UploadItems") == 3
    assert "CreateItem" not in scripted.operations()
