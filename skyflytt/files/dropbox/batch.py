"""Many small files in two requests: one opens an upload session for each, one carries all of their bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any

from dropbox import files

from skyflytt.errors.base import Failure
from skyflytt.errors.connection import ends_the_pass
from skyflytt.errors.files import CopyAltered
from skyflytt.files.dropbox.connect import Calls
from skyflytt.files.dropbox.content_hash import content_hash
from skyflytt.files.dropbox.failures import api_failure
from skyflytt.files.dropbox.upload import PART_BYTES, Held, Upload
from skyflytt.files.each import Content, attempt

MOST_BYTES = 64 << 20
"""Of one request; Dropbox takes 150 MiB."""
MOST_FILES = 500


def upload_each(calls: Calls, contents: Sequence[Content]) -> list[Held | Failure]:
    """Each as a closed session, or its own failure. What concerns all of them is raised."""
    held: list[Held | Failure] = []
    for some in _groups(contents):
        held += _together(calls, some) if len(some) > 1 else [_alone(calls, some[0])]
    return held


def _groups(contents: Sequence[Content]) -> Iterator[list[Content]]:
    group: list[Content] = []
    size = 0
    for one in contents:
        if group and (
            size + len(one.content) > MOST_BYTES or len(group) == MOST_FILES or len(one.content) > PART_BYTES
        ):
            yield group
            group, size = [], 0
        group.append(one)
        size += len(one.content)
    if group:
        yield group


def _alone(calls: Calls, one: Content) -> Held | Failure:
    def send() -> Held:
        upload = Upload(calls, one.path)
        upload.put(one.content)
        return upload.finish()

    return attempt(send)


def _together(calls: Calls, contents: list[Content]) -> list[Held | Failure]:
    first = contents[0].path
    begun = calls.ask(first, lambda one: one.files_upload_session_start_batch(len(contents)))
    if len(begun.session_ids) != len(contents):
        raise CopyAltered(first, f"{len(contents)} uploads were asked for, {len(begun.session_ids)} opened")
    entries = [
        files.UploadSessionAppendBatchArgEntry(files.UploadSessionCursor(session, 0), len(one.content), close=True)
        for session, one in zip(begun.session_ids, contents, strict=True)
    ]
    body = b"".join(one.content for one in contents)
    result = calls.ask(first, lambda one: one.files_upload_session_append_batch(body, entries))
    if len(result.entries) != len(contents):
        raise CopyAltered(first, f"{len(contents)} files were sent, {len(result.entries)} answered")
    return [
        _answered(calls, one, session, entry)
        for one, session, entry in zip(contents, begun.session_ids, result.entries, strict=True)
    ]


def _answered(calls: Calls, one: Content, session: str, entry: Any) -> Held | Failure:
    if entry.is_success():
        digest = hashlib.sha256(one.content).hexdigest()
        return Held(session, len(one.content), content_hash(one.content), digest)
    if not entry.is_failure():
        return CopyAltered(one.path, "Dropbox did not say what became of it")
    failure = api_failure(one.path, calls.server, entry.get_failure())
    if ends_the_pass(failure):
        raise failure
    return failure
