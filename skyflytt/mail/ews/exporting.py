"""ExportItems: items as FastTransfer streams, in batches that halve where the server runs out of time ([MS-OXWSBTRF])."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence

from exchangelib import errors as ews

from skyflytt.mail.ews.batches import BatchSize
from skyflytt.mail.ews.by_mime import fetch_by_mime
from skyflytt.mail.ews.errors import WHOLE_FAILED, is_gone, of_item
from skyflytt.mail.ews.requests import export_items
from skyflytt.mail.ews.session import Session
from skyflytt.mail.ews.xml import Element, find
from skyflytt.mail.port import Fetched, FetchFailure, Way
from skyflytt.outlook.errors import StreamMalformed, StreamTruncated
from skyflytt.outlook.fasttransfer import read_stream
from skyflytt.outlook.mime.outbound import to_mime

ALONE = 3
"""How often an item is exported alone after its stream was cut off."""
_CUT_OFF = "=== Truncated"
Ended = Fetched | FetchFailure


def ask(session: Session, refs: Sequence[str], size: BatchSize) -> Sequence[tuple[str, Element | Exception | Ended]]:
    """What the server has for each ref, in batches that halve where it runs out of time or fails over one of them."""
    left = list(refs)
    found: list[tuple[str, Element | Exception | Ended]] = []
    while left:
        part = left[: size.count]
        answers: Sequence[Element | Exception | Ended]
        try:
            answers = session.ask_each(export_items, part)
        except (ews.ErrorTimeoutExpired, *WHOLE_FAILED) as error:
            size.too_much(len(part))
            if len(part) > 1:
                continue
            out_of_time = isinstance(error, ews.ErrorTimeoutExpired)
            answers = [_otherwise(session, part[0], error) if out_of_time else error]
        else:
            size.went_well(len(part))
        del left[: len(part)]
        found += zip(part, answers, strict=True)
    return found


def read(session: Session, ref: str, answer: Element | Exception | Ended) -> Ended:
    """The item, asked for again where its stream does not hold."""
    if isinstance(answer, Fetched | FetchFailure):
        return answer
    if isinstance(answer, Exception):
        if is_gone(answer):
            return FetchFailure(ref, of_item(answer, ref))
        return _alone(session, ref, answer)
    try:
        return _read(ref, answer)
    except (StreamTruncated, StreamMalformed) as failure:
        return _alone(session, ref, failure)


def _alone(session: Session, ref: str, first: Exception) -> Ended:
    """Once more, alone; what can be exported by no means comes by MIME."""
    error = first
    for _ in range(ALONE):
        try:
            (answer,) = session.ask_each(export_items, [ref])
            if not isinstance(answer, Exception):
                return _read(ref, answer)
            error = answer
        except (StreamTruncated, StreamMalformed, ews.ErrorTimeoutExpired, *WHOLE_FAILED) as failure:
            error = failure
        if not isinstance(error, StreamTruncated | ews.ErrorTimeoutExpired | ews.ErrorInternalServerError):
            break
    return _otherwise(session, ref, error)


def _otherwise(session: Session, ref: str, error: Exception) -> Ended:
    answer = fetch_by_mime(session, ref)
    if isinstance(answer, Fetched):
        return answer
    if isinstance(error, StreamTruncated | StreamMalformed):
        return FetchFailure(ref, error)
    return FetchFailure(ref, of_item(error, ref))


def _read(ref: str, answer: Element) -> Fetched:
    """Raises `StreamTruncated` and `StreamMalformed`."""
    found = find(answer, "m:Data")
    text = (found.text or "") if found is not None else ""
    if _CUT_OFF in text[-200:]:
        raise StreamTruncated(ref, "the answer ends with the server's note that it was cut off")
    try:
        stream = base64.b64decode(text)
    except binascii.Error as error:
        raise StreamTruncated(ref, "the base64 of the answer is not whole") from error
    return Fetched(ref, to_mime(read_stream(stream, ref)), stream, Way.EXPORTED)
