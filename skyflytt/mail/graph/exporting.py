"""exportItems: items as FastTransfer streams, at most twenty at once (https://learn.microsoft.com/graph/api/mailbox-exportitems)."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import Any

from skyflytt.graph import Refused
from skyflytt.graph.refusal import refusal
from skyflytt.mail.ews.batches import BatchSize
from skyflytt.mail.graph.by_mime import fetch_by_mime
from skyflytt.mail.graph.errors import is_gone, of_item
from skyflytt.mail.graph.session import Session
from skyflytt.mail.port import Fetched, FetchFailure, Way
from skyflytt.outlook.errors import StreamMalformed, StreamTruncated
from skyflytt.outlook.fasttransfer import read_stream
from skyflytt.outlook.mime.outbound import to_mime

MOST = 20
FIRST = 10
ALONE = 3
"""How often an item is exported alone after its stream was cut off."""
Answer = Mapping[str, Any] | Refused


def ask(session: Session, refs: Sequence[str], size: BatchSize) -> Sequence[tuple[str, Answer]]:
    """What the service has for each ref; what fails as a whole is asked for in halves, down to the one that it is about."""
    left, found = list(refs), []
    while left:
        part = left[: min(size.count, MOST)]
        try:
            answers = export(session, part)
        except Refused as refused:
            size.too_much(len(part))
            if len(part) > 1:
                continue
            answers = {part[0]: refused}
        else:
            size.went_well(len(part))
        del left[: len(part)]
        missing = Refused(404, "ErrorItemNotFound", "the answer does not name it")
        found += [(ref, answers.get(ref, missing)) for ref in part]
    return found


def export(session: Session, refs: Sequence[str]) -> dict[str, Answer]:
    """By ref. Raises `Refused` where all are refused together."""
    path = f"{session.base}/exportItems"
    page = session.post(path, {"itemIds": list(refs)}, again=True)
    return {str(one.get("itemId", "")): _answer(one) for one in session.elements(path, page)}


def read(session: Session, ref: str, answer: Answer) -> Fetched | FetchFailure:
    """The item, asked for again where its stream does not hold; what can be exported by no means comes as MIME."""
    error: Exception
    if isinstance(answer, Refused):
        if is_gone(answer):
            return FetchFailure(ref, of_item(answer, ref))
        error = answer
    else:
        try:
            return _read(ref, answer)
        except (StreamTruncated, StreamMalformed) as failure:
            error = failure
    for _ in range(ALONE if isinstance(error, StreamTruncated) else 1):
        try:
            return _read(ref, exported_alone(session, ref))
        except (StreamTruncated, StreamMalformed, Refused) as failure:
            error = failure
    return _otherwise(session, ref, error)


def exported_alone(session: Session, ref: str) -> Mapping[str, Any]:
    """Raises `Refused`."""
    answer = export(session, [ref]).get(ref) or Refused(404, "ErrorItemNotFound", "the answer does not name it")
    if isinstance(answer, Refused):
        raise answer
    return answer


def stream_in(ref: str, answer: Mapping[str, Any]) -> bytes:
    """Raises `StreamTruncated`."""
    try:
        return base64.b64decode(str(answer.get("data") or ""), validate=True)
    except binascii.Error as error:
        raise StreamTruncated(ref, "the base64 of the answer is not whole") from error


def _read(ref: str, answer: Mapping[str, Any]) -> Fetched:
    stream = stream_in(ref, answer)
    return Fetched(ref, to_mime(read_stream(stream, ref)), stream, Way.EXPORTED)


def _otherwise(session: Session, ref: str, error: Exception) -> Fetched | FetchFailure:
    answer = fetch_by_mime(session, ref)
    if isinstance(answer, Fetched):
        return answer
    if isinstance(error, StreamTruncated | StreamMalformed):
        return FetchFailure(ref, error)
    return FetchFailure(ref, of_item(error, ref) if isinstance(error, Refused) else answer.failure)


def _answer(one: Mapping[str, Any]) -> Answer:
    """An item's own error comes inside HTTP 200 (https://learn.microsoft.com/graph/api/resources/exportitemresponse)."""
    error = one.get("error")
    return refusal(200, {}, {"error": error}) if isinstance(error, dict) else one
